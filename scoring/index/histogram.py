"""Respondents summed by group and code: the one pass over the answers that the engine makes.

Knows neither leaves nor domains.
"""

import numpy as np

from scoring.arrays import FloatArray, IntArray, sums_at

MOST_STARTS = 4


class Histogram:
    """Weights and numbers of respondents by group, one column of answers after another.

    Parameters
    ----------
    of_row : (n,) group of each respondent
    n_groups : number of groups
    weight : (n,) not negative
    """

    def __init__(self, of_row: IntArray, n_groups: int, weight: FloatArray) -> None:
        self._of_row = of_row
        self._n_groups = n_groups
        self._weight = weight
        self._level = _level(of_row, n_groups, weight)
        self._starts: dict[int, IntArray] = {}
        self._key = np.empty(len(of_row), dtype=np.int64)

    def of_codes(self, codes: IntArray, n_labels: int) -> tuple[FloatArray, FloatArray]:
        """Return (groups, L) sums of weights, and numbers of respondents, with each code.

        Parameters
        ----------
        codes : (n,) below ``n_labels``; negative = missing, counted nowhere
        n_labels : L
        """
        width = n_labels + 1
        np.add(self._start(width), np.maximum(codes, -1), out=self._key)
        size = self._n_groups * width
        counted = np.bincount(self._key, minlength=size).reshape(-1, width)
        number = counted[:, 1:].astype(np.float64)
        if self._level is not None:
            return number * self._level[:, np.newaxis], number
        return sums_at(self._key, self._weight, size).reshape(-1, width)[:, 1:], number

    def _start(self, width: int) -> IntArray:
        """Return the key of code 0 for each row; that of a few widths is kept."""
        if width not in self._starts:
            if len(self._starts) == MOST_STARTS:
                self._starts.clear()
            self._starts[width] = self._of_row.astype(np.int64) * width + 1
        return self._starts[width]

    def of_scores(self, score: FloatArray) -> FloatArray:
        """Return (groups, 4) sums of w s, w, w s^2 and 1 over the rows that have a score.

        Parameters
        ----------
        score : (n,) NaN = missing
        """
        valid = np.isfinite(score)
        group, w, s = self._of_row[valid], self._weight[valid], score[valid]
        terms = (w * s, w, w * s * s, np.ones(len(s)))
        return np.stack([sums_at(group, term, self._n_groups) for term in terms], axis=1)


def _level(of_row: IntArray, n_groups: int, weight: FloatArray) -> FloatArray | None:
    """Return the one weight of each group; None where a group has several."""
    level = np.zeros(n_groups)
    level[of_row] = weight
    return level if np.array_equal(level[of_row], weight) else None
