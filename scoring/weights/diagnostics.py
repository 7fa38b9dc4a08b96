"""Weights, to be looked at before they are used: how they lie, and what they cost.

Knows no answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, float_vector, same_length
from scoring.cells import Cells
from scoring.errors import WeightError
from scoring.weights.calibration import Calibrated

QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
EXTREME = 5.0


@dataclass(frozen=True)
class Distribution:
    """How weights lie.

    Parameters
    ----------
    n : respondents
    total : sum of the weights
    quantiles : share of the respondents -> weight; 0 and 1 are the least and the largest
    deff : design effect of weighting
    effective_n : n / deff
    extreme_n : weights above ``limit`` or below its mirror image
    extreme_share : their share of the total
    limit : the times by which an extreme weight differs from the median
    """

    n: int
    total: float
    quantiles: Mapping[float, float]
    deff: float
    effective_n: float
    extreme_n: int
    extreme_share: float
    limit: float


def weight_distribution(
    weight: npt.ArrayLike, count: npt.ArrayLike | None = None, *, limit: float = EXTREME
) -> Distribution:
    """Describe weights.

    Parameters
    ----------
    weight : (n,) above 0
    count : (n,) respondents that have each weight; None for one each
    limit : an extreme weight is more than so many times the median, or less than its inverse

    Raises
    ------
    WeightError
        If there is no weight, or one is not above 0.
    ShapeError
        If the lengths differ.

    Notes
    -----
    deff = n sum w^2 / (sum w)^2 = 1 + cv^2. Source: Kish 1965, chapter 11.7. A quantile is the
    least weight that so large a share of the respondents does not exceed (R: ``quantile(type =
    1)``).

    Examples
    --------
    >>> found = weight_distribution([1, 1, 1, 9])
    >>> round(found.deff, 3), found.quantiles[0.5], found.extreme_n
    (2.333, 1.0, 1)
    """
    w = float_vector(weight, "weight")
    n = float_vector(np.ones(len(w)) if count is None else count, "count")
    same_length(len(w), n, "count")
    if not n.sum() > 0 or not (np.isfinite(w) & (w > 0)).all():
        raise WeightError("a distribution needs weights above 0")
    total = float(n @ w)
    deff = float(n.sum() * (n @ w**2)) / total**2
    quantiles = _quantiles(w, n)
    ratio = w / quantiles[0.5]
    extreme = np.where((ratio > limit) | (ratio < 1 / limit), n, 0.0)
    return Distribution(
        round(float(n.sum())),
        total,
        quantiles,
        deff,
        float(n.sum()) / deff,
        round(float(extreme.sum())),
        float(extreme @ w) / total,
        limit,
    )


class MarginRow(NamedTuple):
    """One margin before and after; ``value`` None is the total of a numeric variable."""

    variable: str
    value: str | None
    n: int | None
    base: float
    target: float
    reached: float


def margin_table(calibrated: Calibrated) -> tuple[MarginRow, ...]:
    """Return every margin: respondents, with base weights, as known, with calibrated weights."""
    cells = calibrated.cells
    members = np.bincount(cells.cell, weights=cells.members, minlength=len(cells))
    counts = members @ calibrated.auxiliaries.x
    columns = zip(
        calibrated.margins,
        counts.tolist(),
        calibrated.base.tolist(),
        calibrated.reached.tolist(),
        strict=True,
    )
    return tuple(
        MarginRow(
            margin.variable,
            margin.value,
            None if margin.value is None else round(count),
            base,
            margin.target,
            reached,
        )
        for margin, count, base, reached in columns
    )


def cell_distributions(calibrated: Calibrated) -> tuple[Distribution, Distribution]:
    """Return the distributions of base weights and of calibrated weights.

    Weights are those of PSU and cell, each the mean of its respondents: exact where base weights
    do not differ within a PSU.
    """
    cells = calibrated.cells
    base = _mean_weights(cells)
    return (
        weight_distribution(base, cells.members),
        weight_distribution(base * calibrated.factor[cells.cell], cells.members),
    )


def _mean_weights(cells: Cells) -> FloatArray:
    means: FloatArray = cells.weight / cells.members
    return means


def _quantiles(w: FloatArray, n: FloatArray) -> dict[float, float]:
    order = np.argsort(w)
    share = np.cumsum(n[order]) / n.sum()
    places = np.minimum(np.searchsorted(share, np.asarray(QUANTILES) - 1e-12), len(w) - 1)
    return dict(zip(QUANTILES, w[order][places].tolist(), strict=True))
