"""Totals of the answers themselves and their ratios, with errors (Python only).

An index has no use for them. Knows no tree above its leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from scoring.arrays import FloatArray, whole_numbers
from scoring.errors import DataError
from scoring.estimates.intervals import domain_df
from scoring.estimates.lonely import policy_factor
from scoring.estimates.method import Method
from scoring.estimates.replicates import Replicated
from scoring.estimates.stages import Linearized, first_stage, second_stage
from scoring.estimates.units import Units
from scoring.nodes import ItemLeaf
from scoring.sample import Domain
from scoring.totals import PsuTotals, Rows


class Total(NamedTuple):
    """The total of a leaf's answers in a domain; ``domain`` empty is the whole sample."""

    domain: Mapping[str, str]
    leaf: str
    estimate: float
    se: float
    df: int
    n: int


class Ratio(NamedTuple):
    """The total of one leaf's answers over that of another; ``se`` None = cannot be known."""

    estimate: float
    se: float | None
    df: int


@dataclass(frozen=True, eq=False)
class AnswerTotals:
    """Totals of the answers to every item leaf in every domain, and how they vary together.

    Parameters
    ----------
    rows : one for each domain and leaf
    leaves, domains : what the totals are of
    psus : the sums by PSU that they are made of
    between : their variances
    """

    rows: tuple[Total, ...]
    leaves: tuple[str, ...]
    domains: tuple[Domain, ...]
    psus: Rows = field(repr=False)
    between: Linearized | Replicated = field(repr=False)

    def __iter__(self) -> Iterator[Total]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: int) -> Total:
        return self.rows[at]

    def get(self, leaf: str, domain: Mapping[str, str] | None = None) -> Total:
        """Return the total of a leaf in a domain; KeyError if there is none."""
        place, of = self._place(leaf, domain)
        return self.rows[of * len(self.leaves) + place]

    def covariance(self, keys: Sequence[tuple[str, Mapping[str, str] | None]]) -> FloatArray:
        """Return the (q, q) joint covariance of (leaf, domain) totals."""
        places = [self._place(leaf, domain) for leaf, domain in keys]
        return self.between.covariance([at for at, _ in places], [of for _, of in places])

    def ratio(
        self, numerator: str, denominator: str, domain: Mapping[str, str] | None = None
    ) -> Ratio:
        """Return the ratio of two totals of a domain.

        Raises
        ------
        DataError
            If the denominator is zero.

        Notes
        -----
        R = T1 / T2, V(R) = (V11 - 2 R V12 + R^2 V22) / T2^2; of replicates the spread of their own
        ratios. Where all answers lie in one PSU that is 0 and says nothing: no SE.
        Source: Sarndal, Swensson, Wretman 1992, chapter 5; R: ``svyratio``.
        """
        above, below = (self.get(leaf, domain) for leaf in (numerator, denominator))
        if below.estimate == 0:
            raise DataError(f"the total of {denominator!r} is zero", where="ratio")
        ratio = above.estimate / below.estimate
        if self._lies_in_one_psu((numerator, denominator), domain):
            return Ratio(ratio, None, above.df)
        if isinstance(self.between, Replicated):
            (one, of), (other, _) = (
                self._place(each, domain) for each in (numerator, denominator)
            )
            variance = self.between.ratio(one, other, of)
        else:
            v = self.covariance([(numerator, domain), (denominator, domain)])
            slope = np.asarray([1.0, -ratio]) / below.estimate
            variance = float(slope @ v @ slope)
        return Ratio(ratio, max(variance, 0.0) ** 0.5, above.df)

    def _lies_in_one_psu(self, leaves: Sequence[str], domain: Mapping[str, str] | None) -> bool:
        places = [self._place(leaf, domain) for leaf in leaves]
        answers = self.psus.n[:, [at for at, _ in places]].sum(axis=1)
        here = (self.psus.domain == places[0][1]) & (answers > 0)
        return int(np.count_nonzero(here)) <= 1

    def _place(self, leaf: str, domain: Mapping[str, str] | None) -> tuple[int, int]:
        key = frozenset((domain or {}).items())
        found = [at for at, each in enumerate(self.domains) if frozenset(each) == key]
        if leaf not in self.leaves or not found:
            raise KeyError((leaf, domain))
        return self.leaves.index(leaf), found[0]


def answer_totals(totals: PsuTotals, leaves: tuple[ItemLeaf, ...], method: Method) -> AnswerTotals:
    """Estimate the total of the answers to every item leaf in every domain, cells added up.

    Notes
    -----
    T = sum w x over the valid answers, x on the leaf's range; t_hc = the same by PSU.
    Source: Sarndal, Swensson, Wretman 1992, chapter 4; R: ``svytotal(na.rm = TRUE)``.
    """
    n_domains = len(totals.domains)
    estimate = totals.psus.by_domain(_answers(totals.psus, leaves), n_domains)
    between = _between(totals, leaves, method, estimate)
    se: FloatArray = np.sqrt(between.variances()).T
    df = whole_numbers(np.minimum(domain_df(totals), method.most_df)).tolist()
    n = whole_numbers(totals.psus.by_domain(totals.psus.n, n_domains)).tolist()
    rows = (
        Total(dict(domain), leaf.code, float(estimate[d, j]), float(se[d, j]), df[d], n[d][j])
        for d, domain in enumerate(totals.domains)
        for j, leaf in enumerate(leaves)
    )
    codes = tuple(leaf.code for leaf in leaves)
    return AnswerTotals(tuple(rows), codes, totals.domains, totals.psus, between)


def _between(
    totals: PsuTotals, leaves: Sequence[ItemLeaf], method: Method, estimate: FloatArray
) -> Linearized | Replicated:
    if method.replicates is not None:
        low, span = _ranges(leaves)
        sums = [low * d + span * y for y, d in method.replicates.sums()]
        values = np.concatenate(sums).transpose(0, 2, 1)
        factor = policy_factor(totals, method.lonely_psu, by_all=method.is_calibrated)
        return Replicated(values, estimate.T, method.replicates, factor)
    fit, n_domains = method.fit, len(totals.domains)
    fitted = fit.projected(_answers(fit.rows, leaves), n_domains)
    slope = fitted.reshape(n_domains, fit.x.shape[1], len(leaves)).transpose(2, 0, 1)
    first, second = (
        Units(rows.domain, rows.unit, _answers(rows, leaves).T, slope)
        for rows in (totals.psus, totals.seconds)
    )
    stages = [first_stage(totals, first, method)]
    if totals.frame.is_two_stage:
        stages.append(second_stage(totals, second, method))
    return Linearized(tuple(stages))


def _answers(rows: Rows, leaves: Sequence[ItemLeaf]) -> FloatArray:
    """Return (r, k): sums of w r x."""
    low, span = _ranges(leaves)
    sums: FloatArray = low * rows.d + span * rows.y
    return sums


def _ranges(leaves: Sequence[ItemLeaf]) -> tuple[FloatArray, FloatArray]:
    low, high = (np.asarray([leaf.range[side] for leaf in leaves]) for side in (0, 1))
    return low, high - low
