"""A sample and a tree become a result: totals, leaves, tree, linearization, intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from scoring.arrays import refusing_overflow
from scoring.errors import DataError, DesignError, EmptyDomainError, PlanError
from scoring.estimates.intervals import INTERVALS, Interval, Level
from scoring.estimates.lonely import POLICIES, LonelyPsu, refuse_lonely
from scoring.estimates.method import DF_RULES, DfRule, Method
from scoring.estimates.points import estimate_points
from scoring.estimates.resampling import Variance, is_given, replicates_of
from scoring.estimates.schemes import GivenWeights
from scoring.estimates.sums import AnswerTotals, answer_totals
from scoring.given import Given
from scoring.index.many_cells import calibrated_by_rows, has_many_cells
from scoring.index.tally import totals_of
from scoring.notes import with_note
from scoring.report import Report
from scoring.result import Note, Result
from scoring.sample import WHOLE_SAMPLE, Domain, Sample
from scoring.totals import PsuTotals
from scoring.tree import IndexTree
from scoring.weights.calibration import Calibrated, calibrate
from scoring.weights.fit import Fit, fit_of, no_fit
from scoring.weights.margins import Calibration
from scoring.weights.trimming import trim_weights

Named: TypeAlias = Mapping[str, str] | None
Weighed: TypeAlias = tuple[Calibrated | None, PsuTotals, Fit]


@dataclass(frozen=True)
class Options:
    """How to estimate.

    Parameters
    ----------
    domains : sets of domain columns; the whole sample is always estimated
    compare : pairs of domains (column -> value; None = the whole sample), a less b
    confidence : of the intervals, between 0 and 1
    interval : ``t``; ``logit`` for every node on a scale with two ends; ``beta`` (Korn-Graubard),
        ``wilson``, ``likelihood``, ``asin`` for proportions, t for other nodes; None = by the kind
        of node: t, and beta for a proportion that t would carry beyond its ends. Whatever is not
        t is said in the note ``interval``
    lonely_psu : what a stratum of one PSU adds to the variance: ``refuse`` raises, ``certainty``
        nothing, ``average`` the mean of the other strata, ``adjust`` the square of its distance
        from the mean of all PSUs
    calibration : margins that the weights are brought to; None leaves the base weights
    given : figures from outside
    min_n : replaces the tree's ``min_n``
    trim : base weights above so many times their median are cut before anything else
    variance : replicates whose spread is the variance; None = Taylor
    df : ``design``, PSUs less strata; or ``satterthwaite``, for strata of unequal size (Taylor)

    Raises
    ------
    PlanError
        If the confidence is not between 0 and 1, min_n is below 1, or a word is unknown.
    """

    domains: Sequence[Sequence[str]] = ()
    compare: Sequence[tuple[Named, Named]] = ()
    confidence: float = 0.95
    interval: Interval | None = None
    lonely_psu: LonelyPsu = "refuse"
    calibration: Calibration | None = None
    given: Given = field(default_factory=Given)
    min_n: int | None = None
    trim: float | None = None
    variance: Variance | None = None
    df: DfRule = "design"

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise PlanError(f"{self.confidence} is not between 0 and 1", where="confidence")
        if self.min_n is not None and self.min_n < 1:
            raise PlanError(f"{self.min_n} is below 1", where="min_n")
        if self.interval not in (None, *INTERVALS):
            known = ", ".join(INTERVALS)
            raise PlanError(f"{self.interval!r} is none of {known}", where="interval")
        if self.lonely_psu not in POLICIES:
            known = ", ".join(POLICIES)
            raise PlanError(f"{self.lonely_psu!r} is none of {known}", where="lonely_psu")
        if self.df not in DF_RULES:
            raise PlanError(f"{self.df!r} is none of {', '.join(DF_RULES)}", where="df")
        if self.variance is not None:
            self._refuse_with_replicates()

    def _refuse_with_replicates(self) -> None:
        if self.lonely_psu == "adjust" and not is_given(self.variance):
            raise PlanError("adjust goes with taylor, not with replicates", where="lonely_psu")
        if self.df == "satterthwaite":
            raise PlanError("satterthwaite goes with taylor, not with replicates", where="df")
        if self.trim is not None and isinstance(self.variance, GivenWeights):
            raise PlanError("replicate weights that were given are not trimmed", where="trim")

    @property
    def column_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of domain columns that totals must be summed by, each once."""
        compared = [tuple(named) for pair in self.compare for named in pair if named]
        listed: dict[frozenset[str], tuple[str, ...]] = {}
        for columns in (*map(tuple, self.domains), *compared):
            listed.setdefault(frozenset(columns), columns)
        return tuple(columns for columns in listed.values() if columns)

    @property
    def cells(self) -> tuple[str, ...]:
        """The variables whose values make the calibration cells of the totals."""
        return () if self.calibration is None else self.calibration.columns


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
    score_sample(x) = score_totals(totals_of(x)); trimming comes before both.
    """
    return published(report_sample(sample, tree, options), options)


def report_sample(sample: Sample, tree: IndexTree, options: Options) -> Report:
    """Compute every node as ``score_sample`` does; what it is made of stays at hand.

    Raises
    ------
    ScoringError
        As ``score_sample``.
    """
    if options.trim is not None:
        trimmed = trim_weights(sample.weight, options.trim)
        lighter = replace(sample, weight=trimmed.weight)
        report = report_sample(lighter, tree, replace(options, trim=None))
        return replace(report, trimmed=Note("trimmed", trimmed.fact))
    calibration, columns = options.calibration, options.column_sets
    if calibration is not None and has_many_cells(sample, options.cells):
        _refuse_replicates(options)
        weighed = calibrated_by_rows(sample, tree, columns, calibration)
        return _reported(weighed[1], tree, options, weighed)
    return report_totals(totals_of(sample, tree, columns, cells=options.cells), tree, options)


def score_totals(totals: PsuTotals, tree: IndexTree, options: Options) -> Result:
    """Estimate every node of the tree from PSU totals.

    Parameters
    ----------
    totals : PsuTotals, summed by ``options.column_sets`` and the cells ``options.cells``
    tree : IndexTree
    options : Options

    Raises
    ------
    SingletonStratumError
        If a stratum holds one PSU, under the policy ``refuse``.
    EmptyDomainError
        If a domain to be compared has no respondent.
    DataError
        If the totals are of another tree, other domains or other cells, or a geometric mean meets
        zero.
    MarginError, ConvergenceError
        As ``calibrate``.
    PlanError
        If weights are to be trimmed: that is done on rows, before they are summed.
    """
    return published(report_totals(totals, tree, options), options)


def report_totals(totals: PsuTotals, tree: IndexTree, options: Options) -> Report:
    """Compute every node as ``score_totals`` does; what it is made of stays at hand.

    Raises
    ------
    ScoringError
        As ``score_totals``.
    """
    if options.trim is not None:
        raise PlanError("totals cannot be trimmed; trim the weights they sum", where="trim")
    _refuse_strangers(totals, tree, options)
    with refusing_overflow():
        weighed = _weighed(totals, options.calibration)
    return _reported(totals, tree, options, weighed)


def _reported(totals: PsuTotals, tree: IndexTree, options: Options, weighed: Weighed) -> Report:
    """Estimate from totals and what calibration has made of them."""
    _refuse_lonely(totals, options)
    calibrated, whole, fit = weighed
    min_n = tree.min_n if options.min_n is None else options.min_n
    with refusing_overflow():
        method = _method(totals, options, calibrated, fit)
        level = Level(options.confidence, options.interval)
        points = estimate_points(whole, tree, options.given, min_n, level, method)
    return Report(whole, tree, points, min_n, level, method, calibrated)


def published(report: Report, options: Options) -> Result:
    """Write the rows of a report down: the domains asked for, and the pairs to compare.

    Raises
    ------
    EmptyDomainError
        If a domain to be compared has no respondent.
    """
    domains = report.totals.domains
    place = {frozenset(domain): at for at, domain in enumerate(domains)}
    pairs = [(_found(place, one), _found(place, other)) for one, other in options.compare]
    shown = _shown(report.totals, options)
    with refusing_overflow():
        result = Result(
            tuple(row for domain in shown for row in report.estimates(domain)),
            tuple(row for one, other in pairs for row in report.differences(one, other)),
            report.points.influence,
            report.points.known,
            report.tree.position,
            place,
            report.calibrated,
        )
    return result if report.trimmed is None else with_note(result, report.trimmed)


def sum_answers(totals: PsuTotals, tree: IndexTree, options: Options) -> AnswerTotals:
    """Estimate the totals of the answers of every item leaf, in the units of its range.

    Parameters
    ----------
    totals, tree, options : as ``score_totals``; comparisons, figures and min_n do not matter

    Raises
    ------
    ScoringError
        As ``score_totals``.
    """
    _refuse_strangers(totals, tree, options)
    _refuse_lonely(totals, options)
    with refusing_overflow():
        calibrated, whole, fit = _weighed(totals, options.calibration)
        method = _method(totals, options, calibrated, fit)
        return answer_totals(whole, tree.item_leaves, method)


def _method(
    totals: PsuTotals, options: Options, calibrated: Calibrated | None, fit: Fit
) -> Method:
    """Return how totals become variances; given replicates know what lonely PSUs add."""
    if options.variance is None or not totals.leaves:
        return Method(options.lonely_psu, fit, df=options.df)
    policy = "refuse" if is_given(options.variance) else options.lonely_psu
    return Method(policy, fit, replicates_of(totals, options.variance, calibrated))


def _refuse_replicates(options: Options) -> None:
    if options.variance is not None:
        raise DesignError(
            "replicates are calibrated anew on cells, and here are too many; group or round",
            where=", ".join(options.cells),
        )


def _weighed(totals: PsuTotals, calibration: Calibration | None) -> Weighed:
    """Return the calibration, the totals under its weights, cells added up, and its regression."""
    if calibration is None or not totals.leaves:
        return None, totals.weighted(np.ones(len(totals.cells))), no_fit(totals)
    calibrated = calibrate(totals, calibration)
    return calibrated, calibrated.weigh(totals), fit_of(totals, calibrated)


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


def _refuse_lonely(totals: PsuTotals, options: Options) -> None:
    knows = is_given(options.variance)
    if options.lonely_psu == "refuse" and totals.leaves and not knows:
        refuse_lonely(totals.frame)
