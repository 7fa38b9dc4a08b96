"""How a figure comes about: its children, what each is worth in it, and what they add up to.

It must not know how estimates are computed; it repeats the last step with the numbers of the run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.analyst.figures import LEAST_CELL


@dataclass(frozen=True)
class Part:
    """One child of a node; None stands for what may not or cannot be shown, or does not apply.

    ``mean`` is that of the answers on their own ``range``, ``scale`` what it is moved to.
    ``weight`` is what the child counts for in the node, ``contribution`` what it adds.
    """

    code: str
    title: Mapping[str, str]
    is_inner: bool
    definition: str | None
    note: Mapping[str, str]
    n: int | None
    answered_share: float | None
    mean: float | None
    range: tuple[float, float] | None
    scale: tuple[float, float] | None
    estimate: float | None
    se: float | None
    weight: float | None
    contribution: float | None


@dataclass(frozen=True)
class Arithmetic:
    """A node as the combination of its children; a leaf is its own only part.

    ``combine`` is sum, mean, geometric_mean or leaf; ``total`` is the unrounded figure.
    """

    combine: str
    factor: float
    parts: list[Part]
    total: float | None
    is_missing: bool


def arithmetic(
    node: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    scale: Sequence[float],
    responses_count: int,
) -> Arithmetic:
    """Return how a node comes about in a run; ``scale`` is the tree's standard scale."""
    found = {row["node"]: row for row in rows}
    children = node.get("children", [node])
    combine = node.get("combine", "leaf")
    factor = float(node.get("factor", 1))
    worths = _worths(children, found, combine, factor)
    return Arithmetic(
        combine,
        factor,
        [
            _part(child, found[child["code"]], worths.get(child["code"]), scale, responses_count)
            for child in children
        ],
        found[node["code"]]["estimate"],
        any(found[child["code"]]["estimate"] is None for child in children),
    )


def _worths(
    children: Sequence[Mapping[str, Any]],
    found: Mapping[str, Mapping[str, Any]],
    combine: str,
    factor: float,
) -> dict[str, float]:
    """Return what one point of each child is worth in the node; none in a geometric mean."""
    if combine not in {"sum", "mean"}:
        return {}
    weights = {
        child["code"]: float(child.get("node_weight", 1))
        for child in children
        if found[child["code"]]["estimate"] is not None
    }
    divisor = sum(weights.values()) if combine == "mean" else 1.0
    return {code: factor * weight / divisor for code, weight in weights.items() if divisor}


def _part(
    child: Mapping[str, Any],
    row: Mapping[str, Any],
    worth: float | None,
    standard: Sequence[float],
    responses_count: int,
) -> Part:
    estimate, n = row["estimate"], row["n"]
    ends = child.get("range") if "item" in child else None
    if ends is None and "share" in child:
        ends = (0, 1)
    scale = child.get("scale", standard) if ends is not None else None
    shown = n if n is not None and n >= LEAST_CELL else None
    is_leaf = "children" not in child
    return Part(
        code=child["code"],
        title=child.get("title", {"vi": child["code"]}),
        is_inner=not is_leaf,
        definition=child.get("definition"),
        note=child.get("note", {}),
        n=shown,
        answered_share=shown / responses_count if shown is not None and is_leaf else None,
        mean=_mean(estimate, ends, scale),
        range=None if ends is None else (ends[0], ends[1]),
        scale=None if scale is None else (scale[0], scale[1]),
        estimate=estimate,
        se=row["se"],
        weight=worth,
        contribution=None if worth is None or estimate is None else worth * estimate,
    )


def _mean(
    estimate: float | None, ends: Sequence[float] | None, scale: Sequence[float] | None
) -> float | None:
    """Return the mean of the answers before they were moved to the scale."""
    if estimate is None or ends is None or scale is None or scale[1] == scale[0]:
        return None
    moved: float = (estimate - scale[0]) / (scale[1] - scale[0])
    return ends[0] + moved * (ends[1] - ends[0])
