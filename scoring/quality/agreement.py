"""How far two or more answers to the same question agree: what back-checks are judged by.

Knows neither interviewers nor the tree.
"""

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, float_vector, same_length
from scoring.errors import DataError, ShapeError

Level: TypeAlias = Literal["nominal", "ordinal", "interval"]

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")


def gross_difference_rate(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the share of people whose second answer differs from their first.

    Parameters
    ----------
    first, second : (n,) codes of the same people, NaN = not asked or not answered

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If nobody answered twice.

    Notes
    -----
    GDR = share of pairs with different codes. Source: U.S. Bureau of the Census 1985, Evaluating
    Censuses of Population and Housing. R: ``mean(first != second, na.rm = TRUE)``.

    Examples
    --------
    >>> gross_difference_rate([1, 2, 2, float("nan")], [1, 2, 1, 2])
    0.3333333333333333
    """
    one, other = _pairs(first, second)
    return float((one != other).mean())


def cohen_kappa(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the agreement of two answers beyond chance; 1 = always, 0 = as by chance.

    Parameters
    ----------
    first, second : (n,) codes of the same people, NaN = not asked or not answered

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If nobody answered twice, or all answers are one code: chance alone agrees always.

    Notes
    -----
    kappa = (p_o - p_e) / (1 - p_e), p_e = sum of products of the margins. Source: Cohen 1960.
    R: ``irr::kappa2(cbind(first, second))``.

    Examples
    --------
    >>> round(cohen_kappa([1] * 25 + [2] * 25, [1] * 20 + [2] * 5 + [1] * 10 + [2] * 15), 4)
    0.4
    """
    one, other = _pairs(first, second)
    codes, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    if len(codes) == 1:
        raise DataError("all answers are the same: agreement beyond chance is not defined")
    shares = [np.bincount(half, minlength=len(codes)) / len(one) for half in np.split(place, 2)]
    chance = float(shares[0] @ shares[1])
    return (float((one == other).mean()) - chance) / (1 - chance)


def krippendorff_alpha(answers: npt.ArrayLike, level: Level = "nominal") -> float:
    """Return the reliability of answers to one question by any number of askers.

    Parameters
    ----------
    answers : (r, n) numbers: a row for each asking, a column for each person, NaN = missing
    level : how codes differ: ``nominal`` (or not), ``ordinal`` (by people ranked between them),
        ``interval`` (by their squared difference)

    Raises
    ------
    ShapeError
        If there are not two dimensions.
    DataError
        If the level is none of the three, nobody answered twice, or all answers are one code.

    Notes
    -----
    alpha = 1 - D_o / D_e over the coincidences of values; a person with m answers adds each of the
    m (m - 1) pairs with 1 / (m - 1). Ordinal distance: (sum of n_g from c to k, less half of both
    ends)^2. Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability (his example of
    4 observers and 12 units is a test). R: ``irr::kripp.alpha(answers, "ordinal")``.

    Examples
    --------
    >>> round(krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 1]], "interval"), 4)
    0.4167
    """
    if level not in LEVELS:
        raise DataError(f"{level!r} is none of {', '.join(LEVELS)}", where="level")
    array = np.asarray(answers, dtype=np.float64)
    if array.ndim != 2:  # noqa: PLR2004 - askings and people
        raise ShapeError(f"has {array.ndim} dimensions instead of 2", where="answers")
    seen = np.isfinite(array)
    paired = seen & (seen.sum(axis=0) > 1)
    if not paired.any():
        raise DataError("nobody answered twice")
    values, place = np.unique(array[paired], return_inverse=True)
    if len(values) == 1:
        raise DataError("all answers are the same: reliability is not defined")
    person = np.nonzero(paired)[1]
    counts = np.zeros((array.shape[1], len(values)))
    np.add.at(counts, (person, place), 1.0)
    counts = counts[np.unique(person)]
    others = 1 / (counts.sum(axis=1) - 1)
    coincidences = (counts * others[:, None]).T @ counts - np.diag(others @ counts)
    n = coincidences.sum(axis=0)
    distance = _distances(values, n, level)
    expected = float((np.outer(n, n) * distance).sum()) / (float(n.sum()) - 1)
    return 1 - float((coincidences * distance).sum()) / expected


def _distances(values: FloatArray, n: FloatArray, level: Level) -> FloatArray:
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    place = values if level == "interval" else np.cumsum(n) - n / 2
    distances: FloatArray = (place[:, None] - place[None, :]) ** 2
    return distances


def _pairs(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the answers of those who answered twice."""
    one, other = float_vector(first, "first"), float_vector(second, "second")
    same_length(len(one), other, "second")
    both = np.isfinite(one) & np.isfinite(other)
    if not both.any():
        raise DataError("nobody answered twice")
    return one[both], other[both]
