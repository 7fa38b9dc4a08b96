"""Sums by domain and PSU: all that estimates and variances need (statistics: sufficient totals).

Knows neither respondents nor the tree above its leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.design import Frame
from scoring.errors import DesignError
from scoring.sample import Domain


@dataclass(frozen=True, eq=False)
class Rows:
    """Sums of the leaves over groups of respondents, one row for each domain and unit.

    Parameters
    ----------
    domain : (r,) place in the list of domains, ascending
    unit : (r,) code of the PSU or second-stage unit, ascending within the domain
    members : (r,) respondents of positive weight
    y : (r, k) sum of w r s, s the score on 0..1
    d : (r, k) sum of w r
    n : (r, k) number of valid answers
    """

    domain: IntArray
    unit: IntArray
    members: IntArray
    y: FloatArray
    d: FloatArray
    n: IntArray

    def only(self, rows: BoolArray) -> "Rows":
        """Return the marked rows."""
        return Rows(
            self.domain[rows],
            self.unit[rows],
            self.members[rows],
            self.y[rows],
            self.d[rows],
            self.n[rows],
        )

    def by_domain(self, values: FloatArray | IntArray | BoolArray, n_domains: int) -> FloatArray:
        """Add up one value (or one row of values) per row into (n_domains, ...)."""
        sums = np.zeros((n_domains, *values.shape[1:]))
        if len(values):
            starts = np.flatnonzero(np.diff(self.domain, prepend=-1))
            sums[self.domain[starts]] = np.add.reduceat(values, starts, axis=0, dtype=np.float64)
        return sums

    def units_with_answers(self, n_domains: int) -> FloatArray:
        """(n_domains, k) number of units that hold a valid answer to each leaf."""
        return self.by_domain(self.n > 0, n_domains)

    def summed_onto(self, place: IntArray, domain: IntArray, unit: IntArray) -> "Rows":
        """Return new rows; row i of this one is added to row ``place[i]``."""
        shape = (len(domain), len(self.domain))
        onto = sparse.csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=shape)
        return Rows(
            domain,
            unit,
            _whole(onto @ self.members),
            onto @ self.y,
            onto @ self.d,
            _whole(onto @ self.n),
        )


@dataclass(frozen=True, eq=False)
class PsuTotals:
    """The engine's inner form of a sample.

    Parameters
    ----------
    leaves : code of the item leaf of each column
    frame : the full list of PSUs and second-stage units
    domains : what each number in ``Rows.domain`` stands for; the empty domain is the whole sample
    psus : sums by domain and PSU; a PSU of the frame without a row is a row of zeros
    q : (domains, k) sum of w r s^2, for design effects
    seconds : sums by domain and second-stage unit, for those PSUs where they are needed
    outside : (k,) answers of the whole sample outside the range of their leaf
    blank : for each set of domain columns, how many rows belong to no value of it
    """

    leaves: tuple[str, ...]
    frame: Frame
    domains: tuple[Domain, ...]
    psus: Rows
    q: FloatArray
    seconds: Rows
    outside: IntArray
    blank: tuple[tuple[tuple[str, ...], int], ...]

    def merge(self, other: "PsuTotals") -> "PsuTotals":
        """Add the totals of another part of the same design; a merge is a sum.

        Second-stage sums stay complete only when both parts were summed with
        ``second_stage="all"``.

        Raises
        ------
        DesignError
            If the two parts have other leaves or another frame.
        """
        if self.leaves != other.leaves or not self.frame.same_as(other.frame):
            raise DesignError("totals of different trees or frames cannot be merged")
        domains = tuple(dict.fromkeys((*self.domains, *other.domains)))
        place = {domain: at for at, domain in enumerate(domains)}
        maps = [
            np.asarray([place[domain] for domain in part.domains], dtype=np.int64)
            for part in (self, other)
        ]
        q = np.zeros((len(domains), len(self.leaves)))
        for part, places in zip((self, other), maps, strict=True):
            q[places] += part.q
        blank = {columns: 0 for columns, _ in (*self.blank, *other.blank)}
        for columns, count in (*self.blank, *other.blank):
            blank[columns] += count
        return PsuTotals(
            self.leaves,
            self.frame,
            domains,
            _merged([self.psus, other.psus], maps),
            q,
            _merged([self.seconds, other.seconds], maps),
            self.outside + other.outside,
            tuple(blank.items()),
        )


def totals_of_nothing(
    domains: Sequence[Domain], column_sets: Sequence[tuple[str, ...]]
) -> PsuTotals:
    """Return the totals of an index that needs no answers, for the given domains."""
    none = np.empty(0, dtype=np.int64)
    return PsuTotals(
        (),
        Frame((), (), none),
        tuple(domains),
        empty_rows(0),
        np.empty((len(domains), 0)),
        empty_rows(0),
        none,
        tuple((columns, 0) for columns in column_sets),
    )


def empty_rows(n_leaves: int) -> Rows:
    """Return rows of nothing."""
    none = np.empty(0, dtype=np.int64)
    sums = np.empty((0, n_leaves))
    return Rows(none, none, none, sums, sums, np.empty((0, n_leaves), dtype=np.int64))


def _merged(parts: Sequence[Rows], maps: Sequence[IntArray]) -> Rows:
    joined = Rows(
        np.concatenate([at[part.domain] for part, at in zip(parts, maps, strict=True)]),
        np.concatenate([part.unit for part in parts]),
        np.concatenate([part.members for part in parts]),
        np.concatenate([part.y for part in parts]),
        np.concatenate([part.d for part in parts]),
        np.concatenate([part.n for part in parts]),
    )
    width = int(joined.unit.max(initial=0)) + 1
    keys, place = np.unique(joined.domain * width + joined.unit, return_inverse=True)
    return joined.summed_onto(place, keys // width, keys % width)


def _whole(sums: FloatArray) -> IntArray:
    return np.rint(sums).astype(np.int64)
