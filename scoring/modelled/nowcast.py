"""Where official scores will lie: a filter over past official scores and an own survey.

These numbers lean on a model and say nothing that the past did not. Opens no file.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.errors import DataError
from scoring.estimates.ranks import Draws, rank_places
from scoring.modelled.kalman import Belief, moved, observed
from scoring.modelled.nowcast_learning import (
    BREAKS,
    FEWEST,
    Movement,
    OwnSurvey,
    Series,
    learn_movement,
    learn_own_survey,
)

SEED = 20241130
DRAWS = 10_000
FEWEST_IN_GROUPS = 4
RESCALED = 2018
"""From this year on totals are out of 80 instead of 60."""
UNKNOWN = 100.0
"""Roots of variances of what the data alone decide, in typical scores."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The official scores to come of one code.

    Parameters
    ----------
    estimate, se : (m,) points; the error of the official survey itself is in it
    p_rise : (m,) probability of a score above last year's, NaN where that is missing
    groups : (m, 4) probability of each of ``GROUPS``; None under 4 places
    movement, own_survey : what was learnt; own_survey None without one
    """

    estimate: FloatArray
    se: FloatArray
    p_rise: FloatArray
    groups: FloatArray | None
    movement: Movement
    own_survey: OwnSurvey | None

    def interval(self, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the prediction intervals, (m,) each."""
        reach = special.ndtri((1 + confidence) / 2) * self.se
        return self.estimate - reach, self.estimate + reach


def nowcast(
    years: IntArray,
    official: Series,
    own: Series | None = None,
    *,
    rescaled: bool = False,
    seed: int = SEED,
) -> Forecast:
    """Forecast the official scores of the last year of a panel.

    Parameters
    ----------
    years : (k,) one after the other, the last is the year to forecast
    official : past official scores of one code, (m, k); the last column is not looked at
    own : scores of an own survey for the same places and years, also of the last year
    rescaled : whether scores from 2018 on are on another scale, as totals are
    seed : of the draws behind the groups

    Returns
    -------
    Forecast

    Raises
    ------
    DataError
        If shapes differ, years have gaps, or a place has no past official score.

    Notes
    -----
    State (theta, b) of all places together; theta as ``learn_movement``: each place keeps a share
    of its distance from the country's mean, b is constant. Official o = theta + e, own s = theta +
    b + f. The country's step into a past year with official scores is left to these; the step
    beyond has its learnt variance. The mean of all b is left to the pairs: without any, an own
    survey only speaks of differences between places. Forecast variance = P_theta + se^2 + error.
    With kept = 1 and one place this is the local level model. R: ``KFAS::KFS`` with SSModel.
    Source: Durbin and Koopman 2012, chapters 4 and 7; Harvey 1989, section 4.1.
    """
    past = _past(years, official, own)
    steps = np.isin(years, sorted(BREAKS)), _scale_steps(years, rescaled=rescaled)
    movement = learn_movement(past, steps[0], steps[1])
    beside = None if own is None else learn_own_survey(past, own, movement)
    belief = _start(past, movement, beside)
    free = (past.has_score.sum(axis=0) >= FEWEST) | steps[1]
    for year in range(len(years)):
        if year:
            belief = _stepped(belief, movement, float(movement.wider[year]), free=bool(free[year]))
        belief = _official_seen(belief, past, movement, year)
        if own is not None and beside is not None:
            belief = _own_seen(belief, own, beside, year)
    return _forecast(belief, past, movement, beside, seed)


def _past(years: IntArray, official: Series, own: Series | None) -> Series:
    shapes = [official.score.shape, official.se.shape]
    shapes += [] if own is None else [own.score.shape, own.se.shape]
    if any(shape != (len(official.score), len(years)) for shape in shapes):
        raise DataError(
            "official and own scores need a row for each place, a column for each year"
        )
    if len(years) < 2 or (np.diff(years) != 1).any():  # noqa: PLR2004 - a past and a year to come
        raise DataError("years must follow one another, the one to forecast last", where="years")
    score, se = official.score.copy(), official.se.copy()
    score[:, -1] = se[:, -1] = np.nan
    past = Series(score, se)
    if not len(score) or not past.has_score.any(axis=1).all():
        raise DataError("every place needs a past official score")
    return past


def _scale_steps(years: IntArray, *, rescaled: bool) -> BoolArray:
    """Return the steps that say nothing: into the first year of another scale."""
    steps: BoolArray = (years == RESCALED) & rescaled
    return steps


def _start(past: Series, movement: Movement, beside: OwnSurvey | None) -> Belief:
    """Believe of the first year that places differ by the start's variance, and no more."""
    m = len(past.score)
    first = past.score[:, past.has_score.any(axis=0).argmax()]
    unknown = _unknown(movement)
    spread = 0.0 if beside is None else beside.spread
    covariance = np.zeros((2 * m, 2 * m))
    covariance[:m, :m] = movement.start * np.eye(m) + unknown
    covariance[m:, m:] = spread * np.eye(m) + unknown
    return Belief(np.concatenate([np.full(m, np.nanmean(first)), np.zeros(m)]), covariance)


def _unknown(movement: Movement) -> float:
    return UNKNOWN**2 * (movement.start + movement.move + movement.country)


def _stepped(belief: Belief, movement: Movement, factor: float, *, free: bool) -> Belief:
    m = len(belief.mean) // 2
    transition, noise = np.eye(2 * m), np.zeros((2 * m, 2 * m))
    transition[:m, :m] = movement.kept * np.eye(m) + (1 - movement.kept) / m
    country = _unknown(movement) if free else factor * movement.country
    noise[:m, :m] = factor * movement.move * np.eye(m) + country
    return moved(belief, transition, noise)


def _official_seen(belief: Belief, past: Series, movement: Movement, year: int) -> Belief:
    m, seen = len(past.score), np.flatnonzero(past.has_score[:, year])
    loading = np.eye(m, 2 * m)[seen]
    error = np.diag(past.errors()[seen, year] ** 2 + movement.error)
    return observed(belief, loading, past.score[seen, year], error)


def _own_seen(belief: Belief, own: Series, beside: OwnSurvey, year: int) -> Belief:
    m, seen = len(own.score), np.flatnonzero(own.has_score[:, year])
    loading = np.hstack([np.eye(m), np.eye(m)])[seen]
    error = np.diag(own.errors()[seen, year] ** 2 + beside.error) + beside.year
    return observed(belief, loading, own.score[seen, year], error)


def _forecast(
    belief: Belief, past: Series, movement: Movement, beside: OwnSurvey | None, seed: int
) -> Forecast:
    m = len(past.score)
    errors = past.errors()[:, -1] ** 2 + movement.error
    estimate, covariance = belief.mean[:m], belief.covariance[:m, :m] + np.diag(errors)
    covariance = (covariance + covariance.T) / 2
    se = np.sqrt(np.diagonal(covariance))
    p_rise: FloatArray = special.ndtr((estimate - past.score[:, -2]) / se)
    groups = _groups(estimate, covariance, seed) if m >= FEWEST_IN_GROUPS else None
    return Forecast(estimate, se, p_rise, groups, movement, beside)


def _groups(estimate: FloatArray, covariance: FloatArray, seed: int) -> FloatArray:
    normal = np.full(len(estimate), np.inf)
    generator, draws = np.random.default_rng(seed), Draws(DRAWS)
    return rank_places(estimate, covariance, normal, generator, draws=draws).probability
