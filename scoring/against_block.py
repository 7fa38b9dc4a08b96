"""Estimates beside figures of somebody else, as plain rows. Opens no file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from scoring.errors import DataError
from scoring.estimates.contrasts import against_figure
from scoring.given import Figure, Given
from scoring.nodes import Node, bounds
from scoring.result import Estimate, Note, Result
from scoring.tree import IndexTree

YEAR = "year"
SLACK = 1e-9
ABSENT = Note("no-estimate", "the domain is not in this run")
NO_VALUE = Note("no-value", "the file has no figure")

AgainstRow: TypeAlias = Mapping[str, object]
Placed: TypeAlias = Mapping[tuple[str, frozenset[tuple[str, str]]], Estimate]


class Official(NamedTuple):
    """A published figure: of which code, year (if it is said) and domain."""

    code: str
    year: str | None
    domain: Mapping[str, str]
    figure: Figure


def against(
    result: Result, tree: IndexTree, figures: Given, confidence: float, *, is_dated: bool
) -> list[AgainstRow]:
    """Return the difference of each estimate from the figure of its official code and domain.

    Parameters
    ----------
    result : of the tree
    figures : by official code and domain, in points
    confidence : of the intervals
    is_dated : whether the column ``year`` of the figures says when they were published, and is
        no domain column

    Raises
    ------
    DataError
        If no node has the official code of a figure, or the figure is not on the node's scale.

    Notes
    -----
    As ``against_figure``: both are taken as independent.
    """
    placed = {(row.node, frozenset((row.domain or {}).items())): row for row in result.estimates}
    return [
        row
        for (code, key), figure in figures.figures.items()
        for row in _rows(placed, tree, _official(code, key, figure, is_dated=is_dated), confidence)
    ]


def _official(
    code: str, key: Iterable[tuple[str, str]], figure: Figure, *, is_dated: bool
) -> Official:
    domain = dict(sorted(key))
    year = domain.pop(YEAR, None) if is_dated else None
    return Official(code, year, domain, figure)


def _rows(
    placed: Placed, tree: IndexTree, official: Official, confidence: float
) -> Iterator[AgainstRow]:
    """Yield one row for each node that carries the official code."""
    code, year, domain, figure = official
    nodes = [node for node in tree.nodes if node.official == code]
    if not nodes:
        raise DataError(f"{code!r} is the official code of no node", where="against")
    for node in nodes:
        _refuse_other_scale(node, figure)
        yield {
            "domain": domain or None,
            "node": node.code,
            "code": code,
            "year": year,
            "figure": figure.value,
            "figure_se": figure.se,
            **_difference(placed.get((node.code, frozenset(domain.items()))), figure, confidence),
        }


def _difference(row: Estimate | None, figure: Figure, confidence: float) -> AgainstRow:
    """Return the estimate less the figure; null where one of them is not there."""
    notes = [*(() if row is None else row.notes), *_lacking(row, figure)]
    found = None
    if row is not None and row.estimate is not None and figure.value is not None:
        found = against_figure(row.estimate, row.se, row.df, figure.value, figure.se, confidence)
    return {
        "estimate": None if found is None else found.estimate,
        "se": None if found is None else found.se,
        "low": None if found is None else found.low,
        "high": None if found is None else found.high,
        "df": None if row is None or found is None else row.df,
        "told_apart": None if found is None else found.is_apart,
        "notes": [note._asdict() for note in notes],
    }


def _lacking(row: Estimate | None, figure: Figure) -> Iterator[Note]:
    if row is None:
        yield ABSENT
    if figure.value is None:
        yield NO_VALUE


def _refuse_other_scale(node: Node, figure: Figure) -> None:
    """Raise DataError for a figure that no estimate of the node could reach."""
    if figure.value is None:
        return
    low, high = bounds(node)
    slack = SLACK * max(abs(low), abs(high))
    if not low - slack <= figure.value <= high + slack:
        message = f"{figure.value:g} is not on its scale {low:g}..{high:g}"
        raise DataError(message, where=f"against: {node.official}")
