"""Intervals of proportions that never leave 0..1, on the effective size of the sample.

Knows no tree; everything is a vector over estimates on 0..1.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy import special

from scoring.arrays import FloatArray
from scoring.estimates.profile import profile_ends


class Shares(NamedTuple):
    """Proportions and what their intervals need.

    Parameters
    ----------
    p, se : (m,) on 0..1; SE > 0 unless p is 0 or 1
    t : (m,) quantile of t with the design's degrees of freedom
    n : (m,) valid answers
    members : (m,) respondents of the domain, valid answer or not
    confidence : between 0 and 1
    """

    p: FloatArray
    se: FloatArray
    t: FloatArray
    n: FloatArray
    members: FloatArray
    confidence: float

    @property
    def effective(self) -> FloatArray:
        """(m,) p (1 - p) / se^2, the simple random sample with this error; n at 0 and 1."""
        varies = self.se > 0
        square = np.where(varies, self.se, 1.0) ** 2
        size: FloatArray = np.where(varies, self.p * (1 - self.p) / square, self.n)
        return size


Pair: TypeAlias = tuple[FloatArray, FloatArray]


def logit_ends(shares: Shares) -> Pair:
    """Return t intervals on the logit scale, turned back.

    Notes
    -----
    logit p -+ t se / (p (1 - p)). R: ``svyciprop(method = "xlogit")``; ``"logit"`` is the same
    number from a fitted model.
    """
    p = shares.p
    half = shares.t * shares.se / (p * (1 - p))
    return special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)


def asin_ends(shares: Shares) -> Pair:
    """Return t intervals of the angle asin sqrt p, turned back; the angle stays in 0..pi/2.

    Notes
    -----
    R: ``svyciprop(method = "asin")``, which does not hold the angle within its range.
    """
    angle = np.arcsin(np.sqrt(shares.p))
    half = shares.t * shares.se / (2 * np.sqrt(shares.p * (1 - shares.p)))
    low, high = np.clip([angle - half, angle + half], 0.0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def beta_ends(shares: Shares) -> Pair:
    """Return Clopper-Pearson intervals on the effective size, adjusted for degrees of freedom.

    Notes
    -----
    m = p (1 - p) / se^2 (t_{members - 1} / t_df)^2, ends the quantiles of beta(m p, m (1 - p) + 1)
    and beta(m p + 1, m (1 - p)). Where all answered alike n stands for p (1 - p) / se^2.
    Source: Korn and Graubard 1998; R: ``svyciprop(method = "beta")``.
    """
    p, tail = shares.p, (1 - shares.confidence) / 2
    simple = special.stdtrit(np.maximum(shares.members - 1, 1.0), 1 - tail)
    size = shares.effective * (simple / shares.t) ** 2
    tiny = np.finfo(np.float64).tiny
    yes, no = np.maximum(size * p, tiny), np.maximum(size * (1 - p), tiny)
    low = np.where(p > 0, special.betaincinv(yes, no + 1, tail), 0.0)
    high = np.where(p < 1, special.betaincinv(yes + 1, no, 1 - tail), 1.0)
    return low, high


def wilson_ends(shares: Shares) -> Pair:
    """Return Wilson's score intervals on the effective size, with t in place of z.

    Notes
    -----
    (p + t^2/2m -+ t/2m sqrt(4 m p (1 - p) + t^2)) / (1 + t^2/m), m = p (1 - p) / se^2.
    Source: Wilson 1927; R: ``svyciprop(method = "wilson")``, survey 4.5.
    """
    p, m, t = shares.p, shares.effective, shares.t
    centre = p + t**2 / (2 * m)
    half = t / (2 * m) * np.sqrt(4 * m * p * (1 - p) + t**2)
    return (centre - half) / (1 + t**2 / m), (centre + half) / (1 + t**2 / m)


def likelihood_ends(shares: Shares) -> Pair:
    """Return profile likelihood intervals, scaled to the error of the design.

    Notes
    -----
    See ``profile_ends``. R: ``svyciprop(method = "likelihood")``.
    """
    rows = zip(shares.p, shares.effective, shares.t, shares.n, strict=True)
    pairs = np.asarray([profile_ends(*map(float, row)) for row in rows])
    return pairs[:, 0], pairs[:, 1]


PROPORTIONS: Mapping[str, Callable[[Shares], Pair]] = MappingProxyType(
    {
        "beta": beta_ends,
        "wilson": wilson_ends,
        "likelihood": likelihood_ends,
        "asin": asin_ends,
    }
)
