"""Differences of estimates from each other and from figures of somebody else. Knows no tree."""

from typing import NamedTuple

import numpy as np

from scoring.arrays import FloatArray
from scoring.errors import DataError
from scoring.estimates.intervals import half_width


class Contrast(NamedTuple):
    """What is left when estimates or figures are subtracted; None = cannot be known."""

    estimate: float
    se: float | None
    low: float | None
    high: float | None
    is_apart: bool | None


def against_figure(
    estimate: float,
    se: float | None,
    df: float | None,
    figure: float,
    figure_se: float | None = None,
    confidence: float = 0.95,
) -> Contrast:
    """Return the difference of an estimate from a figure, and whether it can be told from zero.

    Parameters
    ----------
    estimate, figure : on one scale
    se : standard error of the estimate, None = unknown
    df : design degrees of freedom of the estimate; None = normal quantile, 0 = no interval
    figure_se : standard error of the figure; None = the figure is taken as known exactly
    confidence : of the interval, between 0 and 1

    Raises
    ------
    DataError
        If a standard error is negative or a number is not finite.

    Notes
    -----
    d = estimate - figure, SE(d)^2 = se^2 + figure_se^2 (two surveys, drawn independently),
    interval d -+ t_{df} SE(d). The estimate's own df is used also where the figure has an error,
    whose df is not published: Satterthwaite's, with that error as known, would not be fewer.
    Source: Satterthwaite 1946; R: ``qt(.975, df) * sqrt(se^2 + figure_se^2)``.

    Examples
    --------
    >>> against_figure(5.2, 0.3, 9, 4.9, 0.4)._replace(low=None, high=None)
    Contrast(estimate=0.2999999999999998, se=0.5, low=None, high=None, is_apart=False)
    """
    given = [value for value in (estimate, se, df, figure, figure_se) if value is not None]
    if not np.isfinite(given).all() or min(se or 0.0, figure_se or 0.0) < 0:
        raise DataError(f"a difference needs finite numbers and no negative error: {given}")
    difference = estimate - figure
    if se is None:
        return Contrast(difference, None, None, None, None)
    return contrast(difference, float(np.hypot(se, figure_se or 0.0)), df, confidence)


def contrast(estimate: float, se: float, df: float | None, confidence: float = 0.95) -> Contrast:
    """Return a contrast with its t interval.

    Parameters
    ----------
    estimate, se : the contrast and its standard error
    df : None = normal quantile, 0 = no interval
    confidence : between 0 and 1
    """
    degrees: FloatArray = np.asarray([np.inf if df is None else df], dtype=np.float64)
    half = float(half_width(np.asarray([se]), degrees, confidence)[0])
    if np.isnan(half):
        return Contrast(estimate, se, None, None, None)
    return Contrast(estimate, se, estimate - half, estimate + half, abs(estimate) > half)
