"""What calibration takes out of an influence: the regression whose residuals make the variance.

Knows neither margins nor the tree.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scoring.arrays import FloatArray
from scoring.cells import Cells
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
    fitted_seconds : (S, p) the same by second-stage unit, where these vary too; else (0, p)
    """

    rows: Rows
    x: FloatArray
    fitted: FloatArray
    fitted_seconds: FloatArray

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
    fitted = fitted_of(totals.cells, calibrated, len(totals.frame.psus))
    n_seconds = len(totals.frame.ssus) if totals.frame.is_two_stage else 0
    seconds = fitted_of(totals.second_cells, calibrated, n_seconds)
    return Fit(totals.psus, calibrated.x, fitted, seconds)


def fitted_of(cells: Cells, calibrated: Calibrated, n_units: int) -> FloatArray:
    """Return (units, p): the auxiliaries of everybody in a unit, under calibrated weights."""
    weight = cells.weight * calibrated.factor[cells.cell]
    entries, shape = (weight, (cells.unit, cells.cell)), (n_units, len(calibrated.factor))
    fitted: FloatArray = sparse.csr_array(entries, shape) @ calibrated.x
    return fitted


def no_fit(totals: PsuTotals) -> Fit:
    """Return the regression on nothing."""
    n = len(totals.frame.psus)
    seconds = np.empty((len(totals.frame.ssus), 0))
    return Fit(empty_rows(len(totals.leaves)), np.empty((1, 0)), np.empty((n, 0)), seconds)
