"""Estimates of one sample under many weights, and the variance that their spread makes.

A replicate multiplies the weights of whole units: it is a sum over their totals, never a second
pass over respondents. Knows no tree and no design.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import FloatArray
from scoring.totals import Rows

Centre: TypeAlias = Literal["replicates", "estimate"]

CENTRES: tuple[Centre, ...] = ("replicates", "estimate")
BLOCK = 32


@dataclass(frozen=True, eq=False)
class Replicates:
    """What each replicate multiplies the weights by.

    Parameters
    ----------
    rows : sums by domain, unit and calibration cell under base weights
    unit : (R, U) factor of each unit of the rows
    cell : (R, A) factor of each calibration cell, calibrated anew
    weight : (R,) what the square of each deviation is multiplied by: scale x rscale
    centre : deviations are taken from the mean of the replicates, or from the estimate
    df : (domains,) most degrees of freedom that the replicates carry; infinite = not their affair
    """

    rows: Rows
    unit: FloatArray
    cell: FloatArray
    weight: FloatArray
    centre: Centre
    df: FloatArray

    def sums(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield, block by block of replicates, sums of w r s and of w r: (b, domains, k) each."""
        rows, (n, k) = self.rows, self.rows.y.shape
        start = np.flatnonzero(np.diff(rows.domain, prepend=-1))
        spans = list(zip(start.tolist(), [*start[1:].tolist(), n], strict=True))
        for first in range(0, len(self.unit), BLOCK):
            block = slice(first, first + BLOCK)
            factor = self.unit[block][:, rows.unit] * self.cell[block][:, rows.cell]
            y, d = (np.zeros((len(factor), len(self.df), k)) for _ in range(2))
            for begin, end in spans:
                here, domain = slice(begin, end), rows.domain[begin]
                y[:, domain] = factor[:, here] @ rows.y[here]
                d[:, domain] = factor[:, here] @ rows.d[here]
            yield y, d

    def centred(self, values: FloatArray, estimate: FloatArray | float) -> FloatArray:
        """Return (R, ...): root of the weight times the distance of values from their centre."""
        counted = self.weight > 0
        by_mean = self.centre == "replicates" and bool(counted.any())
        middle = values[counted].mean(axis=0) if by_mean else estimate
        scale = np.sqrt(self.weight).reshape(-1, *[1] * (values.ndim - 1))
        centred: FloatArray = scale * (values - middle)
        return centred


@dataclass(frozen=True, eq=False)
class Replicated:
    """Variances from the spread of replicates.

    Parameters
    ----------
    values : (R, q, domains) estimates of each replicate
    estimate : (q, domains) of the whole sample
    replicates : Replicates
    factor : (domains,) what the policy for lonely strata multiplies variances by

    Notes
    -----
    V = sum_r weight_r (theta_r - centre)^2. Source: Wolter 2007, chapters 3 to 5; R:
    ``svrVar(..., mse = FALSE)`` for the mean of the replicates as centre, TRUE for the estimate.
    """

    values: FloatArray
    estimate: FloatArray
    replicates: Replicates
    factor: FloatArray

    @cached_property
    def deviations(self) -> FloatArray:
        """(R, q, domains) scaled distances from the centre, whose squares add up to V."""
        deviations: FloatArray = self.replicates.centred(self.values, self.estimate)
        return deviations * np.sqrt(self.factor)

    def variances(self) -> FloatArray:
        """Return the (q, domains) variances."""
        variances: FloatArray = (self.deviations**2).sum(axis=0)
        return variances

    def difference(self, one: int, other: int) -> FloatArray:
        """Return the (q,) variances of domain ``one`` less domain ``other``."""
        away = self.deviations[:, :, one] - self.deviations[:, :, other]
        variances: FloatArray = (away**2).sum(axis=0)
        return variances

    def covariance(self, nodes: Sequence[int], domains: Sequence[int]) -> FloatArray:
        """Return the (q, q) covariance of chosen (node, domain) pairs."""
        chosen = self.deviations[:, list(nodes), list(domains)]
        covariance: FloatArray = chosen.T @ chosen
        return covariance

    def ratio(self, one: int, other: int, domain: int) -> float:
        """Return the variance of the ratio of two of the estimates in a domain."""
        values = self.values[:, one, domain] / self.values[:, other, domain]
        estimate = float(self.estimate[one, domain] / self.estimate[other, domain])
        away = self.replicates.centred(values, estimate)
        return float((away**2).sum() * self.factor[domain])
