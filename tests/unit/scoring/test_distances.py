"""Linear and logit calibration: bounds, weights below zero, replicates, the command."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    ConvergenceError,
    Options,
    PlanError,
    WeightError,
    calibrate,
    recalibrated,
    score_sample,
    totals_of,
)
from scoring.weights.distance import Exponential, Linear, Logit
from tests.unit.scoring.files import codes_of, plan, row_of, scored
from tests.unit.scoring.test_weights import TREE, cells, sample_of

DISTANCES = [Exponential(), Linear(), Linear((0.4, 2.5)), Logit((0.4, 2.5)), Logit((0.0, 3.0))]
SEX = {"sex": {"f": 6, "m": 4}}
TILTED = Calibration("linear", {"sex": {"f": 5, "m": 3}}, totals={"size": 12})


@pytest.mark.parametrize("distance", DISTANCES, ids=repr)
def test_every_distance_starts_at_the_base_weights_with_the_same_slope(distance):
    zero = np.zeros(1)
    np.testing.assert_allclose(distance.factor(zero), 1)
    np.testing.assert_allclose(distance.slope(zero), 1)


@pytest.mark.parametrize("distance", DISTANCES, ids=repr)
def test_slope_and_integral_belong_to_the_factor(distance):
    u, h = np.asarray([-3.0, -0.7, 0.2, 1.1, 4.0]), 1e-6
    steep = (distance.factor(u + h) - distance.factor(u - h)) / (2 * h)
    rise = (distance.integral(u + h) - distance.integral(u - h)) / (2 * h)
    np.testing.assert_allclose(distance.slope(u), steep, atol=1e-7)
    np.testing.assert_allclose(distance.factor(u), rise, rtol=1e-7)


def test_far_away_the_logit_factor_stands_on_its_bounds_without_a_warning():
    assert Logit((0.4, 2.5)).factor(np.asarray([-1e9, 1e9])).tolist() == [0.4, 2.5]


@pytest.mark.parametrize(
    ("kind", "bounds", "said"),
    [
        ("logit", None, "bounds: is missing"),
        ("raking", (0.5, 2), "bounds: is for linear and logit, not raking"),
        ("linear", (0.5, 1), "expected 0 <= low < 1 < high"),
        ("logit", (0.5, float("inf")), "expected 0 <= low < 1 < high"),
    ],
)
def test_bounds_that_do_not_suit_the_kind_are_refused(kind, bounds, said):
    with pytest.raises(PlanError, match=said):
        Calibration(kind, SEX, bounds=bounds)


@pytest.mark.parametrize("kind", ["linear", "logit"])
def test_factors_keep_their_bounds_and_the_note_says_how_many_stand_there(kind):
    calibration = Calibration(kind, {"sex": {"f": 6, "m": 2}}, {"size": 17}, bounds=(0.5, 1.5))
    found = calibrate(cells("sex", "size"), calibration)
    np.testing.assert_allclose(found.reached, [6, 2, 17], rtol=1e-9)
    assert found.factor.min() >= 0.5
    assert found.factor.max() <= 1.5
    held = {"linear": 2, "logit": 0}[kind]
    assert found.fact == f"{kind} within 0.5..1.5: sex, size; {held} of 7 cells at a bound"


def test_a_margin_that_bounds_hold_wholly_is_an_error_naming_bounds_and_margin():
    calibration = Calibration("linear", {"sex": {"f": 7.9, "m": 0.1}}, bounds=(0.5, 1.5))
    with pytest.raises(ConvergenceError, match=r"sex=.; .* within 0\.5\.\.1\.5"):
        calibrate(cells("sex"), calibration)


def test_weights_below_zero_are_said_beside_every_estimate():
    row = score_sample(sample_of(), TREE, Options(calibration=TILTED)).get("a")
    notes = dict(tuple(note) for note in row.notes)
    assert notes["negative-weights"].endswith("times its base weight; give bounds, or rake")
    assert notes["negative-weights"].startswith("1 of 7 cells, the least -0.64 ")


def test_answers_whose_weights_add_up_to_nothing_are_refused_by_name():
    options = Options([["size"]], calibration=TILTED, min_n=1)
    with pytest.raises(WeightError, match=r"leaf 'a' in \{'size': '4'\} add up to -"):
        score_sample(sample_of(), TREE, options)


def test_a_whole_sample_without_weight_is_refused():
    calibration = Calibration("linear", {}, totals={"size": -20})
    with pytest.raises(WeightError, match="leaf 'a' in the whole sample add up to -"):
        score_sample(sample_of(), TREE, Options(calibration=calibration))


CALIBRATIONS = [
    Calibration("poststratify", SEX),
    Calibration("raking", SEX, {"size": 26}),
    Calibration("linear", SEX, {"size": 26}),
    Calibration("logit", SEX, {"size": 26}, bounds=(0.1, 9)),
]


@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=lambda each: each.kind)
def test_each_replicate_meets_the_margins_with_its_own_weights(calibration):
    totals = cells(*calibration.columns)
    found = calibrate(totals, calibration)
    units = np.asarray([[1, 0, 2], [1, 2, 1], [1, 1, 1], [1, 1, 0.5]])
    factors = recalibrated(found, units)
    assert factors.shape == (len(found.cells), 3)
    np.testing.assert_allclose(factors[:, 0], found.factor, rtol=1e-9)
    for at in range(3):
        weight = found.cells.weight * units[found.cells.unit, at] * factors[found.cells.cell, at]
        reached = weight @ found.auxiliaries.x[found.cells.cell]
        np.testing.assert_allclose(reached, found.auxiliaries.target, rtol=1e-9)


@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=lambda each: each.kind)
def test_a_replicate_that_lacks_a_value_of_a_margin_is_an_error_naming_it(calibration):
    sample = sample_of(sex=list("ffmmffff"))
    found = calibrate(totals_of(sample, TREE, cells=calibration.columns), calibration)
    with pytest.raises(ConvergenceError, match="sex=m"):
        recalibrated(found, np.asarray([[1.0], [0.0], [1.0], [1.0]]))


@pytest.mark.parametrize("block", [{"kind": "linear"}, {"kind": "logit", "bounds": [0.2, 5]}])
def test_the_command_calibrates_to_margins_and_totals(tmp_path, block):
    named = plan(calibration=block | {"margins": {"female": {0: 6, 1: 7}}, "totals": {"w": 24}})
    row = row_of(scored(tmp_path, plan_yaml=named), "total")
    assert "calibrated" in codes_of(row)
    assert row["notes"][-1]["fact"].startswith(block["kind"])
