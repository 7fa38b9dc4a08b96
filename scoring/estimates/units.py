"""Linearized totals by domain and unit, and what linear combinations of them are.

Knows no design.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Units:
    """Linearized totals: of a unit without a row in a domain, ``t`` is zero.

    Parameters
    ----------
    domain : (r,) ascending
    unit : (r,) ascending within the domain
    t : (q, r) total of each node
    slope : (q, domains, p) regression of each node on the auxiliaries of the calibration; the
        total that varies is t less slope times the fitted auxiliaries of *every* unit
    """

    domain: IntArray
    unit: IntArray
    t: FloatArray
    slope: FloatArray

    def with_every(self, units: IntArray, n_domains: int) -> "Units":
        """Return the same totals with a row for these units in every domain."""
        width = max(int(self.unit.max(initial=0)), int(units.max(initial=0))) + 1
        key = self.domain * width + self.unit
        wanted = (np.arange(n_domains)[:, np.newaxis] * width + units).ravel()
        every = np.union1d(key, wanted)
        t = np.zeros((len(self.t), len(every)))
        t[:, np.searchsorted(every, key)] = self.t
        return Units(every // width, every % width, t, self.slope)

    def times(self, factor: FloatArray) -> "Units":
        """Multiply everything in a domain by its factor (domains,)."""
        t = self.t * factor[self.domain]
        return Units(self.domain, self.unit, t, self.slope * factor[:, np.newaxis])

    def contrast(self, nodes: Sequence[int], domains: Sequence[int]) -> "Units":
        """Return the totals of chosen (node, domain) pairs side by side, over all their units."""
        units = np.unique(self.unit[np.isin(self.domain, domains)])
        t = np.zeros((len(nodes), len(units)))
        for row, (node, domain) in enumerate(zip(nodes, domains, strict=True)):
            here = self.domain == domain
            t[row, np.searchsorted(units, self.unit[here])] = self.t[node, here]
        slope = self.slope[list(nodes), list(domains)][:, np.newaxis]
        return Units(np.zeros_like(units), units, t, slope)

    def minus(self, one: int, other: int) -> "Units":
        """Return domain ``one`` less domain ``other``, every node, over the units of both."""
        units = np.unique(self.unit[(self.domain == one) | (self.domain == other)])
        t = np.zeros((len(self.t), len(units)))
        for domain, sign in ((one, 1.0), (other, -1.0)):
            here = self.domain == domain
            t[:, np.searchsorted(units, self.unit[here])] += sign * self.t[:, here]
        slope = self.slope[:, [one]] - self.slope[:, [other]]
        return Units(np.zeros_like(units), units, t, slope)
