"""Laws of calibrated weights and of strata with one PSU, whatever was answered."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Calibration,
    Codes,
    ConvergenceError,
    Design,
    Options,
    Sample,
    calibrate,
    score_sample,
    score_totals,
    sum_answers,
    totals_of,
    weight_distribution,
)
from tests.property.scoring.samples import LAW, close, numbers, samples, tree

POLICIES = st.sampled_from(["certainty", "average", "adjust"])


def alike(one: object, other: object) -> None:
    """Two computations say the same; an error that is zero may show the root of rounding."""
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-7, atol=1e-6)


def with_thirds(sample: Sample) -> Sample:
    """The sample with a second variable of three values beside the halves."""
    third = Codes(np.arange(len(sample.weight)) % 3, ("p", "q", "r"))
    return Sample(sample.design, sample.weight, sample.items, {**sample.domains, "third": third})


def with_a_lonely_stratum(sample: Sample) -> Sample:
    """The sample with its last PSU in a stratum of its own."""
    frame, psu = sample.design.frame, sample.design.psu
    lone = psu == psu.max()
    strata = np.where(lone, "lone", np.asarray(frame.strata)[frame.psu_stratum[psu]])
    design = Design.from_labels(stratum=strata, psu=np.char.mod("%d", psu))
    return Sample(design, sample.weight, sample.items, sample.domains)


def margins_near(
    sample: Sample, *names: str, times: float = 1000.0
) -> dict[str, dict[str, float]]:
    """Margins that some positive weights of these rows surely meet: those of other weights."""
    weight = sample.weight * (1 + np.arange(len(sample.weight)) % 2) * times
    return {
        name: {
            label: float(weight[sample.domains[name].codes == at].sum())
            for at, label in enumerate(sample.domains[name].labels)
            if (sample.domains[name].codes == at).any()
        }
        for name in names
    }


def raked(sample: Sample, *names: str, **how: object) -> Calibration:
    return Calibration("raking", margins_near(sample, *names), **how)


def row_weights(sample: Sample, calibration: Calibration) -> np.ndarray:
    """The calibrated weight of each respondent."""
    found = calibrate(totals_of(sample, tree(), cells=calibration.columns), calibration)
    cell = {labels: at for at, labels in enumerate(found.cells.labels)}
    columns = [sample.domains[name] for name in calibration.columns]
    labels = [tuple(c.labels[c.codes[at]] for c in columns) for at in range(len(sample.weight))]
    return sample.weight * found.factor[[cell[label] for label in labels]]


@LAW
@given(samples())
def test_raked_weights_meet_every_margin_and_stay_positive(sample):
    sample = with_thirds(sample)
    calibration = raked(sample, "half", "third")
    weight = row_weights(sample, calibration)
    assert weight.min() > 0
    for name, values in calibration.margins.items():
        column = sample.domains[name]
        for label, total in values.items():
            here = column.codes == column.labels.index(label)
            np.testing.assert_allclose(weight[here].sum(), total, rtol=1e-9)


@LAW
@given(samples())
def test_estimates_are_those_of_rows_that_carry_the_calibrated_weights(sample):
    sample = with_thirds(sample)
    calibration = raked(sample, "half", "third")
    weight = row_weights(sample, calibration)
    carried = Sample(sample.design, weight, sample.items, sample.domains)
    plain = score_sample(carried, tree(), Options([["half"]]))
    cells = score_sample(sample, tree(), Options([["half"]], calibration=calibration))
    for one, other in zip(plain.estimates, cells.estimates, strict=True):
        assert (one.estimate is None, one.n, one.df) == (other.estimate is None, other.n, other.df)
        np.testing.assert_allclose(one.estimate or 0, other.estimate or 0, rtol=1e-9)
        assert (one.deff is None) == (other.deff is None)
        if one.deff and other.deff:
            # the error of a simple random sample is that of the calibrated weights
            simple = [row.se**2 / row.deff for row in (one, other)]
            np.testing.assert_allclose(*simple, rtol=1e-6)


def spread_by_hand(t: np.ndarray, stratum: np.ndarray, policy: str) -> float:
    """The variance of totals by PSU, stratum by stratum."""
    groups = [t[stratum == h] for h in np.unique(stratum)]
    several = [group for group in groups if len(group) > 1]
    v = sum(len(g) / (len(g) - 1) * ((g - g.mean()) ** 2).sum() for g in several)
    if policy == "average":
        return v * len(groups) / len(several)
    lonely = [group[0] for group in groups if len(group) == 1]
    return v + (policy == "adjust") * sum((one - t.mean()) ** 2 for one in lonely)


@LAW
@given(samples(missing=False), POLICIES)
def test_the_variance_on_cells_is_that_of_residuals_of_rows(sample, policy):
    """Regress each row's influence under base weights; spread the residuals by hand."""
    sample = with_a_lonely_stratum(with_thirds(sample))
    calibration = raked(sample, "half", "third")
    options = Options([["half"]], calibration=calibration, lonely_psu=policy)
    result = score_sample(sample, tree(), options)
    weight = row_weights(sample, calibration)
    halves, thirds = (sample.domains[name].codes for name in ("half", "third"))
    x = np.stack([halves == 0, halves == 1, thirds == 0, thirds == 1], axis=1).astype(float)
    for at, label in enumerate(sample.domains["half"].labels):
        row = result.get("a", {"half": label})
        if "calibrated" not in {note.code for note in row.notes} or row.se is None:
            continue
        if {"within-psu"} & {note.code for note in row.notes}:
            continue
        inside = halves == at
        s = sample.items["a"].codes * 3.0 + 1
        z = np.where(inside, s - row.estimate, 0.0) / weight[inside].sum()
        root = np.sqrt(sample.weight)
        b = np.linalg.lstsq(x * root[:, np.newaxis], z * root, rcond=1e-10)[0]
        t = np.bincount(sample.design.psu, weights=weight * (z - x @ b))
        v = spread_by_hand(t, sample.design.frame.psu_stratum, policy)
        np.testing.assert_allclose(row.se, math.sqrt(v), rtol=1e-7, atol=1e-9)


@LAW
@given(samples(), st.sampled_from([1e-3, 7.0, 1e6]))
def test_a_common_factor_of_base_weights_and_of_counts_changes_nothing(sample, factor):
    sample = with_thirds(sample)
    calibration = raked(sample, "half", "third")
    more = Calibration("raking", margins_near(sample, "half", "third", times=1e6 * factor))
    heavier = Sample(sample.design, sample.weight * factor, sample.items, sample.domains)
    first = score_sample(sample, tree(), Options([["half"]], calibration=calibration))
    for weights, margins in ((heavier, calibration), (sample, more)):
        other = score_sample(weights, tree(), Options([["half"]], calibration=margins))
        close(first, other)


@LAW
@given(samples())
def test_the_order_of_the_margins_is_irrelevant(sample):
    sample = with_thirds(sample)
    one, other = raked(sample, "half", "third"), raked(sample, "third", "half")
    first, second = (
        score_sample(sample, tree(), Options([["half"]], calibration=calibration))
        for calibration in (one, other)
    )
    alike(first, second)


@LAW
@given(samples())
def test_one_raked_margin_is_post_stratification(sample):
    margins = margins_near(sample, "half")
    first, second = (
        score_sample(sample, tree(), Options([["half"]], calibration=Calibration(kind, margins)))
        for kind in ("raking", "poststratify")
    )
    alike(first, second)


@LAW
@given(samples())
def test_margins_that_are_met_already_leave_the_estimates_alone(sample):
    weight = sample.weight
    codes, labels = sample.domains["half"].codes, sample.domains["half"].labels
    shares = {
        label: float(weight[codes == at].sum() / weight.sum()) for at, label in enumerate(labels)
    }
    result = score_sample(
        sample, tree(), Options(calibration=Calibration("raking", {"half": shares}))
    )
    plain = score_sample(sample, tree(), Options())
    np.testing.assert_allclose(numbers(result)[:, 0], numbers(plain)[:, 0], rtol=1e-9)


@LAW
@given(samples(), st.data())
def test_merged_cells_are_the_cells_of_the_whole(sample, data):
    sample = with_thirds(sample)
    n = len(sample.weight)
    side = np.asarray(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    if side.all() or not side.any():
        return
    calibration = raked(sample, "half", "third")
    options = Options([["half"]], calibration=calibration)
    cells = calibration.columns
    parts = [
        totals_of(
            sample.take(np.flatnonzero(chosen)),
            tree(),
            [["half"]],
            second_stage="all",
            cells=cells,
        )
        for chosen in (side, ~side)
    ]
    merged = score_totals(parts[0].merge(parts[1]), tree(), options)
    whole = score_sample(sample, tree(), options)
    alike(whole, merged)


@LAW
@given(samples())
def test_cells_that_nobody_calibrates_change_nothing(sample):
    finer = totals_of(sample, tree(), [["half"]], second_stage="all", cells=["half"])
    options = Options([["half"]])
    close(score_totals(finer, tree(), options), score_sample(sample, tree(), options))


@LAW
@given(samples(missing=False))
def test_a_total_that_is_known_has_no_error(sample):
    sample = with_thirds(sample)
    calibration = raked(sample, "third")
    leaf = {"code": "p", "item": "third", "share": ["p"], "scale": [0, 1]}
    known = Sample(
        sample.design, sample.weight, {"third": sample.domains["third"]}, sample.domains
    )
    share = type(tree()).from_mapping({"index": "one", "min_n": 1, "tree": leaf})
    totals = totals_of(known, share, cells=["third"])
    row = sum_answers(totals, share, Options(calibration=calibration))[0]
    np.testing.assert_allclose(row.estimate, calibration.margins["third"]["p"], rtol=1e-9)
    assert row.se <= 1e-9 * row.estimate


@LAW
@given(samples(), POLICIES, st.booleans())
def test_joint_covariances_fit_the_errors_under_every_policy(sample, policy, is_raked):
    sample = with_a_lonely_stratum(with_thirds(sample))
    if 1 in np.delete(
        sample.design.frame.psus_per_stratum, sample.design.frame.strata.index("lone")
    ):
        return
    calibration = raked(sample, "third") if is_raked else None
    if {*sample.domains["half"].codes.tolist()} != {0, 1}:
        return
    x, y = {"half": "x"}, {"half": "y"}
    options = Options([["half"]], compare=[(x, y)], lonely_psu=policy, calibration=calibration)
    result = score_sample(sample, tree(), options)
    for row in result.differences:
        if row.se is not None:
            v = result.covariance([(row.node, x), (row.node, y)])
            errors = [result.get(row.node, domain).se for domain in (x, y)]
            np.testing.assert_allclose(np.sqrt(np.diag(v)), errors, rtol=1e-6, atol=1e-7)
            expected = max(v[0, 0] + v[1, 1] - 2 * v[0, 1], 0.0)
            np.testing.assert_allclose(row.se**2, expected, rtol=1e-6, atol=1e-10)


@LAW
@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=30), st.integers(1, 4))
def test_a_distribution_counts_repeated_weights_as_rows(weights, times):
    repeated = weight_distribution(np.repeat(weights, times))
    counted = weight_distribution(weights, np.full(len(weights), float(times)))
    assert repeated.quantiles == counted.quantiles
    assert repeated.deff == pytest.approx(counted.deff)
    assert 1 - 1e-9 <= counted.deff <= len(weights) * times + 1e-9
    assert counted.effective_n <= counted.n + 1e-9


@LAW
@given(samples())
def test_margins_beyond_reach_are_an_error_with_the_gap_never_a_weight(sample):
    """Two variables that say the same of every row cannot have different shares."""
    half = sample.domains["half"]
    if {*half.codes.tolist()} != {0, 1}:
        return
    twin = Sample(sample.design, sample.weight, sample.items, {"half": half, "twin": half})
    margins = {"half": {"x": 0.5, "y": 0.5}, "twin": {"x": 0.4, "y": 0.6}}
    with pytest.raises(ConvergenceError) as refused:
        score_sample(twin, tree(), Options(calibration=Calibration("raking", margins)))
    assert refused.value.gap > 0.01
    assert refused.value.iterations >= 1
    assert "=" in refused.value.margin
