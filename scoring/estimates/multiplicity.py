"""Many comparisons at once: which may be called differences. Knows no tree."""

import numpy as np
from scipy import special

from scoring.arrays import BoolArray, FloatArray


def p_values(estimate: FloatArray, se: FloatArray, df: FloatArray) -> FloatArray:
    """Return two-sided p-values of differences from zero; NaN where nothing can be tested.

    Parameters
    ----------
    estimate, se : (m,) differences and their standard errors; NaN = unknown
    df : (m,) degrees of freedom; infinite = normal, 0 = no test

    Notes
    -----
    2 P(T > |d / se|), T with df degrees of freedom. R: ``2 * pt(-abs(d / se), df)``.

    Examples
    --------
    >>> p_values(np.array([2.0]), np.array([1.0]), np.array([3.0])).round(4).tolist()
    [0.1393]
    """
    can_test = np.isfinite(estimate) & (se > 0) & (df > 0)
    ratio = np.divide(-np.abs(estimate), se, out=np.zeros_like(estimate), where=can_test)
    tail = np.where(
        np.isposinf(df),
        special.ndtr(ratio),
        special.stdtr(np.where(np.isfinite(df) & (df > 0), df, 1.0), ratio),
    )
    p: FloatArray = np.where(can_test, 2 * tail, np.nan)
    return p


def adjusted_p(p: FloatArray) -> FloatArray:
    """Return the least rate at which each difference would be told apart.

    Parameters
    ----------
    p : (m,) p-values, NaN = not tested, which stays

    Notes
    -----
    min over j >= k of p_(j) m / j, at most 1. Source: Benjamini and Hochberg 1995; R:
    ``p.adjust(p, "BH")``.

    Examples
    --------
    >>> adjusted_p(np.array([0.01, 0.04, 0.03, np.nan, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, nan, 0.5]
    """
    order = np.argsort(p)[: np.count_nonzero(np.isfinite(p))]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def told_apart(p: FloatArray, rate: float = 0.05) -> BoolArray:
    """Return which differences may be called so, with this share of false ones among them.

    Parameters
    ----------
    p : (m,) p-values, NaN = not tested
    rate : false discovery rate, between 0 and 1

    Notes
    -----
    The k smallest p-values, k the largest with p_(k) <= rate k / m; holds for independent and for
    positively dependent comparisons, as of groups with one whole.
    Source: Benjamini and Hochberg 1995; R: ``p.adjust(p, "BH") <= rate``.

    Examples
    --------
    >>> told_apart(np.array([0.01, 0.04, 0.03, np.nan, 0.5])).tolist()
    [True, False, False, False, False]
    """
    apart: BoolArray = adjusted_p(p) <= rate
    return apart
