"""Official rounding and grades, applied to finished estimates. Estimates nothing."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import NamedTuple

from scoring.nodes import InnerNode, Node, Present
from scoring.result import Estimate, Result
from scoring.tree import IndexTree

Domain = Mapping[str, str] | None


class Presented(NamedTuple):
    """One node in one domain as it is shown; the interval is that of the unrounded estimate."""

    domain: Domain
    node: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    grade: Mapping[str, str] | None


def present(result: Result, tree: IndexTree) -> tuple[Presented, ...]:
    """Round every estimate and give it its grade, as the nodes' ``present`` asks.

    Parameters
    ----------
    result : Result of the same tree
    tree : IndexTree

    Notes
    -----
    Halves are rounded up. ``round_children`` rounds each child before the sum; a child without
    ``decimals`` of its own is shown so too. A grade starts at its score: 15 is "from 15".
    Source: circular 01/2018/TT-VPCP, article 15.
    """
    by_domain = groupby(result.estimates, key=lambda row: id(row.domain))
    return tuple(row for _, rows in by_domain for row in _presented(tuple(rows), tree))


def _presented(rows: Sequence[Estimate], tree: IndexTree) -> Iterator[Presented]:
    known = {row.node: _exact(row.estimate) for row in rows if row.estimate is not None}
    decimals = dict(_decimals(tree.root, None))
    for row, node in zip(rows, tree.nodes, strict=True):
        value = _rounded(_unrounded(node, known), decimals[node.code])
        low, high = (
            None if end is None else _rounded(_exact(end), decimals[node.code])
            for end in (row.low, row.high)
        )
        yield Presented(row.domain, row.node, value, low, high, _grade(node.present, value))


def _decimals(node: Node, inherited: int | None) -> Iterator[tuple[str, int | None]]:
    own = node.present.decimals
    yield node.code, inherited if own is None else own
    if isinstance(node, InnerNode):
        for child in node.children:
            yield from _decimals(child, node.present.round_children)


def _unrounded(node: Node, known: Mapping[str, Decimal]) -> Decimal | None:
    """Return the node's value before its own rounding; children are rounded first where asked."""
    places = node.present.round_children
    if node.code not in known or places is None or not isinstance(node, InnerNode):
        return known.get(node.code)
    parts = [
        _exact(child.node_weight) * rounded
        for child in node.counting
        if (rounded := _rounded(_unrounded(child, known), places)) is not None
    ]
    return _exact(node.factor) * sum(parts, Decimal(0))


def _exact(value: float) -> Decimal:
    """Return a float without its last binary noise, so that a sum of 15 is 15."""
    return Decimal(f"{value:.12g}")


def _rounded(value: Decimal | None, places: int | None) -> Decimal | None:
    if value is None or places is None:
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _grade(how: Present, value: Decimal | None) -> Mapping[str, str] | None:
    if value is None:
        return None
    return next((grade.title for grade in how.grades if value >= _exact(grade.start)), None)
