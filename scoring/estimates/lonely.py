"""Strata with a single PSU: what each policy makes of them.

Knows neither the tree nor answers.
"""

from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.design import Frame
from scoring.estimates.units import Units
from scoring.totals import PsuTotals

LonelyPsu: TypeAlias = Literal["refuse", "certainty", "average", "adjust"]

POLICIES: tuple[LonelyPsu, ...] = ("refuse", "certainty", "average", "adjust")


def lonely_strata(frame: Frame) -> IntArray:
    """Return the strata that hold a single PSU."""
    return np.flatnonzero(frame.psus_per_stratum == 1)


def lonely_held(totals: PsuTotals, *, by_all: bool) -> BoolArray:
    """Return (domains, strata): lonely strata that enter the variance of a domain.

    ``by_all``: all do, because calibration gives every PSU a residual in every domain; otherwise
    those that hold members.
    """
    lonely = totals.frame.psus_per_stratum == 1
    held: BoolArray = _held(totals, by_all=by_all) & lonely
    return held


def answered_in_lonely_only(totals: PsuTotals, policy: LonelyPsu) -> BoolArray:
    """Return (domains, k) leaves whose answers all lie in strata of one PSU, of unknown spread.

    Under ``adjust`` the spread of such strata is known; under ``refuse`` there are none.
    """
    rows, frame = totals.psus, totals.frame
    if policy in ("refuse", "adjust") or not len(lonely_strata(frame)):
        return np.zeros((len(totals.domains), len(totals.leaves)), dtype=np.bool_)
    counts = frame.psus_per_stratum[frame.psu_stratum[rows.unit]]
    n_domains = len(totals.domains)
    elsewhere = rows.by_domain((rows.n > 0) & (counts > 1)[:, np.newaxis], n_domains)
    there = rows.by_domain(rows.n > 0, n_domains)
    only: BoolArray = (there > 0) & (elsewhere == 0)
    return only


def apply_policy(units: Units, totals: PsuTotals, policy: LonelyPsu) -> Units:
    """Prepare the totals for the policy.

    Notes
    -----
    certainty: a lonely stratum adds 0 to V. average: it adds the mean contribution of the other
    strata, V H / (H - lonely), H the strata that hold members of the domain (all strata when
    weights are calibrated). adjust: it adds (e - mean of e over all PSUs)^2.
    Source: Lumley 2010, chapter 2; R: ``options(survey.lonely.psu = ...)``, survey 4.5, with
    ``survey.adjust.domain.lonely = FALSE``.
    """
    lonely = lonely_strata(totals.frame)
    if not len(lonely):
        return units
    if policy == "adjust":
        psus = np.flatnonzero(np.isin(totals.frame.psu_stratum, lonely))
        return units.with_every(psus, len(totals.domains))
    if policy == "average":
        held = _held(totals, by_all=units.slope.shape[2] > 0)
        others: FloatArray = np.delete(held, lonely, axis=1).sum(axis=1).astype(np.float64)
        return units.times(np.sqrt(held.sum(axis=1) / np.maximum(others, 1.0)))
    return units


def _held(totals: PsuTotals, *, by_all: bool) -> BoolArray:
    """Return (domains, strata) that hold members of a domain, or all."""
    held = np.full((len(totals.domains), len(totals.frame.strata)), by_all)
    held[totals.psus.domain, totals.frame.psu_stratum[totals.psus.unit]] = True
    return held
