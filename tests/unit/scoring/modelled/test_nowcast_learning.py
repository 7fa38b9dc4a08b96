"""What is learnt of movements and of an own survey."""

import numpy as np
import pytest
from scipy import stats

from scoring.modelled.nowcast_learning import (
    Movement,
    Series,
    _Past,
    _surprises,
    learn_movement,
    learn_own_survey,
    typical_change,
)

NAN = np.nan
NEVER = np.zeros(12, dtype=bool)
STILL = Movement(0.1, 0.05, 1.0, 1.0, np.ones(12), 0.1)


def series(score, se=NAN):
    array = np.asarray(score, dtype=float)
    return Series(array, np.full(array.shape, se, dtype=float))


def test_missing_errors_are_the_places_median_then_the_codes_then_zero():
    score = np.ones((3, 3))
    se = [[0.2, 0.4, NAN], [NAN, NAN, NAN], [0.9, NAN, 0.5]]
    errors = Series(score, np.asarray(se)).errors()
    expected = np.asarray([[0.2, 0.4, 0.3], [0.45] * 3, [0.9, 0.7, 0.5]])
    assert errors == pytest.approx(expected)
    assert not series(score).errors().any()


def test_the_likelihood_is_that_of_the_joint_normal():
    rng = np.random.default_rng(1)
    score, variance = rng.normal(size=(6, 4)), rng.uniform(0.1, 0.3, (6, 4))
    score[2, 1] = NAN
    wide, blind = np.asarray([0, 0, 1, 0], dtype=bool), np.zeros(4, dtype=bool)
    places = np.asarray([[-1.0, -0.5, 0.2, 2.0, 0.7], [-0.5, -1.0, 0.0, 1.0, 0.0]])
    found = _surprises(_Past(score, variance, wide, blind), places)
    assert np.diff(found) == pytest.approx(np.diff([by_hand(score, variance, p) for p in places]))


def by_hand(score, variance, place):
    """Minus the log-likelihood from the covariance of all years of a place."""
    move, error, start = np.exp(2 * place[:3])
    kept, steps = 1 / (1 + np.exp(-place[3])), [0, move, move * np.exp(place[4]), move]
    of_year = [start]
    for step in steps[1:]:
        of_year.append(kept**2 * of_year[-1] + step)
    size = range(len(steps))
    theta = np.asarray([[kept ** abs(i - j) * of_year[min(i, j)] for j in size] for i in size])
    total = 0.0
    for row, known in zip(score, variance, strict=True):
        seen = np.isfinite(row)
        covariance = (theta + np.diag(known + error))[np.ix_(seen, seen)]
        total -= stats.multivariate_normal(np.zeros(seen.sum()), covariance).logpdf(row[seen])
    return total


def test_step_and_error_are_told_apart():
    rng = np.random.default_rng(3)
    theta = rng.normal(0, 1, (63, 1)) + np.cumsum(rng.normal(0, 0.3, (63, 12)), axis=1)
    learnt = learn_movement(series(theta + rng.normal(0, 0.6, theta.shape)), NEVER, NEVER)
    assert learnt.move**0.5 == pytest.approx(0.3, abs=0.06)
    assert learnt.error**0.5 == pytest.approx(0.6, abs=0.06)
    assert learnt.kept > 0.9
    known = learn_movement(series(theta + rng.normal(0, 0.6, theta.shape), 0.6), NEVER, NEVER)
    assert known.error**0.5 < 0.2, "what the published error says is not learnt again"


def test_the_countrys_step_is_learnt_apart_and_one_jump_does_not_move_it():
    rng = np.random.default_rng(4)
    country = np.cumsum(rng.normal(0, 0.2, 12))
    country[6:] += 30
    score = country + rng.normal(0, 1, (63, 1)) + rng.normal(0, 0.3, (63, 12))
    learnt = learn_movement(series(score), NEVER, np.arange(12) == 6)
    assert 0.05 < learnt.country**0.5 < 0.6
    assert learnt.move < 0.05


def test_the_size_of_a_change_has_a_default_where_nothing_changed():
    assert typical_change(np.asarray([[1.0, 3.0, NAN]])) == 2
    assert typical_change(np.asarray([[1.0, NAN], [5.0, NAN]])) == 1
    assert typical_change(np.asarray([[40.0, NAN]])) == 4
    assert typical_change(np.asarray([[0.0, 0.0]])) == 1e-6


def own_survey(seed=1, places=40, n_years=6, year=0.0):
    rng = np.random.default_rng(seed)
    official = rng.normal(0, 1, (places, n_years))
    bias = 2 + rng.normal(0, 0.7, (places, 1)) + rng.normal(0, year, n_years)
    own = official + bias + rng.normal(0, 0.5, official.shape)
    return series(official, 0.0), own


def test_the_spread_of_biases_and_the_surveys_own_noise_are_told_apart():
    official, own = own_survey()
    movement = STILL._replace(error=0.0)
    learnt = learn_own_survey(official, series(own, 0.3), movement)
    assert learnt.spread**0.5 == pytest.approx(0.7, abs=0.15)
    assert learnt.error**0.5 == pytest.approx(0.4, abs=0.08)
    assert learnt.year < 0.02
    assert learnt.pairs == 240


def test_what_the_surveys_of_a_year_share_is_learnt_from_several_years():
    official, own = own_survey(seed=2, n_years=10, year=0.5)
    learnt = learn_own_survey(official, series(own, 0.5), STILL._replace(error=0.0))
    assert 0.2 < learnt.year**0.5 < 0.9
    assert learnt.error < 0.05


def test_one_year_of_pairs_says_nothing_of_years():
    official, own = own_survey()
    own[:, 1:] = NAN
    learnt = learn_own_survey(official, series(own, 0.5), STILL._replace(error=0.0))
    assert learnt.year == learnt.spread > 0
    assert learnt.error == 0


@pytest.mark.parametrize("pairs", [0, 2, 8])
def test_few_pairs_or_places_leave_the_prior(pairs):
    official, own = own_survey(places=2, n_years=4)
    own.ravel()[pairs:] = NAN
    learnt = learn_own_survey(official, series(own, 0.1), STILL)
    assert (learnt.spread, learnt.year, learnt.pairs) == (STILL.start, 0, pairs)
