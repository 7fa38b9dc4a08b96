"""A sample and a tree become a result: totals, leaves, tree, linearization, intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from scoring.arrays import refusing_overflow
from scoring.errors import DataError, EmptyDomainError, PlanError, SingletonStratumError
from scoring.estimates.points import estimate_points
from scoring.given import Given
from scoring.index.tally import totals_of
from scoring.report import Report
from scoring.result import Result
from scoring.sample import WHOLE_SAMPLE, Domain, Sample
from scoring.totals import PsuTotals
from scoring.tree import IndexTree

LonelyPsu: TypeAlias = Literal["refuse"]
Named: TypeAlias = Mapping[str, str] | None


@dataclass(frozen=True)
class Options:
    """How to estimate.

    Parameters
    ----------
    domains : sets of domain columns; the whole sample is always estimated
    compare : pairs of domains (column -> value; None = the whole sample), a less b
    confidence : of the intervals, between 0 and 1
    lonely_psu : what to do with a stratum of one PSU; ``refuse`` raises
    given : figures from outside
    min_n : replaces the tree's ``min_n``

    Raises
    ------
    PlanError
        If the confidence is not between 0 and 1, or min_n is below 1.
    """

    domains: Sequence[Sequence[str]] = ()
    compare: Sequence[tuple[Named, Named]] = ()
    confidence: float = 0.95
    lonely_psu: LonelyPsu = "refuse"
    given: Given = field(default_factory=Given)
    min_n: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise PlanError(f"{self.confidence} is not between 0 and 1", where="confidence")
        if self.min_n is not None and self.min_n < 1:
            raise PlanError(f"{self.min_n} is below 1", where="min_n")

    @property
    def column_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of domain columns that totals must be summed by, each once."""
        compared = [tuple(named) for pair in self.compare for named in pair if named]
        listed: dict[frozenset[str], tuple[str, ...]] = {}
        for columns in (*map(tuple, self.domains), *compared):
            listed.setdefault(frozenset(columns), columns)
        return tuple(columns for columns in listed.values() if columns)


def score_sample(sample: Sample, tree: IndexTree, options: Options) -> Result:
    """Estimate every node of the tree from respondents.

    Parameters
    ----------
    sample : Sample of n rows
    tree : IndexTree
    options : Options

    Raises
    ------
    ScoringError
        As ``totals_of`` and ``score_totals``.

    Notes
    -----
    score_sample(x) = score_totals(totals_of(x)).
    """
    return score_totals(totals_of(sample, tree, options.column_sets), tree, options)


def score_totals(totals: PsuTotals, tree: IndexTree, options: Options) -> Result:
    """Estimate every node of the tree from PSU totals.

    Parameters
    ----------
    totals : PsuTotals, summed by ``options.column_sets``
    tree : IndexTree
    options : Options

    Raises
    ------
    SingletonStratumError
        If a stratum holds one PSU.
    EmptyDomainError
        If a domain to be compared has no respondent.
    DataError
        If the totals are of another tree or other domains, or a geometric mean meets zero.
    """
    _refuse_strangers(totals, tree, options)
    _refuse_lonely(totals)
    min_n = tree.min_n if options.min_n is None else options.min_n
    place = {frozenset(domain): at for at, domain in enumerate(totals.domains)}
    pairs = [(_found(place, one), _found(place, other)) for one, other in options.compare]
    with refusing_overflow():
        points = estimate_points(totals, tree, options.given, min_n, options.confidence)
        report = Report(totals, tree, points, min_n, options.confidence)
        return Result(
            tuple(row for domain in _shown(totals, options) for row in report.estimates(domain)),
            tuple(row for one, other in pairs for row in report.differences(one, other)),
            points.influence,
            tree.position,
            place,
        )


def _shown(totals: PsuTotals, options: Options) -> list[int]:
    """Return the places of the whole sample, then of the sets as listed, values sorted as text."""
    by_columns: dict[tuple[str, ...], list[tuple[Domain, int]]] = {}
    for at, domain in enumerate(totals.domains):
        by_columns.setdefault(tuple(name for name, _ in domain), []).append((domain, at))
    shown = {frozenset(columns) for columns in options.domains}
    listed = [(), *(columns for columns in options.column_sets if frozenset(columns) in shown)]
    return [at for columns in listed for _, at in sorted(by_columns.get(columns, []))]


def _found(place: Mapping[frozenset[tuple[str, str]], int], named: Named) -> int:
    key = frozenset((named or {}).items())
    if key not in place:
        raise EmptyDomainError(f"domain {dict(named or {})} is empty", where="compare")
    return place[key]


def _refuse_strangers(totals: PsuTotals, tree: IndexTree, options: Options) -> None:
    if totals.leaves != tuple(leaf.code for leaf in tree.item_leaves):
        raise DataError("the totals are of another tree")
    summed = {columns for columns, _ in totals.blank}
    lacking = [columns for columns in options.column_sets if columns not in summed]
    if lacking or WHOLE_SAMPLE not in totals.domains:
        raise DataError(f"the totals were not summed by {lacking or 'the whole sample'}")


def _refuse_lonely(totals: PsuTotals) -> None:
    if totals.leaves:
        counts = totals.frame.psus_per_stratum.tolist()
        lonely = [label for label, n in zip(totals.frame.strata, counts, strict=True) if n == 1]
        if lonely:
            raise SingletonStratumError(lonely)
