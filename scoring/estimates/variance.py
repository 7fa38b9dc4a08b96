"""Variances and covariances of nodes, from all that varies. Knows no tree and no answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scoring.arrays import FloatArray
from scoring.estimates.spread import Nest, spread
from scoring.estimates.units import Units


class Between(Protocol):
    """What is known of the variance of leaves answered in several PSUs."""

    def variances(self) -> FloatArray:
        """Return the (nodes, domains) variances."""
        ...

    def difference(self, one: int, other: int) -> FloatArray:
        """Return the (nodes,) variances of domain ``one`` less domain ``other``."""
        ...

    def covariance(self, nodes: Sequence[int], domains: Sequence[int]) -> FloatArray:
        """Return the (q, q) covariance of chosen (node, domain) pairs."""
        ...


@dataclass(frozen=True, eq=False)
class Influence:
    """All that the variances of a tree's nodes are made of.

    Parameters
    ----------
    between : the design's variance; leaves that one PSU alone answered do not vary in it
    villages : second-stage units in PSUs
    alone : totals by second-stage unit of those leaves only, in their PSUs
    rest : the same units, totals of the other leaves
    given : (names, nodes, domains) derivative by each figure from outside, times its SE
    """

    between: Between
    villages: Nest
    alone: Units
    rest: Units
    given: FloatArray

    def variances(self) -> FloatArray:
        """Return the (nodes, domains) variances; zero stands where nothing is known.

        Notes
        -----
        V = max(B + W(all) - W(rest), W(alone)) + sum (dg/dx)^2 se^2: B between PSUs; W within
        the PSUs that alone hold a leaf's answers, of all leaves, of those answered in several
        PSUs, and of the others. Without such PSUs V = B, with nothing else V = W(alone).
        """
        between = self.between.variances()
        alone, rest, whole = (
            spread(units, self.villages).variance for units in (self.alone, self.rest, self._whole)
        )
        given: FloatArray = (self.given**2).sum(axis=0)
        variance: FloatArray = np.maximum(between + (whole - rest), alone) + given
        return variance

    def difference(self, one: int, other: int) -> FloatArray:
        """Return the (nodes,) variances of domain ``one`` less domain ``other``."""
        between = self.between.difference(one, other)
        alone, rest, whole = (
            spread(units.minus(one, other), self.villages).variance[:, 0]
            for units in (self.alone, self.rest, self._whole)
        )
        both = self.given[:, :, one] ** 2 + self.given[:, :, other] ** 2
        given: FloatArray = both.sum(axis=0)
        variance: FloatArray = np.maximum(between + (whole - rest), alone) + given
        return variance

    def covariance(self, nodes: Sequence[int], domains: Sequence[int]) -> FloatArray:
        """Return the (q, q) covariance of chosen (node, domain) pairs."""
        between = self.between.covariance(nodes, domains)
        rest = spread(self.rest.contrast(nodes, domains), self.villages).covariance
        whole = spread(self._whole.contrast(nodes, domains), self.villages).covariance
        given = self.given[:, nodes, domains]
        same = np.equal.outer(np.asarray(domains), np.asarray(domains))
        shared: FloatArray = (given.T @ given) * same
        return between + (whole - rest) + shared

    @property
    def _whole(self) -> Units:
        rest = self.rest
        return Units(rest.domain, rest.unit, rest.t + self.alone.t, rest.slope)
