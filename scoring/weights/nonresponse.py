"""Nonresponse by weighting classes: respondents stand for those of their class who were silent.

Knows no answers but whether there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, float_vector, same_length, sums_at
from scoring.columns import Codes, Column
from scoring.errors import WeightError


@dataclass(frozen=True, eq=False)
class Response:
    """Weights after nonresponse.

    Parameters
    ----------
    weight : (n,) base weight times the factor of the class; 0 for who did not respond
    factor : by class, 1 or more
    """

    weight: FloatArray
    factor: Mapping[str, float]


def respondents_weights(
    weight: npt.ArrayLike, classes: Column, responded: npt.ArrayLike
) -> Response:
    """Share the weight of the silent among the respondents of their class.

    Parameters
    ----------
    weight : (n,) base weights of everybody drawn and eligible
    classes : (n,) the weighting class of each: Codes or labels
    responded : (n,) whether there is a response

    Raises
    ------
    WeightError
        If a weight is missing or negative, a row has no class, or a class has no respondent of
        positive weight (merge it with another).
    ShapeError
        If the lengths differ.

    Notes
    -----
    factor = sum of the base weights of the eligible / the same of the respondents, by class.
    Unbiased when nonresponse is at random within classes.
    Source: Sarndal, Swensson, Wretman 1992, chapter 15 (response homogeneity groups).

    Examples
    --------
    >>> given = respondents_weights([2, 2, 4], ["a", "a", "b"], [True, False, True])
    >>> given.weight.tolist(), given.factor
    ([4.0, 0.0, 4.0], {'a': 2.0, 'b': 1.0})
    """
    w, group = float_vector(weight, "weight"), Codes.of(classes)
    answered = np.asarray(responded, dtype=np.bool_)
    same_length(len(w), group.codes, "classes")
    same_length(len(w), answered, "responded")
    _refuse_rows(~(np.isfinite(w) & (w >= 0)), "weight is missing, infinite or negative")
    _refuse_rows(group.codes < 0, "no weighting class")
    size = len(group.labels)
    eligible = sums_at(group.codes, w, size)
    present = sums_at(group.codes, w * answered, size)
    empty = [label for label, sum_ in zip(group.labels, present, strict=True) if not sum_ > 0]
    if empty:
        raise WeightError(
            f"nobody responded in class {', '.join(map(repr, empty))}; merge it with another"
        )
    factor = eligible / present
    return Response(
        np.where(answered, w * factor[group.codes], 0.0),
        dict(zip(group.labels, factor.tolist(), strict=True)),
    )


def _refuse_rows(bad: npt.NDArray[np.bool_], message: str) -> None:
    if bad.any():
        raise WeightError(message, where=f"data row {int(np.argmax(bad)) + 1}")
