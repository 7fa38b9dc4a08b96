"""Degrees of freedom, and which interval stands beside each estimate. Knows no tree."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy import special

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.estimates.proportions import PROPORTIONS, Shares, logit_ends
from scoring.totals import PsuTotals

Interval: TypeAlias = Literal["t", "logit", "beta", "wilson", "likelihood", "asin"]

INTERVALS: tuple[Interval, ...] = ("t", "logit", "beta", "wilson", "likelihood", "asin")
T, LOGIT, BETA = (INTERVALS.index(kind) for kind in ("t", "logit", "beta"))

CLOSE = 1e-12


@dataclass(frozen=True)
class Level:
    """Which intervals are wanted.

    Parameters
    ----------
    confidence : between 0 and 1
    interval : None = by the kind of node: t, and for a proportion whose t interval would leave
        its ends, or that lies on one of them, Korn-Graubard
    """

    confidence: float = 0.95
    interval: Interval | None = None


class Ends(NamedTuple):
    """Intervals (nodes, domains): NaN = none; ``kind`` is the place in ``INTERVALS``."""

    low: FloatArray
    high: FloatArray
    kind: IntArray


@dataclass(frozen=True, eq=False)
class Scored:
    """Estimates on their scales, (nodes, domains) each unless said otherwise.

    Parameters
    ----------
    value, se, df : NaN = unknown; df infinite = normal quantile, 0 = no interval
    n : valid answers; infinite where there are none by nature
    members : (domains,) respondents
    least, most : (nodes, 1) ends of the scale; those of a proportion are its scores at 0 and 1
    is_share : (nodes, 1) whether the node is a proportion
    """

    value: FloatArray
    se: FloatArray
    df: FloatArray
    n: FloatArray
    members: FloatArray
    least: FloatArray
    most: FloatArray
    is_share: BoolArray


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


def quantile(df: FloatArray, confidence: float) -> FloatArray:
    """Return t_{df, 1 - alpha/2}; normal for infinite df, NaN for df 0 or unknown.

    Examples
    --------
    >>> quantile(np.array([3.0, np.inf, 0.0]), 0.95).round(4).tolist()
    [3.1824, 1.96, nan]
    """
    upper = (1 + confidence) / 2
    with_df = np.isfinite(df) & (df > 0)
    found = special.stdtrit(np.where(with_df, df, 1.0), upper)
    found = np.where(np.isposinf(df), special.ndtri(upper), found)
    return np.where(with_df | np.isposinf(df), found, np.nan)


def half_width(se: FloatArray, df: FloatArray, confidence: float) -> FloatArray:
    """Return half the width of the t interval; NaN without SE or with df 0.

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
    return quantile(df, confidence) * se


def ends_of(scored: Scored, level: Level) -> Ends:
    """Return the interval of every estimate, each by the method that fits its node.

    Notes
    -----
    beta, wilson, likelihood and asin are for proportions, logit for every scale with two ends;
    other nodes keep t. A proportion on an end of its range has Korn-Graubard's interval whatever
    was asked but t: the others have no width there. R: ``svyciprop``.
    """
    half = half_width(scored.se, scored.df, level.confidence)
    low, high = scored.value - half, scored.value + half
    kind = np.where(np.isfinite(half), _kinds(scored, low, high, level.interval), T)
    for at in np.unique(kind[kind != T]).tolist():
        node, domain = np.nonzero(kind == at)
        low[node, domain], high[node, domain] = _on_scale(scored, (node, domain), at, level)
    return Ends(low, high, kind)


def _kinds(
    scored: Scored, low: FloatArray, high: FloatArray, interval: Interval | None
) -> IntArray:
    """Choose a method for every estimate."""
    slack = CLOSE * np.maximum(np.abs(scored.least), np.abs(scored.most))
    inside = (scored.value > scored.least + slack) & (scored.value < scored.most - slack)
    on_end = scored.is_share & ~inside
    leaves = scored.is_share & ((low < scored.least - slack) | (high > scored.most + slack))
    kind = np.full(scored.value.shape, T)
    if interval is None:
        kind[(inside & leaves) | on_end] = BETA
    elif interval != "t":
        fits = inside & (scored.se > 0) & (scored.is_share | (interval == "logit"))
        kind[fits & np.isfinite(scored.most - scored.least)] = INTERVALS.index(interval)
        kind[on_end] = BETA
    return kind


def _on_scale(
    scored: Scored, at: tuple[IntArray, IntArray], kind: int, level: Level
) -> tuple[FloatArray, FloatArray]:
    """Compute chosen intervals on 0..1 and move them back to their scales."""
    node, domain = at
    start = scored.least[node, 0]
    span = scored.most[node, 0] - start
    shares = Shares(
        np.clip((scored.value[at] - start) / span, 0.0, 1.0),
        scored.se[at] / span,
        quantile(scored.df[at], level.confidence),
        scored.n[at],
        scored.members[domain],
        level.confidence,
    )
    method = logit_ends if kind == LOGIT else PROPORTIONS[INTERVALS[kind]]
    low, high = method(shares)
    return start + span * low, start + span * high
