"""The notes of every estimate: which doubt, where, and the fact behind it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np

from scoring.arrays import BoolArray
from scoring.estimates.intervals import INTERVALS, T
from scoring.estimates.leaves import Mark
from scoring.estimates.lonely import lonely_held
from scoring.estimates.method import Method
from scoring.estimates.points import Points
from scoring.nodes import ConstantLeaf, GivenLeaf, InnerNode, ItemLeaf
from scoring.result import Difference, Estimate, Note, Result
from scoring.sample import WHOLE_SAMPLE
from scoring.totals import PsuTotals
from scoring.tree import IndexTree
from scoring.weights.calibration import Calibrated

Place: TypeAlias = tuple[int, int]
Notes: TypeAlias = Mapping[Place, list[Note]]
Row = TypeVar("Row", Estimate, Difference)

FATE = {"propagate": "not combined", "drop": "left out", "drop_and_reweight": "reweighted"}
ONE_PSU = "all valid answers lie in one PSU"
CLOSE = 1e-12
INTERVAL_FACTS = {
    "logit": "t interval of the logit, turned back",
    "beta": "Korn-Graubard interval of a proportion (beta)",
    "wilson": "Wilson interval of a proportion",
    "likelihood": "profile likelihood interval of a proportion",
    "asin": "t interval of the angle of a proportion, turned back",
}


def notes_of(
    totals: PsuTotals,
    tree: IndexTree,
    points: Points,
    min_n: int,
    method: Method,
    calibrated: Calibrated | None,
) -> Notes:
    """Return the notes by (node, domain) place, in the order of the note table."""
    notes: defaultdict[Place, list[Note]] = defaultdict(list)
    _note_missing(notes, tree, points, min_n)
    has_value = np.isfinite(points.climbed.value)
    for mark, code, fact in (
        (Mark.TOO_FEW, "too-few-psus", ONE_PSU),
        (Mark.LONELY, "too-few-psus", "all valid answers lie in strata of one PSU"),
        (Mark.UNHELD, "too-few-psus", "a replicate leaves no valid answer"),
        (Mark.WITHIN, "within-psu", f"{ONE_PSU}; its second-stage units serve as clusters"),
    ):
        _each(notes, has_value & ((points.marks & mark) != 0), code, fact)
    has_se = np.isfinite(points.se)
    _each(notes, has_se & (points.df == 0), "no-df", "no degrees of freedom, no interval")
    _each(notes, has_se & (points.df == 1), "df-1", "interval with one degree of freedom")
    if method.df == "satterthwaite":
        own = has_se & (points.marks & Mark.BETWEEN != 0)
        _each(notes, own, "satterthwaite", "df by Satterthwaite's rule, at most PSUs less strata")
    _note_lonely(notes, totals, points, method)
    _each(
        notes,
        has_value & ((points.marks & Mark.NO_SE) != 0),
        "no-se",
        "a figure from outside has no standard error",
    )
    if calibrated is not None:
        _note_weights(notes, has_value & (points.marks != 0), calibrated)
    at_bound = _at_bound(tree, points)
    constant = _of_kind(tree, ItemLeaf) & has_se & np.isnan(points.deff) & ~at_bound
    _each(notes, constant, "no-spread", "all valid answers are worth the same")
    _each(notes, at_bound, "at-bound", "the estimate is on the end of its scale")
    _each(notes, points.interval != T, "interval", _interval(points))
    _note_answers(notes, totals, tree)
    _note_blanks(notes, totals)
    return notes


def with_note(result: Result, note: Note) -> Result:
    """Return the result with one more note on every figure made of answers."""
    answered = {row.node for row in result.estimates if row.n is not None}
    return replace(
        result,
        estimates=tuple(_noted(row, note, answered) for row in result.estimates),
        differences=tuple(_noted(row, note, answered) for row in result.differences),
    )


def _noted(row: Row, note: Note, answered: Collection[str]) -> Row:
    if row.node not in answered or row.estimate is None:
        return row
    return row._replace(notes=(*row.notes, note))


def _each(
    notes: Notes, where: BoolArray, code: str, fact: str | Callable[[int, int], str]
) -> None:
    places = zip(*(at.tolist() for at in np.nonzero(where)), strict=True)
    if isinstance(fact, str):
        note = Note(code, fact)
        for place in places:
            notes[place].append(note)
        return
    for node, domain in places:
        notes[node, domain].append(Note(code, fact(node, domain)))


def _interval(points: Points) -> Callable[[int, int], str]:
    """Say by which method an interval was found."""

    def fact(node: int, domain: int) -> str:
        return INTERVAL_FACTS[INTERVALS[points.interval[node, domain]]]

    return fact


def _note_lonely(notes: Notes, totals: PsuTotals, points: Points, method: Method) -> None:
    """Name the policy and the strata of one PSU that it has treated."""
    if method.lonely_psu == "refuse":
        return
    strata = np.asarray(totals.frame.strata)
    held = lonely_held(totals, by_all=method.is_calibrated)
    between = (points.marks & Mark.BETWEEN) != 0

    def fact(_: int, domain: int) -> str:
        return f"{method.lonely_psu}: {', '.join(strata[held[domain]])}"

    _each(notes, np.isfinite(points.se) & between & held.any(axis=1), "lonely-psu", fact)


def _note_weights(notes: Notes, where: BoolArray, calibrated: Calibrated) -> None:
    """Name the margins, weights below zero, and the gap where the steps ended before them."""
    _each(notes, where, "calibrated", calibrated.fact)
    if calibrated.negative.any():
        least = calibrated.factor[calibrated.negative].min()
        cells = f"{np.count_nonzero(calibrated.negative)} of {len(calibrated.factor)} cells"
        fact = f"{cells}, the least {least:.2g} times its base weight; give bounds, or rake"
        _each(notes, where, "negative-weights", fact)
    if not calibrated.has_converged:
        fact = f"{calibrated.gap:.1g} from a margin after {calibrated.iterations} iterations"
        _each(notes, where, "not-converged", fact)


def _note_missing(notes: Notes, tree: IndexTree, points: Points, min_n: int) -> None:
    climbed = points.climbed
    empty = ~np.isfinite(climbed.value)

    def few(node: int, domain: int) -> str:
        return f"{int(climbed.n[node, domain])} valid answers, fewer than {min_n}"

    _each(notes, empty & _of_kind(tree, ItemLeaf), "small-n", few)
    _each(notes, empty & _of_kind(tree, GivenLeaf), "no-value", "no figure for this domain")
    for place, node in enumerate(tree.nodes):
        if isinstance(node, InnerNode):
            _note_absent(notes, place, node, climbed.absent[place])


def _note_absent(notes: Notes, place: int, node: InnerNode, absent: BoolArray) -> None:
    """Name the children (children, domains) that count and have no value."""
    for domain in np.flatnonzero(absent.any(axis=0)).tolist():
        gone = np.flatnonzero(absent[:, domain]).tolist()
        codes = ", ".join(node.children[at].code for at in gone)
        fact = f"{codes} without a value: {FATE[node.missing]}"
        notes[place, domain].append(Note("missing-child", fact))


def _of_kind(tree: IndexTree, kind: type) -> BoolArray:
    return np.asarray([isinstance(node, kind) for node in tree.nodes])[:, np.newaxis]


def _at_bound(tree: IndexTree, points: Points) -> BoolArray:
    low, high = np.asarray(tree.ends).T[:, :, np.newaxis]
    value = points.climbed.value
    slack = CLOSE * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
    near = (np.abs(value - low) <= slack) | (np.abs(value - high) <= slack)
    marked: BoolArray = near & ~_of_kind(tree, ConstantLeaf)
    return marked


def _note_answers(notes: Notes, totals: PsuTotals, tree: IndexTree) -> None:
    """Say, on the whole sample, how many answers lie beyond the range of their leaf."""
    whole = totals.domains.index(WHOLE_SAMPLE)
    for leaf, count in zip(tree.item_leaves, totals.outside.tolist(), strict=True):
        if count:
            fact = f"{count} answers outside {leaf.range[0]:g}..{leaf.range[1]:g}"
            notes[tree.position[leaf.code], whole].append(Note("out-of-range", fact))


def _note_blanks(notes: Notes, totals: PsuTotals) -> None:
    """Say at the root how many rows belong to no value of a domain column."""
    for columns, count in totals.blank:
        if count:
            note = Note("blank-domain", f"{count} rows without a value of {', '.join(columns)}")
            for at, domain in enumerate(totals.domains):
                if domain == WHOLE_SAMPLE or tuple(name for name, _ in domain) == columns:
                    notes[0, at].append(note)
