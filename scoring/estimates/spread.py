"""How far totals spread within groups of units: PSUs in strata, second-stage units in PSUs.

Knows no tree and no answers.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.arrays import FloatArray, IntArray
from scoring.estimates.units import Units


@dataclass(frozen=True, eq=False)
class Nest:
    """Groups of units, and what calibration fitted to each unit.

    Parameters
    ----------
    group : (U,) group of each unit, ascending
    size : (G,) number of units m in each group
    fitted : (U, p) sum of calibrated weights times auxiliaries
    kept : (G,) what is left of the variance of each group by finite population corrections
    lone : what the square of a unit that is alone in its group, centred at the mean of all
        units, is multiplied by: 0 or 1
    """

    group: IntArray
    size: IntArray
    fitted: FloatArray
    kept: FloatArray
    lone: float = 0.0

    @cached_property
    def scale(self) -> FloatArray:
        """(G,) root of kept m / (m - 1)."""
        m = self.size.astype(np.float64)
        return np.sqrt(self.kept * np.where(m > 1, m / np.maximum(m - 1, 1.0), self.lone))

    @cached_property
    def centred(self) -> FloatArray:
        """(U, p) fitted auxiliaries less their mean in the group; as they are where m is 1."""
        mean = self._sums(self.fitted) / np.maximum(self.size, 1)[:, np.newaxis]
        several = (self.size > 1)[self.group]
        return self.fitted - np.where(several[:, np.newaxis], mean[self.group], 0.0)

    @cached_property
    def squares(self) -> FloatArray:
        """(G, p, p) sums of squares and products of the centred auxiliaries."""
        return self._sums(self.centred[:, :, np.newaxis] * self.centred[:, np.newaxis])

    def _sums(self, values: FloatArray) -> FloatArray:
        sums = np.zeros((len(self.size), *values.shape[1:]))
        np.add.at(sums, self.group, values)
        return sums


@dataclass(frozen=True, eq=False)
class Spread:
    """Totals centred within their groups, scaled so that sums of squares are variances.

    Parameters
    ----------
    rows : (q, r) sqrt(m / (m - 1)) (e - mean), e the total less its regression
    zeros : (q, groups) the same for the mean of the units of the group without a row
    domain : (groups,) domain of each group of rows, ascending
    start : (groups,) first row of each group
    slope : (q, domains, p) regression of each node
    unseen : (domains, p, p) spread of the fitted auxiliaries over the units without a row
    """

    rows: FloatArray
    zeros: FloatArray
    domain: IntArray
    start: IntArray
    slope: FloatArray
    unseen: FloatArray

    @property
    def variance(self) -> FloatArray:
        """(q, domains) variances."""
        fitted = np.einsum("qdi,dij,qdj->qd", self.slope, self.unseen, self.slope)
        sums: FloatArray = np.maximum(fitted, 0.0)
        if len(self.start):
            parts = np.add.reduceat(self.rows**2, self.start, axis=1) + self.zeros**2
            first = np.flatnonzero(np.diff(self.domain, prepend=-1))
            sums[:, self.domain[first]] += np.add.reduceat(parts, first, axis=1)
        return sums

    @property
    def covariance(self) -> FloatArray:
        """(q, q) covariance; for totals of one domain."""
        slope = self.slope[:, 0]
        fitted = slope @ self.unseen[0] @ slope.T
        covariance: FloatArray = self.rows @ self.rows.T + self.zeros @ self.zeros.T + fitted
        return covariance


def spread(units: Units, nest: Nest) -> Spread:
    """Centre totals of units within their groups.

    Parameters
    ----------
    units : totals; where a unit is alone in its group and counts, it has a row
    nest : Nest

    Notes
    -----
    V = sum_h kept_h m/(m-1) sum_c (e_hc - mean_h e)^2, e = t - slope x fitted, t zero for units
    without a row; kept_h = 1 - f_h between PSUs, f_h (1 - f2_c) within PSU c of stratum h.
    Fitted values are centred first, so that the mean of e is that of t; the units without a row
    enter through their number, mean and squares, not one by one.
    Source: Wolter 2007, chapter 6; Sarndal, Swensson, Wretman 1992, chapter 4 (two stages);
    Lumley 2010; R: ``survey::svyrecvar``.
    """
    n_groups = len(nest.size)
    key = units.domain * n_groups + nest.group[units.unit]
    start = np.flatnonzero(np.diff(key, prepend=-1))
    counts = np.diff(start, append=len(key))
    domain, group = np.divmod(key[start], max(n_groups, 1))
    m, scale = nest.size[group].astype(np.float64), nest.scale[group]
    mean = _added(units.t, start) / m
    lone = nest.size[group] == 1
    if nest.lone and lone.any():
        mean[:, lone] = _grand_means(units, nest)[:, domain[lone]]
    h = nest.centred[units.unit]
    e = _less(units.t, units.slope, units.domain, h.T)
    rows = (e - np.repeat(mean, counts, axis=1)) * np.repeat(scale, counts)
    absent = m - counts
    away = -_added(h.T, start) / np.maximum(absent, 1)
    zeros = _less(-mean, units.slope, domain, away) * scale * np.sqrt(absent)
    square = _added(np.einsum("ri,rj->ijr", h, h), start) + absent * away[:, np.newaxis] * away
    left = np.where(absent > 1, nest.squares[group].T - square, 0.0)
    unseen = _unseen(units.slope.shape[1], nest, (domain, group), left.T)
    return Spread(rows, zeros, domain, start, units.slope, unseen)


def _less(t: FloatArray, slope: FloatArray, domain: IntArray, h: FloatArray) -> FloatArray:
    """Return t (q, r) less the sum over p of the slope of each domain times h (p, r)."""
    for at, fitted in enumerate(h):
        t = t - slope[:, domain, at] * fitted
    return t


def _grand_means(units: Units, nest: Nest) -> FloatArray:
    """Return the (q, domains) mean of e over all units, those without a row included."""
    n_domains = units.slope.shape[1]
    sums = np.zeros((len(units.t), n_domains))
    np.add.at(sums.T, units.domain, units.t.T)
    means: FloatArray = (sums - units.slope @ nest.fitted.sum(axis=0)) / len(nest.group)
    return means


def _unseen(
    n_domains: int, nest: Nest, seen: tuple[IntArray, IntArray], left: FloatArray
) -> FloatArray:
    """Add up what is left in the groups that were seen, and all of the others, by domain."""
    weighted = nest.squares * (nest.scale**2)[:, np.newaxis, np.newaxis]
    others = np.ones((n_domains, len(nest.size)))
    others[seen] = 0.0
    unseen: FloatArray = np.tensordot(others, weighted, axes=1)
    np.add.at(unseen, seen[0], left * (nest.scale[seen[1]] ** 2)[:, np.newaxis, np.newaxis])
    return unseen


def _added(values: FloatArray, start: IntArray) -> FloatArray:
    """Add up the last axis from each start to the next."""
    return np.add.reduceat(values, start, axis=-1) if len(start) else values
