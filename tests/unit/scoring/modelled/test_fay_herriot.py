"""Small areas: what is borrowed, what is said of mistakes, and that the errors hold."""

import numpy as np
import pytest

from scoring import DataError, ShapeError
from scoring.modelled.fay_herriot import fay_herriot, smoothed_variances

Y = np.asarray([2.0, 3.5, 3.0, 5.5, 4.5, 7.0])
D = np.full(6, 0.5)
X = np.c_[np.ones(6), np.arange(6)]


def simulated(seed: int, m: int = 200):
    rng = np.random.default_rng(seed)
    x = np.c_[np.ones(m), rng.normal(size=m)]
    d = rng.uniform(0.3, 1.3, m)
    truth = x @ [5.0, 1.0] + rng.normal(0, 0.45, m)
    return truth, truth + rng.normal(0, np.sqrt(d)), d, x


def test_errors_fall_and_intervals_hold_in_200_areas():
    direct, modelled, covered, claimed = [], [], [], []
    for seed in range(25):
        truth, y, d, x = simulated(seed)
        areas = fay_herriot(y, d, x)
        low, high = areas.interval(0.95)
        direct.append(np.mean((y - truth) ** 2))
        modelled.append(np.mean((areas.estimate - truth) ** 2))
        claimed.append(areas.mse.mean())
        covered.append(np.mean((low <= truth) & (truth <= high)))
    assert np.mean(modelled) < 0.3 * np.mean(direct)
    assert 0.93 <= np.mean(covered) <= 0.97
    assert np.mean(claimed) == pytest.approx(np.mean(modelled), rel=0.1)


def test_a_figure_is_a_mean_of_direct_estimate_and_regression():
    areas = fay_herriot(Y, np.linspace(0.01, 0.4, 6), X)
    explained = X @ areas.coefficients
    expected = (1 - areas.borrowed) * Y + areas.borrowed * explained
    assert areas.estimate == pytest.approx(expected)
    assert (np.diff(areas.borrowed) > 0).all(), "the noisier, the more is borrowed"
    assert (areas.mse > 0).all()


def test_the_unit_of_the_scores_does_not_matter():
    areas, hundred = fay_herriot(Y, D, X), fay_herriot(100 * Y, 1e4 * D, X)
    assert hundred.estimate == pytest.approx(100 * areas.estimate)
    assert hundred.mse == pytest.approx(1e4 * areas.mse)


def test_areas_that_differ_only_by_chance_borrow_everything():
    areas = fay_herriot(X @ [1.0, 2.0] + np.tile([1e-3, -1e-3], 3), D, X)
    assert areas.between == 0
    assert areas.borrowed.tolist() == [1.0] * 6


def test_an_area_without_interviews_has_the_regression_alone():
    x = np.vstack([X, [1, 10]])
    areas = fay_herriot([*Y, np.nan], [*D, np.nan], x)
    alone = fay_herriot(Y, D, X)
    assert areas.estimate[:6] == pytest.approx(alone.estimate)
    assert areas.estimate[6] == pytest.approx(x[6] @ alone.coefficients)
    spread = x[6] @ alone.coefficient_covariance @ x[6]
    assert (areas.borrowed[6], areas.mse[6]) == (1, pytest.approx(alone.between + spread))


def test_benchmarked_areas_meet_the_province_and_say_what_that_cost():
    areas, share = fay_herriot(Y, D, X), np.arange(1, 7)
    met = areas.benchmarked(share, 5.0)
    assert share @ met.estimate / share.sum() == pytest.approx(5.0)
    assert met.estimate == pytest.approx(met.benchmark * areas.estimate)
    assert met.mse == pytest.approx(areas.mse + (met.estimate - areas.estimate) ** 2)
    assert areas.benchmark == 1
    assert met.benchmarked(share, 10.0).benchmark == pytest.approx(2 * met.benchmark)


@pytest.mark.parametrize(
    ("share", "total", "said"),
    [
        ([1, 1, 1, 1, 1, -1], 4, "share: must be"),
        ([0] * 6, 4, "share: must be"),
        ([np.nan] * 6, 4, "share: must be"),
        ([1] * 5, 4, "share: has 5 rows"),
        ([1] * 6, -4, "total: -4 cannot be reached"),
        ([1] * 6, np.nan, "total: nan cannot be reached"),
    ],
)
def test_an_impossible_benchmark_is_refused(share, total, said):
    with pytest.raises(DataError, match=said):
        fay_herriot(Y, D, X).benchmarked(share, total)


def changed(values, at, value):
    copy = np.array(values, dtype=float)
    copy[at] = value
    return copy


@pytest.mark.parametrize(
    ("y", "d", "x", "said"),
    [
        (Y, changed(D, 2, 0), X, "area 3: its variance must be finite and above 0"),
        (Y, changed(D, 2, np.nan), X, "area 3: its variance"),
        (Y, changed(D, 2, np.inf), X, "area 3: its variance"),
        (changed(Y, 1, np.inf), D, X, "area 2: its direct estimate is infinite"),
        (Y, D, changed(X, (4, 1), np.nan), "area 5: a covariate is not finite"),
        (Y, D, np.c_[X, np.full(6, 3.0)], "covariates: covariate 3 is zero or made up"),
        (Y, D, np.c_[X, X[:, 1] * 2 - 1], "covariates: covariate 3 is zero or made up"),
        (Y, D, np.c_[np.zeros(6), X], "covariates: covariate 1 is zero"),
        (Y, D, np.eye(6), "6 covariates need 8 direct estimates, there are 6"),
        (np.full(6, np.nan), D, X, "2 covariates need 4 direct estimates, there are 0"),
    ],
)
def test_what_cannot_be_modelled_is_named(y, d, x, said):
    with pytest.raises(DataError, match=said):
        fay_herriot(y, d, x)


@pytest.mark.parametrize(("d", "x"), [(D[:5], X), (D, X[:5]), (D, X[:, 1])])
def test_shapes_that_do_not_fit_are_refused(d, x):
    with pytest.raises(ShapeError):
        fay_herriot(Y, d, x)


def test_variances_follow_the_function_of_n_where_df_are_few():
    n, df = np.asarray([8, 16, 32, 64, 8]), [3, 3, 3, 3, 1]
    v = 4 / n
    smoothed = smoothed_variances([*v[:4], 99.0], n, df)
    assert smoothed == pytest.approx(v)
    assert smoothed_variances([*v[:4], np.nan], n, df) == pytest.approx(v)


def test_the_function_keeps_the_sum_of_the_variances_it_was_learnt_from():
    rng = np.random.default_rng(1)
    n = rng.integers(5, 50, 40)
    v = 3 / n * rng.chisquare(4, 40) / 4
    smoothed = smoothed_variances(v, n, np.full(40, 4), every=True)
    assert smoothed.sum() == pytest.approx(v.sum())
    assert np.ptp(smoothed * n) < np.ptp(v * n)


@pytest.mark.parametrize(
    ("v", "n", "df", "said"),
    [
        ([1, 1, 1], [5, 5, 5], [3, 3, 1], "variance: fewer than 3 areas"),
        ([1, 1, 0], [5, 5, 5], [3, 3, 3], "variance: fewer than 3 areas"),
        ([1, 1, 1], [5, 5, 0], [3, 3, 3], "n: every area needs"),
        ([1, 1, 1], [5, 5], [3, 3, 3], "n: has 2 rows"),
        ([1, 1, 1], [5, 5, 5], [3], "df: has 1 rows"),
    ],
)
def test_variances_that_cannot_be_smoothed_are_refused(v, n, df, said):
    with pytest.raises(DataError, match=said):
        smoothed_variances(v, n, df)
