"""Laws of linear, bounded and logit calibration, whatever was answered."""

import math
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import Calibration, Options, calibrate, recalibrated, score_sample, totals_of
from tests.property.scoring.samples import LAW, samples, tree
from tests.property.scoring.test_weights import (
    alike,
    margins_near,
    raked,
    row_weights,
    spread_by_hand,
    with_thirds,
)

WIDE = (0.2, 4.0)
KINDS = st.sampled_from([("linear", None), ("linear", WIDE), ("logit", WIDE), ("raking", None)])
NAMES = ("half", "third")


def counted(sample):
    """The sample with a second variable, and weights whose sums are counts, not shares."""
    return with_thirds(replace(sample, weight=sample.weight * 8))


def near(sample, kind, bounds) -> Calibration:
    """Margins that weights of once and twice the base weights meet."""
    return Calibration(kind, margins_near(sample, *NAMES, times=1.0), bounds=bounds)


def indicators(sample) -> np.ndarray:
    halves, thirds = (sample.domains[name].codes for name in NAMES)
    return np.stack([halves == 0, halves == 1, *(thirds == at for at in range(3))], 1).astype(
        float
    )


@LAW
@given(samples(), KINDS)
def test_every_kind_meets_its_margins_within_its_bounds(sample, kind):
    sample = counted(sample)
    calibration = near(sample, *kind)
    weight = row_weights(sample, calibration)
    wanted = sample.weight * (1 + np.arange(len(sample.weight)) % 2)
    x = indicators(sample)
    np.testing.assert_allclose(weight @ x, wanted @ x, rtol=1e-9)
    if kind[1]:
        factor = weight / sample.weight
        assert WIDE[0] <= factor.min()
        assert factor.max() <= WIDE[1]


@LAW
@given(samples())
def test_linear_factors_are_those_of_the_regression_estimator(sample):
    sample = counted(sample)
    weight = row_weights(sample, near(sample, "linear", None))
    x, w = indicators(sample), sample.weight
    wanted = (w * (1 + np.arange(len(w)) % 2)) @ x
    b = np.linalg.lstsq((x.T * w) @ x, wanted - w @ x, rcond=1e-10)[0]
    np.testing.assert_allclose(weight, w * (1 + x @ b), rtol=1e-7, atol=1e-9)


@LAW
@given(samples(), KINDS, st.sampled_from([1e-3, 1e-4]))
def test_all_kinds_are_raking_to_first_order(sample, kind, step):
    """Margins off by a share e give factors that differ by its square."""
    sample = counted(sample)
    moved = sample.weight * (1 + step * (np.arange(len(sample.weight)) % 2))
    shifted = replace(sample, weight=moved)
    whole = {
        name: {
            label: float(moved[shifted.domains[name].codes == at].sum())
            for at, label in enumerate(shifted.domains[name].labels)
            if (shifted.domains[name].codes == at).any()
        }
        for name in NAMES
    }
    factors = [
        row_weights(sample, Calibration(which, whole, bounds=bounds)) / sample.weight
        for which, bounds in (("raking", None), kind)
    ]
    assert np.abs(factors[0] - factors[1]).max() <= 100 * step**2
    assert np.abs(factors[0] - 1).max() <= 100 * step


@LAW
@given(samples())
def test_bounds_out_of_reach_change_nothing(sample):
    sample = counted(sample)
    free = near(sample, "linear", None)
    if row_weights(sample, free).min() <= 0:
        return
    held = replace(free, bounds=(0.0, 1e6))
    one, other = (
        score_sample(sample, tree(), Options([["half"]], calibration=each))
        for each in (free, held)
    )
    alike(one, other)


@LAW
@given(samples(missing=False), KINDS)
def test_the_variance_on_cells_is_that_of_residuals_of_rows(sample, kind):
    sample = counted(sample)
    calibration = near(sample, *kind)
    weight = row_weights(sample, calibration)
    if weight.min() <= 0:
        return
    row = score_sample(sample, tree(), Options(calibration=calibration)).get("a")
    z = (sample.items["a"].codes * 3.0 + 1 - row.estimate) / weight.sum()
    x, root = indicators(sample), np.sqrt(sample.weight)
    b = np.linalg.lstsq(x * root[:, np.newaxis], z * root, rcond=1e-10)[0]
    t = np.bincount(sample.design.psu, weights=weight * (z - x @ b))
    v = spread_by_hand(t, sample.design.frame.psu_stratum, "certainty")
    np.testing.assert_allclose(row.se, math.sqrt(v), rtol=1e-7, atol=1e-9)


@LAW
@given(samples(), KINDS)
def test_a_replicate_of_all_psus_is_the_calibration_itself(sample, kind):
    sample = counted(sample)
    calibration = near(sample, *kind)
    found = calibrate(totals_of(sample, tree(), cells=NAMES), calibration)
    units = np.ones((len(sample.design.frame.psus), 2))
    np.testing.assert_allclose(recalibrated(found, units).T, [found.factor] * 2, rtol=1e-9)


@LAW
@given(samples(), KINDS, st.sampled_from([7.0, 1e3, 1e6]))
def test_a_common_factor_of_base_weights_and_margins_changes_no_factor(sample, kind, times):
    sample = counted(sample)
    heavier = replace(sample, weight=sample.weight * times)
    first, second = (
        row_weights(each, near(each, *kind)) / each.weight for each in (sample, heavier)
    )
    np.testing.assert_allclose(first, second, rtol=1e-6)


@LAW
@given(samples())
def test_a_numeric_variable_of_two_values_is_a_margin(sample):
    """A total of zeros and ones beside the margin of all is the margin of the ones."""
    sample = counted(sample)
    bit = type(sample.domains["half"]).of(sample.domains["half"].codes.astype(float))
    both = replace(sample, domains={**sample.domains, "bit": bit})
    named = raked(sample, *NAMES)
    total = {"bit": named.margins["half"].get("".join(sample.domains["half"].labels[1:]), 0.0)}
    total_of = Calibration("raking", {"third": named.margins["third"]}, total)
    weights = [row_weights(both, each) for each in (named, total_of)]
    np.testing.assert_allclose(weights[0], weights[1], rtol=1e-7)
