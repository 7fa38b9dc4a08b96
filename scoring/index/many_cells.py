"""Calibration when nearly every respondent is a cell: a continuous variable, or many crossed.

The factors are found on cells as always; totals are then summed once more under the calibrated
weights, and the regression once for each auxiliary, so that no sum is kept by cell.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from scoring.arrays import FloatArray, IntArray, refusing_overflow
from scoring.errors import WeightError
from scoring.index.finest import MOST_CELLS, cells_of, weights_of
from scoring.index.tally import domain_sums, totals_of
from scoring.sample import Sample
from scoring.totals import PsuTotals, Rows, totals_of_nothing
from scoring.tree import IndexTree
from scoring.weights.calibration import Calibrated, calibrate
from scoring.weights.fit import Fit, fitted_of
from scoring.weights.margins import Calibration

MOST_OF_ALL = 1_000_000


def has_many_cells(sample: Sample, columns: Sequence[str]) -> bool:
    """Whether the columns make more calibration cells than sums are kept by."""
    known = [sample.domains[name] for name in columns if name in sample.domains]
    if prod(len(column.labels) for column in known) <= MOST_CELLS:
        return False
    key = np.zeros(len(sample.weight), dtype=np.int64)
    for column in known:
        key = np.unique(key * len(column.labels) + column.codes, return_inverse=True)[1]
    return int(key.max(initial=0)) >= MOST_CELLS


def calibrated_by_rows(
    sample: Sample, tree: IndexTree, domains: Sequence[Sequence[str]], calibration: Calibration
) -> tuple[Calibrated, PsuTotals, Fit]:
    """Return the calibration, the totals under its weights, and its regression.

    Parameters
    ----------
    sample : Sample
    tree : IndexTree
    domains : sets of domain columns
    calibration : Calibration

    Raises
    ------
    DataError
        If there are more than a million cells; also as ``totals_of`` and ``calibrate``.
    WeightError
        If a calibrated weight is negative; rows have no place for it.

    Notes
    -----
    The numbers are those of ``calibrate`` on cells: y, d and the regression are linear in the
    weights. Passes over the answers: one for each auxiliary and one more.
    """
    inside = cells_of(sample, calibration.columns, MOST_OF_ALL)
    psus, seconds = (
        weights_of(sample, inside, unit) for unit in (sample.design.psu, _drawn_seconds(sample))
    )
    calibrated = calibrate(replace(totals_of_nothing([()], []), cells=psus), calibration)
    if calibrated.negative.any():
        raise WeightError(
            f"{np.count_nonzero(calibrated.negative)} calibrated weights are not above 0;"
            " give bounds, or rake",
            where="calibration",
        )
    at = np.maximum(inside.of_row, 0)
    with refusing_overflow():
        weight = sample.weight * calibrated.factor[at]
        x = calibrated.auxiliaries.x[at]
    whole = totals_of(replace(sample, weight=weight), tree, domains)
    frame = sample.design.frame
    n_seconds = len(frame.ssus) if frame.is_two_stage else 0
    fit = Fit(
        _projections(sample, tree, domains, x),
        calibrated.basis,
        fitted_of(psus, calibrated, len(frame.psus)),
        fitted_of(seconds, calibrated, n_seconds),
    )
    return calibrated, whole, fit


def _drawn_seconds(sample: Sample) -> IntArray | None:
    return sample.design.ssu if sample.design.frame.is_two_stage else None


def _projections(
    sample: Sample, tree: IndexTree, domains: Sequence[Sequence[str]], x: FloatArray
) -> Rows:
    """Return the sums of base weights times each auxiliary, one row for each domain and one."""
    least = np.minimum(x.min(axis=0), 0.0)
    weights = [sample.weight, *(sample.weight * (x - least).T)]
    (y, d), *lifted = domain_sums(sample, tree, domains, weights)
    m, n = len(lifted), len(y)
    sums = [
        np.stack(
            [one[side] + low * (y, d)[side] for one, low in zip(lifted, least, strict=True)],
            axis=1,
        ).reshape(n * m, -1)
        for side in (0, 1)
    ]
    none = np.zeros(n * m, dtype=np.int64)
    count = np.zeros(sums[0].shape, dtype=np.int64)
    place = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    return Rows(place[0], none, none, sums[0], sums[1], count, place[1])
