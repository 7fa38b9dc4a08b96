"""Calibration on cells: one factor for each cell, so that the weights meet known margins.

Works on sums of weights alone; ten million respondents cost what their cells cost.
"""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import BoolArray, FloatArray
from scoring.cells import Cells
from scoring.errors import ConvergenceError, WeightError
from scoring.totals import PsuTotals
from scoring.weights.distance import Distance, Exponential, Linear, Logit
from scoring.weights.margins import Auxiliaries, Calibration, Margin, auxiliaries_of

TIGHT = 1e-12
"""Newton's steps end here."""
CLOSE = 1e-9
CONVERGED = 1e-9
"""A gap above this is published with a note."""
BEARABLE = 1e-6
"""A gap above this is an error."""
HALVINGS = 60
ROUNDING = 1e-12
RIDGE = 1e-10
"""Keeps Newton's step finite where bounds hold every cell of a margin; relative to the Hessian."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Factors of the cells, and how far they meet the margins.

    Parameters
    ----------
    calibration : what was asked
    cells : the cells, with their base weights
    factor : (A,) what the base weights of each cell are multiplied by
    auxiliaries : the numbers to be met
    basis : (m, p) turns the auxiliaries into as many as are independent, orthonormal under the
        base weights
    iterations : steps taken
    """

    calibration: Calibration
    cells: Cells
    factor: FloatArray
    auxiliaries: Auxiliaries
    basis: FloatArray
    iterations: int

    @property
    def x(self) -> FloatArray:
        """(A, p) auxiliaries of each cell, orthonormal under the base weights."""
        return self.auxiliaries.x @ self.basis

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

    @property
    def fact(self) -> str:
        """Say kind, bounds and margins in one line, and how many cells a bound holds."""
        bounds, said = self.calibration.bounds, self.calibration.fact
        if bounds is None:
            return said
        near = np.abs(self.factor[:, np.newaxis] - np.asarray(bounds)) <= CLOSE
        held = np.count_nonzero(near.any(axis=1))
        return f"{said}; {held} of {len(self.factor)} cells at a bound"

    @property
    def negative(self) -> BoolArray:
        """(A,) cells whose calibrated weight is 0 or less, though their base weight is not."""
        below: BoolArray = (self.factor <= 0) & (self.cells.weights > 0)
        return below

    def weigh(self, totals: PsuTotals) -> PsuTotals:
        """Return the totals under calibrated weights, their cells added up.

        Raises
        ------
        WeightError
            If negative weights leave the answers to a leaf in some domain without weight.
        """
        weighed = totals.weighted(self.factor)
        if self.negative.any():
            _refuse_weightless(weighed)
        return weighed


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
        If the steps end more than a millionth of a margin away from it: the margins exclude each
        other, or the bounds are too narrow.
    DataError
        If the totals were not summed by these cells.

    Notes
    -----
    Post-stratification: g = margin / base weight of the cell. Else g = F(x'b), b solving
    sum w F(x'b) x = margins by Newton's method on the convex dual sum w H(x'b) - b'margins with
    H' = F, steps halved until it falls. Raking: F = exp, the fixed point of iterative proportional
    fitting; linear: F(u) = 1 + u, cut at the bounds; logit: see ``distance``.
    Source: Deville and Sarndal 1992; R: ``postStratify``, ``calibrate(calfun = "raking")``,
    ``calibrate(calfun = "linear", bounds = c(lo, hi))``, ``calibrate(calfun = "logit", ...)``.
    """
    cells = totals.cells
    auxiliaries = auxiliaries_of(calibration, cells)
    basis = _orthonormal(auxiliaries.x, cells.weights)
    factor, iterations = _solved(auxiliaries, basis, cells.weights, calibration)
    found = Calibrated(calibration, cells, factor, auxiliaries, basis, iterations)
    _refuse_gap(found)
    return found


def recalibrated(found: Calibrated, units: FloatArray) -> FloatArray:
    """Return the factors of the cells when the weights of whole PSUs are multiplied.

    This is how each replicate is calibrated anew: its weights are base weight x ``units`` x the
    factor returned.

    Parameters
    ----------
    found : the calibration of the whole sample; its margins stay what they are
    units : (C, R) what all weights of each PSU of the frame are multiplied by, one column a
        replicate; 0 leaves the PSU out

    Returns
    -------
    (A, R) factors by cell

    Raises
    ------
    ConvergenceError
        If the margins cannot be met in a replicate: one that a dropped PSU alone has filled.

    Notes
    -----
    R: ``calibrate`` on a design of ``as.svrepdesign``.
    """
    factors = np.ones((len(found.cells), units.shape[1]))
    for at in range(units.shape[1]):
        weight = found.cells.weight * units[found.cells.unit, at]
        cells = replace(found.cells, weight=weight)
        basis = _orthonormal(found.auxiliaries.x, cells.weights)
        factors[:, at], steps = _solved(found.auxiliaries, basis, cells.weights, found.calibration)
        weighed = replace(found, cells=cells, factor=factors[:, at], iterations=steps)
        _refuse_gap(weighed, replicate=at + 1)
    return factors


def _refuse_gap(found: Calibrated, replicate: int | None = None) -> None:
    """Raise ConvergenceError when a margin is missed by more than is bearable."""
    gaps = _gaps(found.reached, found.auxiliaries.target)
    if not gaps.max() <= BEARABLE:
        worst = found.margins[int(np.argmax(gaps))].name
        bounds = found.calibration.bounds
        raise ConvergenceError(found.iterations, found.gap, worst, bounds, replicate)


def _refuse_weightless(totals: PsuTotals) -> None:
    """Raise WeightError when the weights of some answers add up to nothing or less."""
    n_domains = len(totals.domains)
    d, n = (totals.psus.by_domain(sums, n_domains) for sums in (totals.psus.d, totals.psus.n))
    bad = np.argwhere((n > 0) & ~(d > 0))
    if len(bad):
        domain, leaf = bad[0].tolist()
        named = dict(totals.domains[domain]) or "the whole sample"
        raise WeightError(
            f"the calibrated weights of leaf {totals.leaves[leaf]!r} in {named} add up to"
            f" {d[domain, leaf]:.3g}; give bounds, or rake",
            where="calibration",
        )


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


def _solved(
    auxiliaries: Auxiliaries, basis: FloatArray, weight: FloatArray, calibration: Calibration
) -> tuple[FloatArray, int]:
    """Return factors and the number of steps; the last step is the closest."""
    if calibration.kind == "poststratify":
        base = weight @ auxiliaries.x
        ratio = auxiliaries.target / np.where(base > 0, base, 1.0)
        return auxiliaries.x @ ratio, 1
    x, target = auxiliaries.x @ basis, auxiliaries.target @ basis
    distance = _distance(calibration)
    b, steps, gap = np.zeros(x.shape[1]), 0, np.inf
    with np.errstate(over="ignore", invalid="ignore"):
        while gap > TIGHT and steps < calibration.iterations:
            b = _descended(x, target, weight, b, distance)
            steps += 1
            reached = (weight * distance.factor(x @ b)) @ auxiliaries.x
            gap = float(_gaps(reached, auxiliaries.target).max())
    return distance.factor(x @ b), steps


def _distance(calibration: Calibration) -> Distance:
    """Return how far weights may be pulled."""
    if calibration.kind == "raking":
        return Exponential()
    if calibration.bounds is None:
        return Linear()
    return (Logit if calibration.kind == "logit" else Linear)(calibration.bounds)


def _descended(
    x: FloatArray, target: FloatArray, weight: FloatArray, b: FloatArray, distance: Distance
) -> FloatArray:
    """Take Newton's step, halved until the dual does not rise."""

    def dual(point: FloatArray) -> float:
        return float(weight @ distance.integral(x @ point) - target @ point)

    u = x @ b
    hessian = x.T @ (x * (weight * distance.slope(u))[:, np.newaxis])
    ridge = RIDGE * (np.diag(hessian).max() or 1.0) * np.eye(len(b))
    step = np.linalg.solve(hessian + ridge, target - (weight * distance.factor(u)) @ x)
    most = dual(b) + ROUNDING * abs(dual(b))
    sizes = 0.5 ** np.arange(HALVINGS)
    size = next((size for size in sizes if dual(b + size * step) <= most), 0.0)
    return np.asarray(b + size * step, dtype=np.float64)
