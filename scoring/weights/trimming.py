"""Trimming: very large base weights are cut, and what was cut is shared among the others.

Done on rows, before totals are summed and weights calibrated. Knows no answers and no margins.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.arrays import BoolArray, FloatArray, float_vector, refusing_overflow
from scoring.errors import WeightError


@dataclass(frozen=True, eq=False)
class Trimmed:
    """Weights after trimming, and what was done.

    Parameters
    ----------
    weight : (n,) their sum is that of the weights before
    times : the limit as a multiple of the median of the weights above 0
    limit : the largest weight allowed
    cut : number of weights that stand on the limit and were above it
    n : number of weights above 0
    share : of the total of all weights, what was taken from the large ones
    """

    weight: FloatArray
    times: float
    limit: float
    cut: int
    n: int
    share: float

    @property
    def fact(self) -> str:
        """Say the rule and the share in one line."""
        return (
            f"base weights above {self.times:g} times their median cut to {self.limit:.6g}:"
            f" {self.cut} of {self.n}, {self.share:.2%} of the total shared among the others"
        )


def trim_weights(weight: npt.ArrayLike, times: float) -> Trimmed:
    """Cut weights to a multiple of their median; share what is cut equally among the others.

    Parameters
    ----------
    weight : (n,) base weights, finite, not negative; those of 0 neither give nor take
    times : the limit as a multiple of the median of the weights above 0; above 1

    Raises
    ------
    WeightError
        If a weight is missing, negative or infinite, all are 0, the multiple is not above 1, or
        the limit is below the mean, so that the others cannot take what is cut.

    Notes
    -----
    w' = min(w + a, limit), a such that sum w' = sum w: whoever is lifted above the limit is cut
    in turn. Source: Potter 1990; R: ``trimWeights(design, upper = limit, strict = TRUE)``.

    Examples
    --------
    >>> found = trim_weights([1, 1, 1, 1, 10], 5)
    >>> found.weight.tolist(), found.cut, round(found.share, 3)
    ([2.25, 2.25, 2.25, 2.25, 5.0], 1, 0.357)
    """
    w = float_vector(weight, "weight")
    bad = ~(np.isfinite(w) & (w >= 0))
    if bad.any():
        raise WeightError(
            "weight is missing, infinite or negative", where=f"data row {int(np.argmax(bad)) + 1}"
        )
    with refusing_overflow():
        return _trimmed(w, w > 0, times)


def _trimmed(w: FloatArray, held: BoolArray, times: float) -> Trimmed:
    if not held.any() or not 1 < times < np.inf:
        raise WeightError("needs weights above 0 and a multiple above 1", where="trim")
    limit, mean = float(times * np.median(w[held])), float(w[held].mean())
    if limit < mean:
        raise WeightError(
            f"the limit {limit:.6g} is below the mean weight {mean:.6g}; raise it", where="trim"
        )
    kept = np.where(held, np.minimum(w + _lift(w[held], limit), limit), 0.0)
    cut = w > limit
    share = float((w[cut] - limit).sum() / w.sum())
    return Trimmed(kept, times, limit, int(np.count_nonzero(cut)), int(held.sum()), share)


def _lift(w: FloatArray, limit: float) -> float:
    """Return a such that sum min(w + a, limit) = sum w: first for the largest weights cut."""
    lift, cut = 0.0, w > limit
    while cut.any() and not cut.all():
        lift = float((w[cut] - limit).sum() / np.count_nonzero(~cut))
        more = w + lift > limit
        if np.array_equal(more, cut):
            break
        cut = more
    return lift
