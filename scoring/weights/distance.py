"""How far calibration may pull weights: four ways to measure the distance from the base weights.

Each is known by the factor g = F(x'b) that it leads to. Knows neither cells nor margins.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from scipy.special import expit

from scoring.arrays import FloatArray

Bounds: TypeAlias = tuple[float, float]


class Distance(Protocol):
    """A function F of u = x'b, its derivative and its integral; F(0) = 1, F rises with u."""

    def factor(self, u: FloatArray) -> FloatArray:
        """Return F(u), what the base weight is multiplied by."""

    def slope(self, u: FloatArray) -> FloatArray:
        """Return the derivative of F; zero where a bound holds the factor."""

    def integral(self, u: FloatArray) -> FloatArray:
        """Return the integral of F, convex; but for a constant."""


@dataclass(frozen=True)
class Exponential:
    """Raking: F = exp(u). Source: Deville and Sarndal 1992, case 2."""

    def factor(self, u: FloatArray) -> FloatArray:
        """Return exp(u)."""
        return np.asarray(np.exp(u))

    slope = integral = factor


@dataclass(frozen=True)
class Linear:
    """Linear (GREG), held within bounds: F = 1 + u. Source: Deville and Sarndal 1992, cases 1, 7.

    Parameters
    ----------
    bounds : least and largest factor; infinite without
    """

    bounds: Bounds = (-np.inf, np.inf)

    def factor(self, u: FloatArray) -> FloatArray:
        """Return 1 + u, cut at the bounds."""
        return np.asarray(np.clip(1 + u, *self.bounds))

    def slope(self, u: FloatArray) -> FloatArray:
        """Return 1 between the bounds, else 0."""
        low, high = self.bounds
        return np.asarray((1 + u > low) & (1 + u < high), dtype=np.float64)

    def integral(self, u: FloatArray) -> FloatArray:
        """Return u + u^2/2 between the bounds, and its tangents beyond them."""
        g = self.factor(u)
        return np.asarray(g * (1 + u - g) + g**2 / 2)


@dataclass(frozen=True)
class Logit:
    """Logit: F = L + (U - L) expit(A u + c), between L and U, never on them.

    A = (U - L) / ((1 - L) (U - 1)), c = log((1 - L) / (U - 1)), so that F(0) = F'(0) = 1.
    Source: Deville and Sarndal 1992, case 6.

    Parameters
    ----------
    bounds : L < 1 < U
    """

    bounds: Bounds

    def factor(self, u: FloatArray) -> FloatArray:
        """Return F(u)."""
        low, high = self.bounds
        return np.asarray(low + (high - low) * expit(self._place(u)))

    def slope(self, u: FloatArray) -> FloatArray:
        """Return F'(u)."""
        low, high = self.bounds
        share = expit(self._place(u))
        return np.asarray((high - low) * self._steepness * share * (1 - share))

    def integral(self, u: FloatArray) -> FloatArray:
        """Return the integral of F."""
        low, high = self.bounds
        rising = np.logaddexp(0.0, self._place(u)) / self._steepness
        return np.asarray(low * u + (high - low) * rising)

    @property
    def _steepness(self) -> float:
        low, high = self.bounds
        return (high - low) / ((1 - low) * (high - 1))

    def _place(self, u: FloatArray) -> FloatArray:
        low, high = self.bounds
        return np.asarray(self._steepness * u + np.log((1 - low) / (high - 1)))
