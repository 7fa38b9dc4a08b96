"""Under calibration residuals vary: person by person, in the whole sample and in each domain."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    Design,
    IndexTree,
    Jackknife,
    Options,
    Sample,
    calibrate,
    score_sample,
    totals_of,
)

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})
PSU = np.repeat(np.arange(4), 3)
WEIGHT = np.asarray([1, 2, 1, 1, 3, 1, 2, 1, 1, 1, 1, 2.0])
A = np.asarray([0, 4, 1, 2, 2, 3, 4, 0, 1, 3, 4, 2.0])
SEX, HALF = np.asarray(list("fmffmmfmfmfm")), np.asarray(list("xyzxyzzyxzxy"))
SAMPLE = Sample.from_columns(
    Design.from_labels(psu=PSU),
    weight=WEIGHT,
    items={"a": A},
    domains={"sex": SEX.tolist(), "half": HALF.tolist()},
)
MARGINS = Calibration("poststratify", {"sex": {"f": 12, "m": 7}})
FACTOR = np.where(SEX == "f", 12 / WEIGHT[SEX == "f"].sum(), 7 / WEIGHT[SEX == "m"].sum())
PLACES = [None, {"half": "x"}, {"half": "y"}, {"half": "z"}]


def residuals(place: dict[str, str] | None) -> np.ndarray:
    """What each person adds: the influence on the mean less its regression on sex."""
    here = np.ones(12) if place is None else (place["half"] == HALF).astype(float)
    w = WEIGHT * FACTOR * here
    e = here * (A - w @ A / w.sum()) / w.sum()
    for sex in "fm":
        own = sex == SEX
        e = np.where(own, e - WEIGHT[own] @ e[own] / WEIGHT[own].sum(), e)
    return WEIGHT * FACTOR * e


@pytest.mark.parametrize("place", PLACES)
def test_the_variance_of_a_mean_is_that_of_its_residuals(place):
    row = score_sample(SAMPLE, TREE, Options([["half"]], calibration=MARGINS)).get("a", place)
    z = np.bincount(PSU, residuals(place))
    assert row.se**2 == pytest.approx(4 / 3 * ((z - z.mean()) ** 2).sum())


def test_means_of_places_covary_by_their_residuals():
    result = score_sample(SAMPLE, TREE, Options([["half"]], calibration=MARGINS))
    z = np.stack([np.bincount(PSU, residuals(place)) for place in PLACES])
    z -= z.mean(axis=1, keepdims=True)
    found = result.covariance([("a", place) for place in PLACES])
    np.testing.assert_allclose(found, 4 / 3 * z @ z.T, atol=1e-12)


def test_residuals_vary_at_both_stages():
    ssu = np.tile([0, 0, 1], 4)
    design = Design.from_labels(psu=PSU, ssu=ssu).without_replacement([8.0] * 12, [5.0] * 12)
    sample = Sample.from_columns(
        design, weight=WEIGHT, items={"a": A}, domains={"sex": SEX.tolist()}
    )
    row = score_sample(sample, TREE, Options(calibration=MARGINS)).get("a")
    z = np.bincount(PSU * 2 + ssu, residuals(None)).reshape(4, 2)
    first = (1 - 4 / 8) * 4 / 3 * ((z.sum(axis=1) - z.sum() / 4) ** 2).sum()
    second = 4 / 8 * (1 - 2 / 5) * 2 * ((z - z.mean(axis=1, keepdims=True)) ** 2).sum()
    assert row.se**2 == pytest.approx(first + second)


def test_each_replicate_is_calibrated_with_the_weights_that_it_leaves():
    options = Options(calibration=MARGINS, variance=Jackknife("estimate"))
    row = score_sample(SAMPLE, TREE, options).get("a")
    base = WEIGHT * FACTOR
    away = []
    for psu in range(4):
        w = np.where(psu == PSU, 0, WEIGHT)
        g = np.where(SEX == "f", 12 / w[SEX == "f"].sum(), 7 / w[SEX == "m"].sum())
        away.append(w * g @ A / (w @ g) - base @ A / base.sum())
    assert row.se**2 == pytest.approx(3 / 4 * np.square(away).sum())


def test_post_stratified_weights_are_margins_over_base_weights():
    totals = totals_of(SAMPLE, TREE, cells=["sex"])
    found = calibrate(totals, MARGINS)
    assert dict(zip(totals.cells.labels, found.factor.tolist(), strict=True)) == pytest.approx(
        {("f",): FACTOR[0], ("m",): FACTOR[1]}
    )
