"""Degrees of freedom and t intervals. Knows no tree."""

import numpy as np
from scipy import special

from scoring.arrays import FloatArray, IntArray
from scoring.totals import PsuTotals


def domain_df(totals: PsuTotals) -> FloatArray:
    """Return the (domains,) design degrees of freedom.

    Notes
    -----
    df = PSUs that hold members of the domain - strata that hold them.
    Source: Korn and Graubard 1999; R: ``degf(subset(design, ...))``.
    """
    n_domains = len(totals.domains)
    strata = len(totals.frame.strata)
    rows = totals.psus
    psus = np.bincount(rows.domain, minlength=n_domains)
    pairs = np.unique(rows.domain * strata + totals.frame.psu_stratum[rows.unit])
    held = np.bincount(pairs // max(strata, 1), minlength=n_domains)
    return (psus - held).astype(np.float64)


def joint_df(totals: PsuTotals, one: int, other: int) -> float:
    """Return the degrees of freedom of a difference: PSUs and strata that hold either domain."""
    rows = totals.psus
    psus: IntArray = np.unique(rows.unit[(rows.domain == one) | (rows.domain == other)])
    return float(len(psus) - len(np.unique(totals.frame.psu_stratum[psus])))


def half_width(se: FloatArray, df: FloatArray, confidence: float) -> FloatArray:
    """Return half the width of the interval; NaN without SE or with df 0.

    Parameters
    ----------
    se : standard errors, NaN = unknown
    df : degrees of freedom; infinite = normal quantile, 0 = no interval
    confidence : between 0 and 1

    Notes
    -----
    t_{df, 1 - alpha/2} se. R: ``confint(x, df = degf(design))``.

    Examples
    --------
    >>> half_width(np.array([1.0]), np.array([3.0]), 0.95).round(4).tolist()
    [3.1824]
    """
    upper = (1 + confidence) / 2
    with_df = np.isfinite(df) & (df > 0)
    quantile = special.stdtrit(np.where(with_df, df, 1.0), upper)
    quantile = np.where(np.isposinf(df), special.ndtri(upper), quantile)
    return np.where(with_df | np.isposinf(df), quantile, np.nan) * se
