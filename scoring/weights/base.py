"""Base weights (quyền số thiết kế) from the probabilities of selection. Knows no answers."""

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, float_vector, same_length
from scoring.errors import WeightError


def base_weights(*stages: npt.ArrayLike) -> FloatArray:
    """Return the inverse of the probability with which each respondent was drawn.

    Parameters
    ----------
    stages : (n,) each, the probability of selection at each stage given the stages before

    Returns
    -------
    (n,) weights, 1 or more

    Raises
    ------
    WeightError
        If a probability is missing, not above 0, or above 1; names stage and data row.
    ShapeError
        If the stages have different lengths.

    Notes
    -----
    w = 1 / (p1 p2 ...). Source: Horvitz and Thompson 1952.

    Examples
    --------
    >>> base_weights([0.5, 0.25], [0.1, 0.1]).tolist()
    [20.0, 40.0]
    """
    weight = np.ones(0)
    for at, stage in enumerate(stages, start=1):
        p = _probability(stage, f"stage {at}")
        weight = weight if at > 1 else np.ones(len(p))
        same_length(len(weight), p, f"stage {at}")
        weight = weight / p
    return weight


def _probability(stage: npt.ArrayLike, what: str) -> FloatArray:
    p = float_vector(stage, what)
    bad = ~((p > 0) & (p <= 1))
    if bad.any():
        row = int(np.argmax(bad))
        raise WeightError(
            f"{p[row]:g} is no probability of selection", where=f"{what}, data row {row + 1}"
        )
    return p
