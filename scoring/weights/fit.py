"""What calibration takes out of an influence: the regression whose residuals make the variance.

Knows neither margins nor the tree.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scoring.arrays import FloatArray
from scoring.totals import PsuTotals, Rows, empty_rows
from scoring.weights.calibration import Calibrated


@dataclass(frozen=True, eq=False)
class Fit:
    """A regression on p auxiliaries under the base weights.

    Parameters
    ----------
    rows : Rows under base weights, by cell
    x : (A, p) auxiliaries, orthonormal under the base weights
    fitted : (C, p) sum of calibrated weights times x, by PSU
    """

    rows: Rows
    x: FloatArray
    fitted: FloatArray

    def projected(self, values: FloatArray, n_domains: int) -> FloatArray:
        """Return (domains x p, k): the values times each auxiliary, summed over each domain."""
        n, p = len(values), self.x.shape[1]
        place = self.rows.domain[:, np.newaxis] * p + np.arange(p)
        entries = self.x[self.rows.cell]
        pairs = (place.ravel(), np.repeat(np.arange(n), p))
        onto = sparse.csr_array((entries.ravel(), pairs), shape=(n_domains * p, n))
        sums: FloatArray = onto @ values
        return sums


def fit_of(totals: PsuTotals, calibrated: Calibrated) -> Fit:
    """Return the regression of a calibration, for residuals."""
    cells = calibrated.cells
    weight = cells.weight * calibrated.factor[cells.cell]
    shape = (len(totals.frame.psus), len(cells))
    fitted: FloatArray = sparse.csr_array((weight, (cells.unit, cells.cell)), shape) @ calibrated.x
    return Fit(totals.psus, calibrated.x, fitted)


def no_fit(totals: PsuTotals) -> Fit:
    """Return the regression on nothing."""
    n = len(totals.frame.psus)
    return Fit(empty_rows(len(totals.leaves)), np.empty((1, 0)), np.empty((n, 0)))
