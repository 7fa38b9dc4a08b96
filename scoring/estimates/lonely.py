"""Groups with a single unit (strata of one PSU, PSUs of one second-stage unit) and their policies.

A unit that is its whole population is not lonely: it was certain to be drawn. Knows neither the
tree nor answers.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.design import Frame
from scoring.errors import DesignError, SingletonStratumError
from scoring.estimates.units import Units
from scoring.totals import PsuTotals

LonelyPsu: TypeAlias = Literal["refuse", "certainty", "average", "adjust"]

POLICIES: tuple[LonelyPsu, ...] = ("refuse", "certainty", "average", "adjust")


@dataclass(frozen=True, eq=False)
class Held:
    """Groups of units at one stage of the design.

    Parameters
    ----------
    group : (U,) group of each unit of the frame
    lonely : (G,) groups of one unit that is not its whole population
    held : (domains, G) groups that enter the variance of a domain
    """

    group: IntArray
    lonely: BoolArray
    held: BoolArray


def lonely_strata(frame: Frame) -> BoolArray:
    """Return (H,) strata that hold a single PSU of several."""
    lonely: BoolArray = (frame.psus_per_stratum == 1) & (frame.fraction < 1)
    return lonely


def lonely_psus(frame: Frame) -> BoolArray:
    """Return (C,) PSUs that hold a single second-stage unit of several, where that counts."""
    counts = frame.is_two_stage & (frame.fraction > 0)[frame.psu_stratum]
    lonely: BoolArray = counts & (frame.ssus_per_psu == 1) & (frame.second_fraction < 1)
    return lonely


def refuse_lonely(frame: Frame) -> None:
    """Raise SingletonStratumError for strata of one PSU, DesignError for PSUs of one unit."""
    strata = np.flatnonzero(lonely_strata(frame))
    if len(strata):
        raise SingletonStratumError([frame.strata[at] for at in strata])
    psus = np.flatnonzero(lonely_psus(frame))
    if len(psus):
        shown = f"{frame.psus[psus[0]]!r} of stratum {frame.strata[frame.psu_stratum[psus[0]]]!r}"
        raise DesignError(
            f"only one second-stage unit of several in PSU {shown} ({len(psus)} such PSUs);"
            " its variance is unknown"
        )


def lonely_held(totals: PsuTotals, *, by_all: bool) -> BoolArray:
    """Return (domains, strata): lonely strata that enter the variance of a domain.

    ``by_all``: all do, because calibration gives every PSU a residual in every domain; otherwise
    those that hold members.
    """
    first = held_strata(totals, by_all=by_all)
    held: BoolArray = first.held & first.lonely
    return held


def answered_in_lonely_only(totals: PsuTotals, policy: LonelyPsu) -> BoolArray:
    """Return (domains, k) leaves whose answers all lie in strata of one PSU, of unknown spread.

    Under ``adjust`` the spread of such strata is known; under ``refuse`` there are none.
    """
    rows, frame, n_domains = totals.psus, totals.frame, len(totals.domains)
    lonely = lonely_strata(frame)
    if policy in ("refuse", "adjust") or not lonely.any():
        return np.zeros((n_domains, len(totals.leaves)), dtype=np.bool_)
    several = ~lonely[frame.psu_stratum[rows.unit]]
    elsewhere = rows.by_domain((rows.n > 0) & several[:, np.newaxis], n_domains)
    there = rows.by_domain(rows.n > 0, n_domains)
    only: BoolArray = (there > 0) & (elsewhere == 0)
    return only


def apply_policy(units: Units, at: Held, policy: LonelyPsu) -> Units:
    """Prepare the totals of one stage for the policy.

    Notes
    -----
    certainty: a lonely group adds 0 to V. average: it adds the mean contribution of the other
    groups, V H / (H - lonely), H the groups that hold members of the domain (all groups when
    weights are calibrated). adjust: it adds (e - mean of e over all units)^2.
    Source: Lumley 2010, chapter 2; R: ``options(survey.lonely.psu = ...)``, survey 4.5, with
    ``survey.adjust.domain.lonely = FALSE``; for second-stage units the rule is ours.
    """
    if not at.lonely.any():
        return units
    if policy == "adjust":
        return units.with_every(np.flatnonzero(at.lonely[at.group]), len(at.held))
    if policy == "average":
        return units.times(np.sqrt(_average(at)))
    return units


def policy_factor(totals: PsuTotals, policy: LonelyPsu, *, by_all: bool) -> FloatArray:
    """Return (domains,) what variances that know nothing of lonely strata are multiplied by."""
    if policy != "average":
        return np.ones(len(totals.domains))
    return _average(held_strata(totals, by_all=by_all))


def _average(at: Held) -> FloatArray:
    """Return (domains,) H / (H - lonely), H the groups that are held."""
    others = (at.held & ~at.lonely).sum(axis=1)
    factor: FloatArray = at.held.sum(axis=1) / np.maximum(others, 1.0)
    return factor


def held_strata(totals: PsuTotals, *, by_all: bool) -> Held:
    """Return the strata, with those that hold members of each domain (or all)."""
    rows, frame = totals.psus, totals.frame
    held = np.full((len(totals.domains), len(frame.strata)), by_all)
    held[rows.domain, frame.psu_stratum[rows.unit]] = True
    return Held(frame.psu_stratum, lonely_strata(frame), held)


def held_psus(totals: PsuTotals, *, by_all: bool) -> Held:
    """Return the PSUs as groups of second-stage units."""
    rows, frame = totals.seconds, totals.frame
    held = np.full((len(totals.domains), len(frame.psus)), by_all)
    held[rows.domain, frame.ssu_psu[rows.unit]] = True
    return Held(frame.ssu_psu, lonely_psus(frame), held)
