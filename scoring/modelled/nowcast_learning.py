"""How official scores move from year to year, and how an own survey lies beside them.

Learnt from the past of one code over all places. Forecasts nothing.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import optimize, special

from scoring.arrays import BoolArray, FloatArray, IntArray

FEWEST = 5
"""Places from which movements are told from those of the whole country at least."""
FEW_PAIRS = 4
"""Pairs of official and own score under which the spread of biases is the prior's."""
BREAKS = frozenset({2019, 2020, 2021, 2023})
"""Years in which the official method changed: movements into them are wider."""
BREAK_FACTOR = 2.0
PERSISTENCE = 2.0
NORMAL_MEDIAN = 0.6745
SMALL = 1e-6
FIXED = 4
"""Parameters that every past has; one more for each year of a new method."""
STEP = 1e-5
BLIND = 100.0


@dataclass(frozen=True, eq=False)
class Series:
    """Scores of one code: a row for each place, a column for each year without gaps.

    Parameters
    ----------
    score : (m, k) points, NaN = missing
    se : (m, k) standard errors, NaN = not published
    """

    score: FloatArray
    se: FloatArray

    @property
    def has_score(self) -> BoolArray:
        """Where there is a score, (m, k)."""
        return np.isfinite(self.score)

    def errors(self) -> FloatArray:
        """Return all standard errors, (m, k): of the place's own median, the code's, else 0."""
        every = _median(self.se.ravel()[None, :])
        own = _median(self.se)
        default = np.where(np.isfinite(own), own, np.where(np.isfinite(every), every, 0.0))
        return np.where(np.isfinite(self.se), self.se, default[:, None])


class Movement(NamedTuple):
    """How the true scores move.

    Parameters
    ----------
    move : variance of a year's step of one place
    error : variance of official scores beyond their published error
    start : variance between places
    kept : share of a place's distance from the country's mean that is kept in a year
    wider : (k,) factor of the variances of the step into each year
    country : variance of a year's step of the country as a whole
    """

    move: float
    error: float
    start: float
    kept: float
    wider: FloatArray
    country: float


class OwnSurvey(NamedTuple):
    """How an own survey lies beside the truth.

    Parameters
    ----------
    spread : variance of the biases between places
    error : variance beyond the survey's own error
    year : variance of what a year's survey has in common
    pairs : number of pairs with official scores behind this
    """

    spread: float
    error: float
    year: float
    pairs: int


def changes(score: FloatArray) -> FloatArray:
    """Return the finite changes from one year to the next, in one vector."""
    found = np.diff(score, axis=1)
    return found[np.isfinite(found)]


def year_means(score: FloatArray) -> FloatArray:
    """Return the mean of the places with a score in each year, (k,), NaN where none has one."""
    n = np.isfinite(score).sum(axis=0)
    means: FloatArray = np.where(n > 0, np.nansum(score, axis=0) / np.maximum(n, 1), np.nan)
    return means


def typical_change(score: FloatArray) -> float:
    """Return the root mean square change; without one, half the spread, or a tenth of the score.

    Parameters
    ----------
    score : (m, k) points, NaN = missing, at least one finite
    """
    found = changes(score)
    level = float(np.nanmax(np.abs(score)))
    if len(found):
        size = float(np.sqrt(np.mean(found**2)))
    elif np.isfinite(score).sum() > 1:
        size = float(np.nanstd(score)) / 2
    else:
        size = level / 10
    return max(size, SMALL * max(level, 1.0))


def learn_movement(official: Series, new_method: BoolArray, new_scale: BoolArray) -> Movement:
    """Learn how official scores move.

    Parameters
    ----------
    official : past scores of one code
    new_method, new_scale : (k,) years whose steps are wider, or say nothing at all

    Notes
    -----
    o_t = theta_t + e_t, Var e = se_t^2 + error; theta_t = kept theta_(t-1) + N(0, wider move);
    scores as distances from the year's mean (fewer than 5 places: as they are, kept = 1). Maximum
    of the likelihood of the filter times weak priors on the logarithms (half the typical change
    for the roots of move and error, a logit of 2 for kept, 2 for the factor of each new method),
    so that a short past gives no zero; the factor of a method to come is the geometric mean of
    those of the past. The country's step has the robust size of the changes of the year's means,
    the typical change of a place counted as one more.
    Source: Durbin and Koopman 2012, chapter 7. R: ``KFAS::fitSSM``.
    """
    many = len(official.score) >= FEWEST
    means = year_means(official.score)
    score = official.score - (means if many else np.nanmean(official.score))
    size = typical_change(score if many else _within_scale(official.score, new_scale))
    past = _Past(score, official.errors() ** 2, new_method, new_scale & (not many))
    place = _most_likely(past, _priors(past, size))
    if not many:
        return past.movement(place, kept=1.0, country=0.0)
    steps_of_all = np.abs(np.diff(means))[~new_scale[1:]]
    known = [*steps_of_all[np.isfinite(steps_of_all)], NORMAL_MEDIAN * size]
    country = (float(np.median(known)) / NORMAL_MEDIAN) ** 2
    return past.movement(place, kept=float(special.expit(place[3])), country=country)


@dataclass(frozen=True, eq=False)
class _Past:
    """Centred scores, their known error variances, and the years of wide and of blind steps."""

    score: FloatArray
    variance: FloatArray
    wide: BoolArray
    blind: BoolArray

    @property
    def factors(self) -> IntArray:
        """Years whose factor can be learnt."""
        seen = np.flatnonzero(np.isfinite(self.score).any(axis=0))
        return np.asarray([year for year in seen[1:] if self.wide[year]], dtype=np.intp)

    def movement(self, place: FloatArray, *, kept: float, country: float) -> Movement:
        """Turn a place among the parameters into words."""
        move, error, start = (float(value) for value in np.exp(2 * place[:3]))
        logs = place[FIXED:]
        to_come = float(np.exp(logs.mean())) if len(logs) else BREAK_FACTOR
        wider = np.where(self.wide, to_come, 1.0)
        wider[self.factors] = np.exp(logs)
        return Movement(move, error, start, kept, wider, country)


def _within_scale(score: FloatArray, new_scale: BoolArray) -> FloatArray:
    """Return the scores without the year of another scale, so that no change reaches over it."""
    kept: FloatArray = np.where(new_scale, np.nan, score)
    return kept if np.isfinite(kept).any() else score


def _priors(past: _Past, size: float) -> FloatArray:
    """Return the middle of the priors, (FIXED + factors,)."""
    spread = max(float(np.nanstd(past.score)), size)
    fixed = [np.log(size / 2), np.log(size / 2), np.log(spread), PERSISTENCE]
    return np.asarray(fixed + [np.log(BREAK_FACTOR)] * len(past.factors))


def _most_likely(past: _Past, priors: FloatArray) -> FloatArray:
    """Return the place of the highest posterior, its gradient by differences."""
    shifts = np.vstack([np.zeros(len(priors)), np.eye(len(priors)) * STEP])

    def loss(place: FloatArray) -> tuple[float, FloatArray]:
        places = place + shifts
        losses = _surprises(past, places) + ((places - priors) ** 2).sum(axis=1) / 2
        return float(losses[0]), (losses[1:] - losses[0]) / STEP

    reach = [(middle - 7, middle + 7) for middle in priors[:FIXED]]
    reach += [(0.0, 5.0)] * (len(priors) - FIXED)
    best: FloatArray = optimize.minimize(loss, priors, jac=True, method="L-BFGS-B", bounds=reach).x
    return best


def learn_own_survey(official: Series, own: Series, movement: Movement) -> OwnSurvey:
    """Learn from pairs of the same place and year how an own survey lies beside official scores.

    Parameters
    ----------
    official, own : of the same code, places and years
    movement : as ``learn_movement``

    Notes
    -----
    d = own - official = common + b_place + y_year + f, sampling errors known. Moments: y from
    the year's means (fewer than 2 paired years: as large as the spread of b), f within places, b
    between places; negative ones are 0. Fewer than 4 pairs or 5 places: b spreads as the places
    themselves do.
    """
    noise = own.errors() ** 2 + official.errors() ** 2 + movement.error
    d = own.score - official.score
    pairs = int(np.isfinite(d).sum())
    if pairs < FEW_PAIRS or np.isfinite(d).any(axis=1).sum() < FEWEST:
        return OwnSurvey(movement.start, _within(d, noise), 0.0, pairs)
    noise = np.where(np.isfinite(d), noise, np.nan)
    n_year = np.isfinite(d).sum(axis=0)
    means = year_means(d)
    d = d - means
    within = _within(d, noise)
    n_place = np.isfinite(d).sum(axis=1)
    asked = n_place > 0
    centre = np.nansum(d[asked], axis=1) / n_place[asked]
    of_means = (np.nansum(noise[asked], axis=1) / n_place[asked] + within) / n_place[asked]
    spread = max(float(np.var(centre, ddof=1) - of_means.mean()), 0.0)
    several = np.count_nonzero(n_year) > 1
    year = spread
    if several:
        chance = (float(np.nanmean(noise)) + within) / n_year[n_year > 0]
        year = max(float(np.var(means[n_year > 0], ddof=1) - chance.mean()), 0.0)
    return OwnSurvey(spread, within, year, pairs)


def _median(values: FloatArray) -> FloatArray:
    """Return the medians of rows, NaN for a row without a number."""
    known: BoolArray = np.isfinite(values)
    rows = [row[there] for row, there in zip(values, known, strict=True)]
    return np.asarray([np.median(row) if len(row) else np.nan for row in rows])


def _within(d: FloatArray, noise: FloatArray) -> float:
    """Return the variance within places that known errors do not explain."""
    n = np.isfinite(d).sum(axis=1)
    twice = n > 1
    if not twice.any():
        return 0.0
    rows = d[twice]
    squares = np.nansum((rows - np.nanmean(rows, axis=1, keepdims=True)) ** 2)
    explained = np.nanmean(np.where(np.isfinite(rows), noise[twice], np.nan))
    return max(float(squares / (n[twice] - 1).sum() - explained), 0.0)


def _surprises(past: _Past, places: FloatArray) -> FloatArray:
    """Return minus the log-likelihood, but for a constant, of each row of parameters, (p,)."""
    move, error, start = np.exp(2 * places[:, :3]).T[:, :, None]
    kept = special.expit(places[:, 3:FIXED])
    if len(past.score) < FEWEST:
        kept = np.ones_like(kept)
    wider = np.ones((len(places), past.score.shape[1]))
    wider[:, past.factors] = np.exp(places[:, FIXED:])
    mean, spread = np.zeros((len(places), len(past.score))), start
    surprises = np.zeros(len(places))
    for year in range(past.score.shape[1]):
        score: FloatArray = past.score[:, year]
        variance: FloatArray = past.variance[:, year]
        if year:
            blind = BLIND * (start + move) if past.blind[year] else 0.0
            mean, spread = kept * mean, kept**2 * spread + wider[:, year : year + 1] * move + blind
        seen = np.isfinite(score)
        total = spread + variance + error
        off = np.where(seen, score - mean, 0.0)
        surprises += np.where(seen, np.log(total) + off**2 / total, 0.0).sum(axis=1) / 2
        gain = np.where(seen, spread / total, 0.0)
        mean, spread = mean + gain * off, (1 - gain) * spread
    return surprises
