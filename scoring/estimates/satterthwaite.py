"""Degrees of freedom of a variance that unequal strata make up. Knows no tree.

With strata of like size the design's own number, PSUs less strata, is right; where one stratum
makes most of the variance, only its PSUs count, and t intervals of the design's number are too
short.
"""

from collections.abc import Sequence

import numpy as np

from scoring.arrays import FloatArray
from scoring.estimates.spread import spread
from scoring.estimates.stages import Linearized, Stage
from scoring.estimates.variance import Between


def effective_df(between: Between, most: FloatArray) -> FloatArray:
    """Return (nodes, domains) degrees of freedom.

    Parameters
    ----------
    between : linearized variances; those of replicates have no parts, and keep ``most``
    most : (domains,) the design's own number, never exceeded

    Notes
    -----
    df = V^2 / sum_g V_g^2 / (m_g - 1), V_g the part of group g: of a stratum with m_g PSUs that
    hold members (all of its PSUs under calibration), or of a PSU with m_g second-stage units. A
    group of one unit counts with one degree.
    Source: Satterthwaite 1946; Lohr 2010, chapter 9.
    """
    stages = between.stages if isinstance(between, Linearized) else ()
    return _effective(stages, most)


def joint_effective_df(between: Between, one: int, other: int, most: FloatArray) -> FloatArray:
    """Return (nodes,) degrees of freedom of domain ``one`` less domain ``other``."""
    stages = between.stages if isinstance(between, Linearized) else ()
    parts = [Stage(stage.units.minus(one, other), stage.nest) for stage in stages]
    found = _effective(parts, most[np.newaxis])
    return found[:, 0]


def _effective(stages: Sequence[Stage], most: FloatArray) -> FloatArray:
    whole, squares = np.zeros((1, len(most))), np.zeros((1, len(most)))
    for stage in stages:
        variance, square = _parts(stage, len(most))
        whole, squares = whole + variance, squares + square
    found = np.full(np.broadcast_shapes(whole.shape, (1, len(most))), np.inf)
    np.divide(whole**2, squares, out=found, where=squares > 0)
    effective: FloatArray = np.minimum(found, most)
    return effective


def _parts(stage: Stage, n_domains: int) -> tuple[FloatArray, FloatArray]:
    """Return (nodes, domains): V, and the sum of V_g^2 / (m_g - 1)."""
    units, nest = stage.units, stage.nest
    if units.slope.shape[2]:
        units = units.with_every(np.arange(len(nest.group)), n_domains)
    found = spread(units, nest)
    shape = (len(units.t), n_domains)
    variance, square = np.zeros(shape), np.zeros(shape)
    if len(found.start):
        parts = np.add.reduceat(found.rows**2, found.start, axis=1) + found.zeros**2
        counts = np.diff(found.start, append=found.rows.shape[1])
        np.add.at(variance.T, found.domain, parts.T)
        np.add.at(square.T, found.domain, (parts**2 / np.maximum(counts - 1, 1)).T)
    return variance, square
