"""A score run laid along its tree: the rows of the table and of the chart, ready for a page.

It must not know how a run is computed or stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

LEAST_CELL = 10
MISSING = "missing-child"
CUT: Mapping[str, Any] = {"code": "cut", "fact": ""}
WIDE_SCALE = 50
SCALE_TOLERANCE = 0.15
"""Official factors of 0.33 and a part that is always 0 move the ends of a dimension by an eighth
of its scale at most: still points of one kind, on one axis."""


@dataclass(frozen=True)
class Figure:
    """One node of a tree with its estimate; None stands for what may not or cannot be shown.

    ``depth`` counts from the node that the page is about; ``bounds`` are the least and the
    greatest value that the node can take, which follow from its children.
    """

    code: str
    title: Mapping[str, str]
    depth: int
    bounds: tuple[float, float]
    is_inner: bool
    estimate: float | None
    low: float | None
    high: float | None
    grade: Mapping[str, str] | None
    n: int | None
    deff: float | None
    notes: tuple[Mapping[str, Any], ...]

    @property
    def has_interval(self) -> bool:
        """Tell whether the figure can be drawn with its interval."""
        return None not in {self.estimate, self.low, self.high}

    @property
    def is_main(self) -> bool:
        """Tell whether the row heads the page or one of its groups."""
        return self.depth == 0 or (self.is_inner and self.depth == 1)

    @property
    def is_unshown(self) -> bool:
        """Tell whether too few people answered for a figure."""
        return any(note["code"] == "small-n" for note in self.notes)

    @property
    def is_small(self) -> bool:
        """Tell whether so few answered that their number itself is not shown."""
        return self.n is not None and self.n < LEAST_CELL


def figures(
    node: Mapping[str, Any], results: Mapping[str, Any], scale: Sequence[float] = (0.0, 1.0)
) -> list[Figure]:
    """Return a node and its descendants, depth first, as a run shows them.

    ``scale`` is the tree's own: that of a leaf without one. That a part is missing is said again
    at every node above it.
    """
    estimates = {row["node"]: row for row in results["estimates"]}
    presented = {row["node"]: row for row in results["presented"]}
    rows = [
        _figure(
            found,
            depth,
            bounds_of(found, scale),
            estimates[found["code"]],
            presented[found["code"]],
        )
        for found, depth in _walk(node, 0)
    ]
    return [_told_above(row, rows[at + 1 :]) for at, row in enumerate(rows)]


def bounds_of(node: Mapping[str, Any], scale: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest value of a node."""
    if "constant" in node:
        return float(node["constant"]), float(node["constant"])
    if "children" not in node:
        low, high = node.get("scale", scale)
        return float(low), float(high)
    weights = [float(child.get("node_weight", 1)) for child in node["children"]]
    pairs = [bounds_of(child, scale) for child in node["children"]]
    factor = float(node.get("factor", 1))
    if node["combine"] != "sum":
        factor /= sum(weights) or 1.0
    low, high = (
        factor * sum(weight * pair[end] for weight, pair in zip(weights, pairs, strict=True))
        for end in (0, 1)
    )
    return low, high


def scale_of(mapping: Mapping[str, Any]) -> Sequence[float]:
    """Return the scale of a tree: that of a leaf without one of its own."""
    scale: Sequence[float] = mapping.get("scale", (0.0, 1.0))
    return scale


def shown_interval(
    estimate: float | None, low: float | None, high: float | None, bounds: tuple[float, float]
) -> tuple[float | None, float | None, tuple[Mapping[str, Any], ...]]:
    """Return an interval as pages show it, none beyond the scale, and a note where it was cut.

    The run and its files keep it as it was computed. Where answers out of their range carry the
    estimate itself beyond an end, it is cut there.
    """
    if estimate is None or low is None or high is None:
        return low, high, ()
    cut = max(low, min(*bounds, estimate)), min(high, max(*bounds, estimate))
    return *cut, () if cut == (low, high) else (CUT,)


def on_one_scale(rows: Sequence[Figure]) -> list[Figure]:
    """Keep the rows that one axis can carry: those whose scale is that of the first part.

    A sum and its parts, or parts of unequal weight, are never drawn or compared side by side.
    """
    first = next((row for row in rows if row.depth == 1), rows[0] if rows else None)
    return [row for row in rows if first is not None and _is_near(row.bounds, first.bounds)]


def depth_of(node: Mapping[str, Any]) -> int:
    """Return how many levels lie under a node."""
    return max(depth for _, depth in _walk(node, 0))


def path_to(root: Mapping[str, Any], focus: str) -> list[Mapping[str, Any]]:
    """Return the nodes from the root down to the focus."""
    if root["code"] == focus:
        return [root]
    for child in root.get("children", ()):
        tail = path_to(child, focus)
        if tail:
            return [root, *tail]
    return []


def decimals(mapping: Mapping[str, Any]) -> int:
    """Return the decimals of a tree: as it says, else one on a wide scale, two on a narrow one."""
    stated = mapping["tree"].get("present", {}).get("decimals")
    if isinstance(stated, int):
        return stated
    low, high = mapping.get("scale", (0, 1))
    return 1 if abs(high - low) >= WIDE_SCALE else 2


def first_leaf(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first leaf under a node."""
    return next(found for found, _ in _walk(node, 0) if "children" not in found)


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    room = SCALE_TOLERANCE * abs(other[1] - other[0])
    return all(abs(a - b) <= room for a, b in zip(one, other, strict=True))


def _told_above(row: Figure, after: Sequence[Figure]) -> Figure:
    """Say at a node that something under it has no value, where it does not say so itself."""
    below = takewhile(lambda other: other.depth > row.depth, after)
    is_told = any(note["code"] == MISSING for note in row.notes)
    if is_told or not any(note["code"] == MISSING for other in below for note in other.notes):
        return row
    return replace(row, notes=(*row.notes, {"code": "missing-below", "fact": ""}))


def _walk(node: Mapping[str, Any], depth: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    yield node, depth
    for child in node.get("children", ()):
        yield from _walk(child, depth + 1)


def _figure(
    node: Mapping[str, Any],
    depth: int,
    bounds: tuple[float, float],
    estimate: Mapping[str, Any],
    shown: Mapping[str, Any],
) -> Figure:
    low, high, more = shown_interval(shown["value"], shown["low"], shown["high"], bounds)
    return Figure(
        code=node["code"],
        title=node.get("title", {"vi": node["code"]}),
        depth=depth,
        bounds=bounds,
        is_inner="children" in node,
        estimate=shown["value"],
        low=low,
        high=high,
        grade=shown["grade"],
        n=estimate["n"],
        deff=estimate["deff"],
        notes=(*estimate["notes"], *more),
    )
