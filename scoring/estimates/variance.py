"""Variances and covariances of linearized totals. Knows no tree and no answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.design import Frame


@dataclass(frozen=True, eq=False)
class Spread:
    """Totals centred within their groups, scaled so that sums of squares are variances.

    Parameters
    ----------
    rows : (q, r) sqrt(m / (m - 1)) (t - mean)
    zeros : (q, groups) the same for the m - r units of the group without a row, as one column
    start : (groups,) first row of each group
    """

    rows: FloatArray
    zeros: FloatArray
    start: IntArray

    @property
    def variance(self) -> FloatArray:
        """(q, groups) contribution of each group to the variance."""
        if not len(self.start):
            return self.zeros
        return np.add.reduceat(self.rows**2, self.start, axis=1) + self.zeros**2

    @property
    def covariance(self) -> FloatArray:
        """(q, q) covariance, summed over the groups."""
        return self.rows @ self.rows.T + self.zeros @ self.zeros.T


def spread(t: FloatArray, group: IntArray, size: IntArray) -> Spread:
    """Centre totals of units within their groups.

    Parameters
    ----------
    t : (q, r) totals of the units that have a row
    group : (r,) group of each unit, ascending
    size : (r,) number of units m in its group, those without a row included; above 1

    Notes
    -----
    V = sum_h m/(m-1) sum_c (t_hc - mean_h t)^2, units without a row being zero.
    Source: Wolter 2007, chapter 6; Lumley 2010; R: ``survey::svyrecvar`` without fpc.
    """
    start = np.flatnonzero(np.diff(group, prepend=-1))
    if not len(start):
        return Spread(t, np.empty((len(t), 0)), start)
    counts = np.diff(start, append=len(group))
    m = size[start].astype(np.float64)
    mean = np.add.reduceat(t, start, axis=1) / m
    scale = np.sqrt(m / (m - 1))
    rows = (t - np.repeat(mean, counts, axis=1)) * np.repeat(scale, counts)
    return Spread(rows, mean * scale * np.sqrt(m - counts), start)


@dataclass(frozen=True, eq=False)
class Units:
    """Linearized totals by domain and unit.

    Parameters
    ----------
    domain : (r,) ascending
    unit : (r,) ascending within the domain
    t : (p, r) total of each node
    """

    domain: IntArray
    unit: IntArray
    t: FloatArray

    def contrast(self, nodes: Sequence[int], domains: Sequence[int]) -> "Units":
        """Return the totals of chosen (node, domain) pairs side by side, over all their units."""
        units = np.unique(self.unit[np.isin(self.domain, domains)])
        t = np.zeros((len(nodes), len(units)))
        for row, (node, domain) in enumerate(zip(nodes, domains, strict=True)):
            here = self.domain == domain
            t[row, np.searchsorted(units, self.unit[here])] = self.t[node, here]
        return Units(np.zeros_like(units), units, t)

    def minus(self, one: int, other: int) -> "Units":
        """Return domain ``one`` less domain ``other``, every node, over the units of both."""
        units = np.unique(self.unit[(self.domain == one) | (self.domain == other)])
        t = np.zeros((len(self.t), len(units)))
        for domain, sign in ((one, 1.0), (other, -1.0)):
            here = self.domain == domain
            t[:, np.searchsorted(units, self.unit[here])] += sign * self.t[:, here]
        return Units(np.zeros_like(units), units, t)


@dataclass(frozen=True, eq=False)
class Influence:
    """All that the variances of a tree's nodes are made of.

    Parameters
    ----------
    frame : Frame
    n_domains : int
    psus : totals by PSU; leaves that one PSU alone answered are zero
    alone : totals by second-stage unit of those leaves only, in their PSUs
    rest : the same units, totals of the other leaves
    given : (names, nodes, domains) derivative by each figure from outside, times its SE
    known : (nodes, domains) whether the variance is known
    """

    frame: Frame
    n_domains: int
    psus: Units
    alone: Units
    rest: Units
    given: FloatArray
    known: BoolArray

    def variances(self) -> FloatArray:
        """Return the (nodes, domains) variances; zero stands where nothing is known.

        Notes
        -----
        V = max(B + W(all) - W(rest), W(alone)) + sum (dg/dx)^2 se^2: B between PSUs; W within
        the PSUs that alone hold a leaf's answers, of all leaves, of those answered in several
        PSUs, and of the others. Without such PSUs V = B, with nothing else V = W(alone).
        """
        between = self._by_domain(self.psus, self._between(self.psus))
        alone, rest, whole = (
            self._by_domain(units, self._within(units))
            for units in (self.alone, self.rest, self._whole)
        )
        given: FloatArray = (self.given**2).sum(axis=0)
        variance: FloatArray = np.maximum(between + (whole - rest), alone) + given
        return variance

    def difference(self, one: int, other: int) -> FloatArray:
        """Return the (nodes,) variances of domain ``one`` less domain ``other``."""
        between = self._between(self.psus.minus(one, other)).variance.sum(axis=1)
        alone, rest, whole = (
            self._within(units.minus(one, other)).variance.sum(axis=1)
            for units in (self.alone, self.rest, self._whole)
        )
        both = self.given[:, :, one] ** 2 + self.given[:, :, other] ** 2
        given: FloatArray = both.sum(axis=0)
        variance: FloatArray = np.maximum(between + (whole - rest), alone) + given
        return variance

    def covariance(self, nodes: Sequence[int], domains: Sequence[int]) -> FloatArray:
        """Return the (q, q) covariance of chosen (node, domain) pairs."""
        between = self._between(self.psus.contrast(nodes, domains)).covariance
        rest = self._within(self.rest.contrast(nodes, domains)).covariance
        whole = self._within(self._whole.contrast(nodes, domains)).covariance
        given = self.given[:, nodes, domains]
        same = np.equal.outer(np.asarray(domains), np.asarray(domains))
        shared: FloatArray = (given.T @ given) * same
        return between + (whole - rest) + shared

    @property
    def _whole(self) -> Units:
        return Units(self.rest.domain, self.rest.unit, self.rest.t + self.alone.t)

    def _between(self, units: Units) -> Spread:
        stratum = self.frame.psu_stratum[units.unit]
        size = self.frame.psus_per_stratum[stratum]
        return spread(units.t, units.domain * len(self.frame.strata) + stratum, size)

    def _within(self, units: Units) -> Spread:
        psu = self.frame.ssu_psu[units.unit]
        return spread(
            units.t, units.domain * len(self.frame.psus) + psu, self.frame.ssus_per_psu[psu]
        )

    def _by_domain(self, units: Units, parts: Spread) -> FloatArray:
        sums = np.zeros((len(units.t), self.n_domains))
        if len(parts.start):
            domain = units.domain[parts.start]
            first = np.flatnonzero(np.diff(domain, prepend=-1))
            sums[:, domain[first]] = np.add.reduceat(parts.variance, first, axis=1)
        return sums
