"""From a scheme to replicates of one sample, each calibrated anew. Knows no tree."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from scoring.arrays import FloatArray
from scoring.errors import DataError, DesignError
from scoring.estimates.replicates import Replicates
from scoring.estimates.schemes import GivenFactors, GivenWeights, Scheme
from scoring.totals import PsuTotals, Rows
from scoring.weights.calibration import Calibrated, recalibrated

Variance: TypeAlias = Scheme | GivenWeights

RANK = 1e-6
"""Singular values below this share of the largest are rounding."""


def is_given(variance: Variance | None) -> bool:
    """Whether the replicates come from outside, and with them what lonely PSUs add."""
    return isinstance(variance, GivenFactors | GivenWeights)


def replicates_of(
    totals: PsuTotals, variance: Variance, calibrated: Calibrated | None
) -> Replicates:
    """Make the replicates of a sample.

    Parameters
    ----------
    totals : PsuTotals under base weights, by cell
    variance : how replicates are made
    calibrated : the calibration that each replicate repeats; None without

    Raises
    ------
    DesignError
        If the design does not allow the scheme, or corrects its second stage, which no replicate
        of PSUs made here can show; those from outside know their own design.
    DataError
        If the sample has no replicate weights.
    ShapeError
        If the numbers of replicates, scales or PSUs differ.
    ConvergenceError
        If the margins cannot be met in a replicate.
    """
    if totals.frame.is_two_stage and not is_given(variance):
        raise DesignError("replicates of PSUs know no second stage; use taylor", where="ssu_fpc")
    n_domains = len(totals.domains)
    if isinstance(variance, GivenWeights):
        if totals.replicates is None:
            raise DataError("the sample has no replicate weights", where="replicates")
        rows, cells = totals.replicates.rows, totals.replicates.cells
        unit = totals.replicates.factor.T
        weight = variance.weight(len(unit))
    else:
        rows, cells = totals.psus, totals.cells
        unit, weight = variance.factors(totals.frame)
    cell = np.ones((len(unit), len(totals.cells)))
    if calibrated is not None:
        cell = recalibrated(replace(calibrated, cells=cells), unit.T).T
    df = np.full(n_domains, len(unit) - 1.0)
    if is_given(variance):
        df = np.asarray([_rank(rows, unit, domain) - 1.0 for domain in range(n_domains)])
    return Replicates(rows, unit, cell, weight, variance.centre, df)


def _rank(rows: Rows, unit: FloatArray, domain: int) -> int:
    """Return the rank of the replicate weights of a domain.

    R: ``degf`` of a replicate design is this rank less one.
    """
    held = np.unique(rows.unit[rows.domain == domain])
    sizes = np.linalg.svd(unit[:, held], compute_uv=False)
    return int(np.count_nonzero(sizes > RANK * sizes.max(initial=0.0)))
