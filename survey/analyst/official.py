"""Official results laid beside the estimates of a score run: what may be compared, and what not.

It must not know how figures are stored or shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey.bridge.contrasts import Difference, difference_from
from survey.queries.official import Break, OfficialFigure, OfficialSide
from survey.queries.scores import KeptTree, Run


class Verdict(StrEnum):
    """What a difference lets one say; ``apart`` is all that is said of another definition."""

    RISE = "rise"
    FALL = "fall"
    APART = "apart"
    UNCLEAR = "unclear"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Comparison:
    """One node beside the newest official figure of its content.

    ``is_own``: the node is defined in another way than the official content, so that the two are
    never called one quantity. ``breaks`` lie between the two years; with any, nothing is compared.
    """

    figure: OfficialFigure
    difference: Difference | None
    verdict: Verdict
    is_own: bool
    breaks: tuple[Break, ...]

    @property
    def is_told_apart(self) -> bool:
        """Tell whether the difference can be told from zero."""
        return self.difference is not None and bool(self.difference.is_apart)


def comparisons(tree: KeptTree, run: Run, side: OfficialSide) -> dict[str, Comparison]:
    """Return the comparison of each node of the tree that has an official figure, by node."""
    rows = {row["node"]: row for row in run.results["estimates"] if not row["domain"]}
    return {
        node["code"]: _compared(node, rows[node["code"]], figure, side)
        for node in _nodes(tree.mapping["tree"])
        if (figure := side.figures.get(str(node.get("official", node["code"])))) is not None
    }


def _compared(
    node: Mapping[str, Any], row: Mapping[str, Any], figure: OfficialFigure, side: OfficialSide
) -> Comparison:
    is_own = node.get("definition") == "own"
    between = tuple(
        found
        for found in side.breaks
        if figure.year < found.year <= side.year and found.touches(figure.code)
    )
    if between:
        return Comparison(figure, None, Verdict.BROKEN, is_own, between)
    difference = difference_from(row, figure.score, figure.se)
    return Comparison(figure, difference, _verdict(difference, is_own=is_own), is_own, ())


def _verdict(difference: Difference | None, *, is_own: bool) -> Verdict:
    if difference is None or difference.is_apart is None:
        return Verdict.UNKNOWN
    if not difference.is_apart:
        return Verdict.UNCLEAR
    if is_own:
        return Verdict.APART
    return Verdict.RISE if difference.estimate > 0 else Verdict.FALL


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from _nodes(child)
