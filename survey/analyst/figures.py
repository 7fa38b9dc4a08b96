"""A score run laid along its tree: the rows of the table and of the chart, ready for a page.

It must not know how a run is computed or stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LEAST_CELL = 10
WIDE_SCALE = 50


@dataclass(frozen=True)
class Figure:
    """One node of a tree with its estimate; None stands for what may not or cannot be shown.

    ``depth`` counts from the node that the page is about.
    """

    code: str
    title: Mapping[str, str]
    depth: int
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


def figures(node: Mapping[str, Any], results: Mapping[str, Any]) -> list[Figure]:
    """Return a node and its descendants, depth first, as a run shows them."""
    estimates = {row["node"]: row for row in results["estimates"]}
    presented = {row["node"]: row for row in results["presented"]}
    return [
        _figure(found, depth, estimates[found["code"]], presented[found["code"]])
        for found, depth in _walk(node, 0)
    ]


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


def _walk(node: Mapping[str, Any], depth: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    yield node, depth
    for child in node.get("children", ()):
        yield from _walk(child, depth + 1)


def _figure(
    node: Mapping[str, Any], depth: int, estimate: Mapping[str, Any], shown: Mapping[str, Any]
) -> Figure:
    return Figure(
        code=node["code"],
        title=node.get("title", {"vi": node["code"]}),
        depth=depth,
        is_inner="children" in node,
        estimate=shown["value"],
        low=shown["low"],
        high=shown["high"],
        grade=shown["grade"],
        n=estimate["n"],
        deff=estimate["deff"],
        notes=tuple(estimate["notes"]),
    )
