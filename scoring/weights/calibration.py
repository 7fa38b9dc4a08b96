"""Calibration on cells: one factor for each cell, so that the weights meet known margins.

Works on sums of weights alone; ten million respondents cost what their cells cost.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import FloatArray
from scoring.cells import Cells
from scoring.errors import ConvergenceError
from scoring.totals import PsuTotals
from scoring.weights.margins import Auxiliaries, Calibration, Margin, auxiliaries_of

TIGHT = 1e-12
"""Raking stops here."""
CONVERGED = 1e-9
"""A gap above this is published with a note."""
BEARABLE = 1e-6
"""A gap above this is an error."""
HALVINGS = 40
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Factors of the cells, and how far they meet the margins.

    Parameters
    ----------
    calibration : what was asked
    cells : the cells, with their base weights
    factor : (A,) what the base weights of each cell are multiplied by
    auxiliaries : the numbers to be met
    x : (A, p) auxiliaries of each cell, orthonormal under the base weights
    iterations : steps taken
    """

    calibration: Calibration
    cells: Cells
    factor: FloatArray
    auxiliaries: Auxiliaries
    x: FloatArray
    iterations: int

    @property
    def margins(self) -> tuple[Margin, ...]:
        """The numbers to be met (m)."""
        return self.auxiliaries.margins

    @property
    def base(self) -> FloatArray:
        """(m,) what base weights give."""
        return self.cells.weights @ self.auxiliaries.x

    @property
    def reached(self) -> FloatArray:
        """(m,) what calibrated weights give."""
        return (self.cells.weights * self.factor) @ self.auxiliaries.x

    @property
    def gap(self) -> float:
        """Largest difference from a margin, relative to it."""
        return float(_gaps(self.reached, self.auxiliaries.target).max())

    @property
    def has_converged(self) -> bool:
        """Whether the margins are met but for rounding."""
        return self.gap <= CONVERGED


def calibrate(totals: PsuTotals, calibration: Calibration) -> Calibrated:
    """Find the factors that bring the base weights to the margins.

    Parameters
    ----------
    totals : PsuTotals summed by ``calibration.columns`` as calibration cells
    calibration : Calibration

    Raises
    ------
    MarginError
        If the margins contradict the respondents or each other; names them.
    ConvergenceError
        If raking stops more than a millionth of a margin away from it.
    DataError
        If the totals were not summed by these cells.

    Notes
    -----
    Post-stratification: g = margin / base weight of the cell. Raking: g = exp(x'b), b solving
    sum w g x = margins by Newton's method on the convex dual sum w exp(x'b) - b'margins, steps
    halved until it falls; the fixed point of iterative proportional fitting.
    Source: Deville and Sarndal 1992; R: ``postStratify``, ``calibrate(calfun = "raking")``.
    """
    cells = totals.cells
    auxiliaries = auxiliaries_of(calibration, cells)
    weight, x = cells.weights, auxiliaries.x
    basis = _orthonormal(x, weight)
    if calibration.kind == "poststratify":
        factor, iterations = x @ (auxiliaries.target / (weight @ x)), 1
    else:
        factor, iterations = _raked(auxiliaries, basis, weight, calibration.iterations)
    found = Calibrated(calibration, cells, factor, auxiliaries, x @ basis, iterations)
    if not found.gap <= BEARABLE:
        worst = int(np.argmax(_gaps(found.reached, auxiliaries.target)))
        raise ConvergenceError(iterations, found.gap, auxiliaries.margins[worst].name)
    return found


def _gaps(reached: FloatArray, target: FloatArray) -> FloatArray:
    gaps: FloatArray = np.abs(reached - target) / np.where(target == 0, 1.0, np.abs(target))
    return gaps


def _orthonormal(x: FloatArray, weight: FloatArray) -> FloatArray:
    """Return (m, p) so that x @ it has orthonormal columns under the weights, without redundancy.

    Margins of several variables share their total: p is the number of independent ones.
    """
    size = np.sqrt(weight @ x**2)
    scale = np.where(size > 0, size, 1.0)
    _, s, turn = np.linalg.svd(np.sqrt(weight)[:, np.newaxis] * (x / scale), full_matrices=False)
    kept = s > s[0] * 1e-10
    basis: FloatArray = turn[kept].T / s[kept] / scale[:, np.newaxis]
    return basis


def _raked(
    auxiliaries: Auxiliaries, basis: FloatArray, weight: FloatArray, iterations: int
) -> tuple[FloatArray, int]:
    """Return factors and the number of steps; the last step is the closest."""
    x, target = auxiliaries.x @ basis, auxiliaries.target @ basis
    b, steps, gap = np.zeros(x.shape[1]), 0, np.inf
    with np.errstate(over="ignore", invalid="ignore"):
        while gap > TIGHT and steps < iterations:
            b = _descended(x, target, weight, b)
            steps += 1
            reached = (weight * np.exp(x @ b)) @ auxiliaries.x
            gap = float(_gaps(reached, auxiliaries.target).max())
    return np.exp(x @ b), steps


def _descended(x: FloatArray, target: FloatArray, weight: FloatArray, b: FloatArray) -> FloatArray:
    """Take Newton's step, halved until the dual does not rise."""

    def dual(point: FloatArray) -> float:
        return float(weight @ np.exp(x @ point) - target @ point)

    wg = weight * np.exp(x @ b)
    step = np.linalg.lstsq(x.T @ (x * wg[:, np.newaxis]), target - wg @ x, rcond=None)[0]
    most = dual(b) + ROUNDING * abs(dual(b))
    sizes = 0.5 ** np.arange(HALVINGS)
    size = next((size for size in sizes if dual(b + size * step) <= most), 0.0)
    return np.asarray(b + size * step, dtype=np.float64)
