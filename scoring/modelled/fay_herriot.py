"""Small areas: each direct estimate is strengthened by a regression over all areas.

Numbers of communes with few interviews that lean on a model; ``borrowed`` says how much. Knows
neither respondents nor the tree.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import brentq

from scoring.arrays import BoolArray, FloatArray, float_vector, same_length
from scoring.errors import DataError, ShapeError

COLLINEAR = 1e-9
CLOSE = 1e-13
GRID = 60
DECADES = 8


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """Areas under one model.

    Parameters
    ----------
    estimate : (m,) points
    mse : (m,) points squared, mean squared error; that of the variance between areas is in it
    borrowed : (m,) share of the figure that comes from the regression, 1 - gamma; 1 without a
        direct estimate
    coefficients : (p,) of the regression
    coefficient_covariance : (p, p)
    between : variance of areas about the regression, points squared
    benchmark : factor that brought the areas to their total; 1 = none
    """

    estimate: FloatArray
    mse: FloatArray
    borrowed: FloatArray
    coefficients: FloatArray
    coefficient_covariance: FloatArray
    between: float
    benchmark: float = 1.0

    def interval(self, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return the ends of normal intervals, (m,) each."""
        reach = special.ndtri((1 + confidence) / 2) * np.sqrt(self.mse)
        return self.estimate - reach, self.estimate + reach

    def benchmarked(self, share: npt.ArrayLike, total: float) -> "SmallAreas":
        """Bring the weighted mean of the areas to that of the province.

        Parameters
        ----------
        share : (m,) of each area in the province, not negative; only their ratios count
        total : points, the province's own direct estimate

        Returns
        -------
        SmallAreas
            All estimates times ``benchmark``; mse grown by the square of each shift, as a bias
            that the model does not know of.

        Raises
        ------
        DataError
            If a share is negative or not finite, all are zero, or the total has another sign.

        Notes
        -----
        f = total sum(share) / sum(share estimate). Source: Rao and Molina 2015, section 6.4.6
        (ratio benchmarking). R: ``estimate * total / weighted.mean(estimate, share)``.
        """
        weight = float_vector(share, "share")
        same_length(len(self.estimate), weight, "share")
        if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
            raise DataError("must be finite, not negative and not all zero", where="share")
        mean = float(weight @ self.estimate / weight.sum())
        if not (np.isfinite(total) and mean * total > 0):
            raise DataError(f"{total:g} cannot be reached from a mean of {mean:g}", where="total")
        factor = total / mean
        estimate = factor * self.estimate
        mse = self.mse + (estimate - self.estimate) ** 2
        return replace(self, estimate=estimate, mse=mse, benchmark=factor * self.benchmark)


class _Fit(NamedTuple):
    """The regression at one variance between areas."""

    precision: FloatArray
    covariance: FloatArray
    coefficients: FloatArray
    residuals: FloatArray


def fay_herriot(
    direct: npt.ArrayLike, variance: npt.ArrayLike, covariates: npt.ArrayLike
) -> SmallAreas:
    """Estimate small areas from direct estimates and what is known of all areas.

    Parameters
    ----------
    direct : (m,) points, NaN = no interview there
    variance : (m,) points squared, of the direct estimates, as ``smoothed_variances``
    covariates : (m, p) known for all areas; with a column of ones for an intercept

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If there are fewer than p + 2 direct estimates, covariates are collinear or not finite, or
        a variance is zero, negative or missing; names area or column, counted from 1.

    Notes
    -----
    y_i = x_i' beta + v_i + e_i, Var v = A by restricted likelihood, Var e_i = D_i known;
    estimate = gamma y + (1 - gamma) x'beta, gamma = A / (A + D). MSE = g1 + g2 + 2 g3: g1 =
    gamma D, g2 = (1 - gamma)^2 x' Cov(beta) x, g3 = D^2 / (A + D)^3 2 / sum (A + D)^-2. An area
    without a direct estimate has x'beta, MSE A + x' Cov(beta) x.
    Source: Fay and Herriot 1979; Prasad and Rao 1990; Datta and Lahiri 2000; Rao and Molina 2015,
    sections 6.1 and 6.2. R: ``sae::mseFH(y ~ x, D, method = "REML")``.

    Examples
    --------
    >>> y = [2.0, 3.5, 3.0, 5.5, 4.5]
    >>> areas = fay_herriot(y, [0.5] * 5, np.c_[np.ones(5), np.arange(5)])
    >>> areas.estimate.round(1).tolist(), areas.borrowed.round(2).tolist()
    ([2.2, 3.2, 3.4, 4.8, 4.9], [0.62, 0.62, 0.62, 0.62, 0.62])
    """
    y, d = float_vector(direct, "direct"), float_vector(variance, "variance")
    x = np.asarray(covariates, dtype=np.float64)
    _refuse(y, d, x)
    seen = np.isfinite(y)
    between = _between(y[seen], d[seen], x[seen])
    fit = _fit(y[seen], d[seen] + between, x[seen])
    gamma, mse = np.zeros(len(y)), between + _of_regression(fit, x)
    gamma[seen] = between / (between + d[seen])
    mse[seen] = _mse(fit, x[seen], d[seen], gamma[seen])
    explained = x @ fit.coefficients
    estimate = explained + gamma * (np.where(seen, y, 0.0) - explained)
    return SmallAreas(estimate, mse, 1 - gamma, fit.coefficients, fit.covariance, between)


def _of_regression(fit: _Fit, x: FloatArray) -> FloatArray:
    """Return x' Cov(beta) x of each area."""
    variance: FloatArray = np.einsum("ip,pq,iq->i", x, fit.covariance, x)
    return variance


def _mse(fit: _Fit, x: FloatArray, d: FloatArray, gamma: FloatArray) -> FloatArray:
    """Return g1 + g2 + 2 g3 of areas with a direct estimate."""
    g2 = (1 - gamma) ** 2 * _of_regression(fit, x)
    of_between = 2 / float((fit.precision**2).sum())
    return gamma * d + g2 + 2 * (1 - gamma) ** 2 * fit.precision * of_between


def smoothed_variances(
    variance: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    least_df: float = 2.0,
    every: bool = False,
) -> FloatArray:
    """Return variances in which areas that cannot tell their own take a typical one.

    Parameters
    ----------
    variance : (m,) of direct estimates, NaN = unknown
    n : (m,) respondents, above 0
    df : (m,) degrees of freedom behind each variance
    least_df : areas with fewer take the function's value
    every : take it for all areas

    Raises
    ------
    DataError
        If fewer than 3 areas have enough degrees of freedom and a variance above 0, or a number of
        respondents is not above 0.

    Notes
    -----
    log v = a + b log n by least squares weighted with df over areas with df >= least_df, times the
    factor that keeps the sum of their variances. Source: Wolter 2007, chapter 7; Rao and Molina
    2015, section 6.4.1. R: ``lm(log(v) ~ log(n), weights = df)``.

    Examples
    --------
    >>> v = [1.0, 0.5, 0.25, 9.0]
    >>> smoothed_variances(v, n=[10, 20, 40, 10], df=[4, 4, 4, 1]).round(3).tolist()
    [1.0, 0.5, 0.25, 1.0]
    """
    v = float_vector(variance, "variance")
    size, degrees = float_vector(n, "n"), float_vector(df, "df")
    same_length(len(v), size, "n")
    same_length(len(v), degrees, "df")
    if not (np.isfinite(size) & (size > 0)).all():
        raise DataError("every area needs a number of respondents above 0", where="n")
    own: BoolArray = np.isfinite(v) & (v > 0) & (degrees >= least_df)
    if np.count_nonzero(own) < 3:  # noqa: PLR2004 - a line and one more
        message = f"fewer than 3 areas have a variance above 0 with {least_df:g} df"
        raise DataError(message, where="variance")
    smoothed = _typical_variances(v, size, degrees, own)
    if not every:
        smoothed[own] = v[own]
    return smoothed


def _typical_variances(v: FloatArray, n: FloatArray, df: FloatArray, own: BoolArray) -> FloatArray:
    """Return the value of the function in every area, learnt from those with an own variance."""
    x = np.c_[np.ones(len(v)), np.log(n)]
    root = np.sqrt(df[own])
    line = np.linalg.lstsq(x[own] * root[:, None], np.log(v[own]) * root, rcond=None)[0]
    typical: FloatArray = np.exp(x @ line)
    return typical * (float(v[own].sum()) / float(typical[own].sum()))


def _refuse(y: FloatArray, d: FloatArray, x: FloatArray) -> None:
    same_length(len(y), d, "variance")
    if x.ndim != 2 or len(x) != len(y):  # noqa: PLR2004 - rows and columns
        raise ShapeError(f"has shape {x.shape} instead of ({len(y)}, p)", where="covariates")
    seen = ~np.isnan(y)
    for bad, message in (
        (np.isinf(y), "its direct estimate is infinite"),
        (seen & ~((d > 0) & np.isfinite(d)), "its variance must be finite and above 0"),
        (~np.isfinite(x).all(axis=1), "a covariate is not finite"),
    ):
        if bad.any():
            raise DataError(message, where=f"area {np.argmax(bad) + 1}")
    n, p = np.count_nonzero(seen), x.shape[1]
    if n < p + 2:
        raise DataError(f"{p} covariates need {p + 2} direct estimates, there are {n}")
    _refuse_collinear(x[seen])


def _refuse_collinear(x: FloatArray) -> None:
    """Raise DataError naming the first column that those before it make up."""
    size = np.sqrt((x**2).sum(axis=0))
    left = np.abs(np.diagonal(np.linalg.qr(x / np.where(size > 0, size, 1.0)).R))
    if (left < COLLINEAR).any():
        column = int(np.argmax(left < COLLINEAR)) + 1
        message = f"covariate {column} is zero or made up of those before it (a second constant?)"
        raise DataError(message, where="covariates")


def _fit(y: FloatArray, variance: FloatArray, x: FloatArray) -> _Fit:
    precision = 1 / variance
    covariance = np.asarray(np.linalg.inv(x.T @ (x * precision[:, None])), dtype=np.float64)
    coefficients = covariance @ (x.T @ (precision * y))
    return _Fit(precision, covariance, coefficients, y - x @ coefficients)


def _between(y: FloatArray, d: FloatArray, x: FloatArray) -> float:
    """Return the variance between areas of the highest restricted likelihood, 0 or above.

    The best of a grid leads to the root of the derivative beside it.
    """
    largest = float(np.var(y)) + float(d.max())
    steps = np.geomspace(largest * 10.0**-DECADES, 10 * largest, GRID)
    grid: list[float] = [0.0, *steps.tolist()]
    best = int(np.argmax([_likelihood(y, d + between, x) for between in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]

    def slope(between: float) -> float:
        return _slope(y, d + between, x)

    if slope(low) <= 0:
        return low
    return float(brentq(slope, low, high, xtol=CLOSE * high, rtol=CLOSE))


def _likelihood(y: FloatArray, variance: FloatArray, x: FloatArray) -> float:
    fit = _fit(y, variance, x)
    spread = float(np.log(variance).sum()) - _log_determinant(fit.covariance)
    misfit = float((fit.precision * fit.residuals**2).sum())
    return -(spread + misfit) / 2


def _log_determinant(matrix: FloatArray) -> float:
    log: FloatArray = np.linalg.slogdet(matrix)[1]
    return float(log)


def _slope(y: FloatArray, variance: FloatArray, x: FloatArray) -> float:
    """Return the derivative of the restricted log-likelihood by the variance between areas."""
    fit = _fit(y, variance, x)
    squared = fit.precision**2
    left = float(np.trace(fit.covariance @ (x.T @ (x * squared[:, None]))))
    return (float((squared * fit.residuals**2).sum()) - float(fit.precision.sum()) + left) / 2
