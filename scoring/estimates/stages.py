"""Which linearized totals vary at which stage: PSUs in strata, second-stage units in PSUs.

Knows no tree and no answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import FloatArray
from scoring.estimates.lonely import apply_policy, held_psus, held_strata
from scoring.estimates.method import Method
from scoring.estimates.spread import Nest, spread
from scoring.estimates.units import Units
from scoring.totals import PsuTotals


@dataclass(frozen=True, eq=False)
class Stage:
    """Totals of the units of one stage, and their groups."""

    units: Units
    nest: Nest


@dataclass(frozen=True, eq=False)
class Linearized:
    """Variances as sums over the stages of the design (Taylor)."""

    stages: tuple[Stage, ...]

    def variances(self) -> FloatArray:
        """Return the (nodes, domains) variances."""
        parts = [spread(stage.units, stage.nest).variance for stage in self.stages]
        return sum(parts[1:], parts[0])

    def difference(self, one: int, other: int) -> FloatArray:
        """Return the (nodes,) variances of domain ``one`` less domain ``other``."""
        parts = [
            spread(stage.units.minus(one, other), stage.nest).variance[:, 0]
            for stage in self.stages
        ]
        return sum(parts[1:], parts[0])

    def covariance(self, nodes: Sequence[int], domains: Sequence[int]) -> FloatArray:
        """Return the (q, q) covariance of chosen (node, domain) pairs."""
        parts = [
            spread(stage.units.contrast(nodes, domains), stage.nest).covariance
            for stage in self.stages
        ]
        return sum(parts[1:], parts[0])


def first_stage(totals: PsuTotals, units: Units, method: Method) -> Stage:
    """Return the stage of PSUs in strata, its lonely strata treated.

    Notes
    -----
    V1 = sum_h (1 - f_h) n_h/(n_h - 1) sum_c (t_hc - mean_h t)^2.
    """
    frame = totals.frame
    at = held_strata(totals, by_all=method.is_calibrated)
    kept, lone = 1 - frame.fraction, float(method.lonely_psu == "adjust")
    nest = Nest(frame.psu_stratum, frame.psus_per_stratum, method.fit.fitted, kept, lone)
    return Stage(apply_policy(units, at, method.lonely_psu), nest)


def second_stage(totals: PsuTotals, units: Units, method: Method) -> Stage:
    """Return the stage of second-stage units in PSUs, both drawn without replacement.

    Notes
    -----
    V2 = sum_h f_h sum_c (1 - f2_c) m_c/(m_c - 1) sum_s (t_hcs - mean_c t)^2.
    Source: Sarndal, Swensson, Wretman 1992, chapter 4; R: ``svydesign(id = ~psu + ssu, fpc =
    ~N1 + N2)``.
    """
    frame = totals.frame
    at = held_psus(totals, by_all=method.is_calibrated)
    kept = frame.fraction[frame.psu_stratum] * (1 - frame.second_fraction)
    lone = float(method.lonely_psu == "adjust")
    nest = Nest(frame.ssu_psu, frame.ssus_per_psu, method.fit.fitted_seconds, kept, lone)
    return Stage(apply_policy(units, at, method.lonely_psu), nest)


def villages(totals: PsuTotals) -> Nest:
    """Return second-stage units as clusters within their PSU, for leaves of one PSU.

    Their spread is taken as with replacement: given the PSU, that is never too small.
    """
    frame = totals.frame
    none = np.empty((len(frame.ssus), 0))
    return Nest(frame.ssu_psu, frame.ssus_per_psu, none, np.ones(len(frame.psus)))
