"""Forecasts: better than last year's score where there is something to learn, honest elsewhere."""

import numpy as np
import pytest

from bench.nowcast import Tally, simulated
from scoring import DataError
from scoring.modelled.kalman import Belief, moved, observed
from scoring.modelled.nowcast import nowcast
from scoring.modelled.nowcast_learning import Series

NAN = np.nan


def panel(score, se=NAN):
    array = np.asarray(score, dtype=float)
    return Series(array, np.broadcast_to(np.asarray(se, dtype=float), array.shape).copy())


def walks(seed, places=30, n_years=9, step=0.5, error=0.5):
    rng = np.random.default_rng(seed)
    theta = 6 + rng.normal(0, 1, (places, 1))
    theta = theta + np.cumsum(rng.normal(0, step, (places, n_years)), axis=1)
    return theta + rng.normal(0, error, theta.shape)


def years_to(last, n):
    return np.arange(last - n + 1, last + 1)


def test_the_filter_beats_last_year_and_the_debiased_survey_and_its_intervals_hold():
    tally = Tally()
    for seed in range(100, 106):
        years, official, own = simulated(seed, places=40, n_years=9)
        house = np.nanmean((own.score - official.score)[:, :-1], axis=1)
        others = {"last": official.score[:, -2], "own": own.score[:, -1] - house}
        tally.add(official.score[:, -1], nowcast(years, official, own), others)
    assert tally.rmse("filter") < 0.95 * min(tally.rmse("last"), tally.rmse("own"))
    assert 0.92 <= np.mean(tally.held["95%"]) <= 0.98
    assert 0.86 <= np.mean(tally.held["90%"]) <= 0.94


def test_without_an_own_survey_the_past_is_smoothed():
    tally = Tally()
    for seed in range(4):
        score = walks(seed)
        tally.add(score[:, -1], nowcast(years_to(2018, 9), panel(score)), {"last": score[:, -2]})
    assert tally.rmse("filter") < 0.97 * tally.rmse("last")
    assert 0.91 <= np.mean(tally.held["95%"]) <= 0.98


def test_the_last_column_of_official_scores_is_not_looked_at():
    score = walks(1)
    hidden = score.copy()
    hidden[:, -1] = NAN
    one, other = (nowcast(years_to(2018, 9), panel(values, 0.5)) for values in (score, hidden))
    assert one.estimate.tolist() == other.estimate.tolist()


def test_the_same_seed_gives_the_same_groups_and_they_sum_to_one():
    score = walks(1)
    one, same, other = (nowcast(years_to(2018, 9), panel(score), seed=seed) for seed in (1, 1, 2))
    assert one.groups.tolist() == same.groups.tolist() != other.groups.tolist()
    assert one.groups.sum(axis=1) == pytest.approx(1)
    assert one.groups.sum(axis=0) == pytest.approx(30 / 4, abs=0.6)


def test_a_place_without_last_years_score_is_forecast_but_has_no_rise():
    score = walks(2)
    score[3, -2] = NAN
    found = nowcast(years_to(2018, 9), panel(score))
    assert np.flatnonzero(np.isnan(found.p_rise)).tolist() == [3]
    assert found.se[3] > found.se[4]
    assert np.isfinite(found.estimate).all()


def test_a_rise_is_as_probable_as_the_forecast_says():
    found = nowcast(years_to(2018, 9), panel(walks(3)))
    above = found.estimate > walks(3)[:, -2]
    assert ((found.p_rise > 0.5) == above).all()


def test_a_survey_without_any_pair_only_tells_places_apart():
    score = walks(4)
    own = np.full(score.shape, NAN)
    own[:, -1] = score[:, -1] + 3
    alone, beside = (
        nowcast(years_to(2018, 9), panel(score), survey) for survey in (None, panel(own, 0.1))
    )
    assert beside.own_survey.pairs == 0
    assert beside.estimate.mean() == pytest.approx(alone.estimate.mean(), abs=0.05)
    truth = score[:, -1] - score[:, -1].mean()
    errors = [np.abs(f.estimate - f.estimate.mean() - truth).mean() for f in (alone, beside)]
    assert errors[1] < errors[0]


def test_the_year_of_a_new_method_widens_the_forecast():
    score = walks(5, n_years=6)
    usual, new = (nowcast(years_to(last, 6), panel(score)) for last in (2018, 2019))
    assert new.movement.wider[-1] == 2
    assert (new.se > usual.se).all()


def test_a_past_year_of_a_new_method_that_moved_more_is_learnt():
    score = walks(6, n_years=8, step=0.2, error=0.1)
    jumps = np.random.default_rng(1).normal(0, 2, (30, 1))
    score[:, 6:] += jumps
    found = nowcast(years_to(2022, 8), panel(score))
    assert found.movement.wider[-2] > 10
    assert found.movement.wider[-4] < 4


def test_totals_start_anew_with_their_scale_of_2018():
    score = walks(7, places=2, n_years=9)
    score[:, 4:] += 30
    one_scale, rescaled = (
        nowcast(years_to(2022, 9), panel(score), rescaled=known) for known in (False, True)
    )
    assert (rescaled.se < one_scale.se / 3).all()
    assert rescaled.estimate == pytest.approx(score[:, -2], abs=2)


@pytest.mark.parametrize("places", [1, 2, 3])
def test_few_places_have_no_groups(places):
    found = nowcast(years_to(2018, 5), panel(walks(8, places=places, n_years=5)))
    assert found.groups is None
    assert (found.se > 0).all()


def test_one_score_is_forecast_widely():
    one = nowcast(years_to(2018, 2), panel([[40.0, NAN]]))
    assert one.estimate[0] == pytest.approx(40)
    assert 1 < one.se[0] < 12
    several = nowcast(years_to(2018, 2), panel([[40.0, NAN], [44.0, NAN]]))
    assert several.estimate == pytest.approx([40, 44], abs=2)


def test_one_place_whose_only_scores_lie_before_the_new_scale():
    found = nowcast(years_to(2018, 2), panel([[36.0, NAN]]), rescaled=True)
    assert found.se[0] > 10


def test_scores_that_never_change_are_forecast_to_stay():
    found = nowcast(years_to(2018, 5), panel(np.full((6, 5), 5.0)))
    assert found.estimate == pytest.approx(5)
    assert (found.se < 0.01).all()


def test_official_errors_are_part_of_the_forecast():
    score = walks(9)
    se = np.full(score.shape, 0.4)
    se[0] = 3.0
    found = nowcast(years_to(2018, 9), panel(score, se))
    assert found.se[0] > 3 > found.se[1]


@pytest.mark.parametrize(
    ("years", "score", "own", "said"),
    [
        ([2017, 2019], [[1, 2]], None, "years: years must follow"),
        ([2018], [[1]], None, "years: years must follow"),
        ([2017, 2018], [[1, 2, 3]], None, "a row for each place"),
        ([2017, 2018], [[1, 2]], [[1, 2], [1, 2]], "a row for each place"),
        ([2017, 2018], [[NAN, 2]], None, "every place needs a past official score"),
        ([2017, 2018], np.zeros((0, 2)), None, "every place needs"),
    ],
)
def test_panels_that_do_not_fit_are_refused(years, score, own, said):
    beside = None if own is None else panel(own)
    with pytest.raises(DataError, match=said):
        nowcast(np.asarray(years), panel(score), beside)


def test_a_step_adds_noise_and_nothing_seen_changes_nothing():
    belief = Belief(np.ones(2), np.eye(2))
    after = moved(belief, np.diag([2.0, 1.0]), np.eye(2))
    assert (after.mean.tolist(), np.diagonal(after.covariance).tolist()) == ([2, 1], [5, 2])
    assert observed(belief, np.zeros((0, 2)), np.zeros(0), np.zeros((0, 0))) is belief
