"""A kept monthly report as what a page or a file shows: offices, their trees, grades, coverage.

It must not know how figures came about, nor how they are laid out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.queries.counter_reports import Report
from survey.queries.scores import KeptTree

Text = Mapping[str, str]


@dataclass(frozen=True)
class NodeLine:
    """One node of a tree for one office; ``value`` is rounded as the tree asks.

    ``is_hidden``: too few people answered for it to be shown.
    """

    code: str
    title: Text
    depth: int
    is_leaf: bool
    is_given: bool
    value: float | None
    n: int | None
    grade: Text | None

    @property
    def is_hidden(self) -> bool:
        """Tell whether a figure was left out."""
        return self.value is None


@dataclass(frozen=True)
class TreeLines:
    """One tree for one office; the first line is its whole."""

    tree: KeptTree
    decimals: int
    lines: list[NodeLine]

    @property
    def whole(self) -> NodeLine:
        """The line of the root."""
        return self.lines[0]

    @property
    def has_grades(self) -> bool:
        """Tell whether the tree grades offices."""
        return bool(self.tree.mapping["tree"].get("present", {}).get("grades"))

    @property
    def left_out(self) -> list[NodeLine]:
        """The indicators that the total does without."""
        return [line for line in self.lines[1:] if line.is_leaf and line.is_hidden]


@dataclass(frozen=True)
class Office:
    """One office in one month; ``coverage`` is None until its finished files are entered."""

    place: str
    name: str
    n: int
    files_count: int | None
    trees: list[TreeLines]

    @property
    def coverage(self) -> float | None:
        """The share of finished files that have a response."""
        return self.n / self.files_count if self.files_count else None


def offices(
    report: Report,
    trees: Sequence[KeptTree],
    names: Mapping[str, str],
    files: Mapping[str, int],
) -> list[Office]:
    """Return the offices of a report in the order of their places."""
    return [
        Office(
            row["place"],
            names.get(row["place"], row["place"]),
            row["n"],
            files.get(row["place"]),
            [
                _tree_lines(tree, row["trees"][tree.sha256])
                for tree in trees
                if tree.sha256 in row["trees"]
            ],
        )
        for row in report.results["offices"]
    ]


def _tree_lines(tree: KeptTree, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> TreeLines:
    shown = {row["node"]: row for row in rows["presented"]}
    counts = {row["node"]: row["n"] for row in rows["estimates"]}
    root = tree.mapping["tree"]
    lines = [
        NodeLine(
            code=str(node["code"]),
            title=node.get("title", {"vi": str(node["code"])}),
            depth=depth,
            is_leaf="children" not in node,
            is_given="given" in node,
            value=shown[str(node["code"])]["value"],
            n=counts[str(node["code"])],
            grade=shown[str(node["code"])]["grade"],
        )
        for node, depth in _nodes(root)
    ]
    return TreeLines(tree, int(root.get("present", {}).get("decimals", 1)), lines)


def _nodes(node: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[Mapping[str, Any], int]]:
    yield node, depth
    for child in node.get("children", ()):
        yield from _nodes(child, depth + 1)
