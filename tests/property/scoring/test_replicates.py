"""Laws of replicates, on any sample."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    BalancedHalves,
    Bootstrap,
    Calibration,
    GivenFactors,
    GivenWeights,
    Jackknife,
    Options,
    Sample,
    calibrate,
    recalibrated,
    score_sample,
    score_totals,
    sum_answers,
    totals_of,
)
from tests.property.scoring.samples import LAW, close, numbers, samples, tree

BY_HALF = Options(domains=[["half"]])
MARGINS = Calibration("raking", {"half": {"x": 30, "y": 50}})


def has_both_halves(sample: Sample) -> bool:
    return set(sample.domains["half"].codes.tolist()) == {0, 1}


def drawn_from(sample: Sample, more: int) -> Sample:
    """The same sample from strata of ``more`` PSUs than were drawn."""
    frame = sample.design.frame
    sizes = (frame.psus_per_stratum + more)[frame.psu_stratum[sample.design.psu]]
    return replace(sample, design=sample.design.without_replacement(sizes))


def in_pairs(sample: Sample) -> Sample:
    """The first two PSUs of each stratum."""
    frame, psu = sample.design.frame, sample.design.psu
    first = np.searchsorted(frame.psu_stratum, frame.psu_stratum)
    kept = np.flatnonzero((np.arange(len(frame.psus)) - first < 2)[psu])
    taken = sample.take(kept)
    labels = np.asarray(frame.strata)[frame.psu_stratum[psu]][kept]
    design = type(sample.design).from_labels(stratum=labels, psu=psu[kept])
    return replace(taken, design=design)


@LAW
@given(samples(), st.integers(0, 4))
def test_totals_have_one_variance_by_jackknife_halves_and_linearization(sample, more):
    pairs = drawn_from(in_pairs(sample), more)
    totals = totals_of(pairs, tree(), [["half"]])
    schemes = (None, Jackknife("estimate"), BalancedHalves(), BalancedHalves(0.4, "estimate"))
    found = [sum_answers(totals, tree(), replace(BY_HALF, variance=each)) for each in schemes]
    for other in found[1:]:
        for one, row in zip(found[0], other, strict=True):
            np.testing.assert_allclose(row.se, one.se, rtol=1e-9, atol=1e-9)
    keys = [(row.leaf, row.domain) for row in found[0]]
    for other in found[1:]:
        np.testing.assert_allclose(other.covariance(keys), found[0].covariance(keys), atol=1e-7)


@LAW
@given(samples(), st.integers(0, 4))
def test_totals_have_one_variance_by_jackknife_and_linearization(sample, more):
    sample = drawn_from(sample, more)
    totals = totals_of(sample, tree(), [["half"]])
    one, other = (
        sum_answers(totals, tree(), replace(BY_HALF, variance=each))
        for each in (None, Jackknife("estimate"))
    )
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left.se, right.se, rtol=1e-9, atol=1e-9)


@LAW
@given(samples(missing=False, several=False), st.sampled_from(["replicates", "estimate"]))
def test_means_of_equal_psus_have_one_variance_by_jackknife_and_linearization(sample, centre):
    one, other = (
        numbers(score_sample(sample, tree(), Options(variance=each)))
        for each in (None, Jackknife(centre))
    )
    np.testing.assert_allclose(np.nan_to_num(one), np.nan_to_num(other), rtol=1e-7, atol=1e-9)


def one_by_one(sample: Sample, options: Options, factors: np.ndarray) -> np.ndarray:
    """Estimates of every replicate (R, rows), each a sample of its own."""
    rows = []
    for factor in factors.T:
        weight = sample.weight * factor[sample.design.psu]
        rows.append(numbers(score_sample(replace(sample, weight=weight), tree(), options))[:, 0])
    return np.stack(rows)


@LAW
@given(samples(missing=False), st.integers(0, 10**6), st.booleans())
def test_replicates_are_samples_of_their_own_each_calibrated_anew(sample, seed, is_raked):
    if not has_both_halves(sample):
        return
    rng = np.random.default_rng(seed)
    factors = rng.uniform(0.2, 2.0, (len(sample.design.frame.psus), 4))
    options = replace(BY_HALF, calibration=MARGINS if is_raked else None)
    given_factors = GivenFactors(factors, 0.3, [1, 2, 0.5, 0])
    result = score_sample(sample, tree(), replace(options, variance=given_factors))
    values = one_by_one(sample, options, factors)
    middle = values[:3].mean(axis=0)
    variance = 0.3 * np.einsum("r,rj->j", [1, 2, 0.5, 0], (values - middle) ** 2)
    own = {"within-psu", "too-few-psus"}
    for row, expected in zip(result.estimates, variance, strict=True):
        if not own & {note.code for note in row.notes}:
            np.testing.assert_allclose(row.se**2, expected, rtol=1e-7, atol=1e-12)


@LAW
@given(samples(), st.integers(0, 10**6), st.booleans())
def test_weights_of_rows_say_what_factors_of_psus_say(sample, seed, is_raked):
    if not has_both_halves(sample):
        return
    factors = np.random.default_rng(seed).uniform(0.2, 2.0, (len(sample.design.frame.psus), 3))
    options = replace(BY_HALF, calibration=MARGINS if is_raked else None)
    weights = sample.weight[:, np.newaxis] * factors[sample.design.psu]
    own = replace(sample, replicates=weights)
    close(
        score_sample(sample, tree(), replace(options, variance=GivenFactors(factors, 0.5))),
        score_sample(own, tree(), replace(options, variance=GivenWeights(0.5))),
    )


@LAW
@given(samples(), st.integers(0, 10**6))
def test_replicate_weights_that_were_raked_before_need_no_raking(sample, seed):
    """Weights that differ within a PSU are summed by the groups in which they do not."""
    if not has_both_halves(sample):
        return
    factors = np.random.default_rng(seed).uniform(0.2, 2.0, (len(sample.design.frame.psus), 3))
    found = calibrate(totals_of(sample, tree(), cells=("half",)), MARGINS)
    at = [found.cells.labels.index((sample.domains["half"].labels[code],))
          for code in sample.domains["half"].codes]  # fmt: skip
    g = recalibrated(found, factors)[at]
    final = sample.weight * found.factor[at]
    ready = replace(
        sample,
        weight=final,
        replicates=sample.weight[:, np.newaxis] * factors[sample.design.psu] * g,
    )
    scheme = GivenFactors(factors, 0.5)
    one = score_sample(sample, tree(), replace(BY_HALF, calibration=MARGINS, variance=scheme))
    other = score_sample(ready, tree(), replace(BY_HALF, variance=GivenWeights(0.5)))
    left, right = numbers(one), numbers(other)
    np.testing.assert_allclose(left[:, :2], right[:, :2], rtol=1e-9, atol=1e-9)


@LAW
@given(samples(), st.data())
def test_merged_replicate_weights_are_those_of_the_whole(sample, data):
    n = len(sample.weight)
    side = np.asarray(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    if side.all() or not side.any() or not has_both_halves(sample):
        return
    weights = sample.weight[:, np.newaxis] * np.linspace(0.5, 1.5, 3 * n).reshape(n, 3)
    own = replace(sample, replicates=weights)
    options = replace(BY_HALF, variance=GivenWeights(0.5), calibration=MARGINS)
    one, other = (
        totals_of(
            own.take(np.flatnonzero(part)), tree(), [["half"]], second_stage="all", cells=("half",)
        )
        for part in (side, ~side)
    )
    close(score_sample(own, tree(), options), score_totals(one.merge(other), tree(), options))


@LAW
@given(samples(), st.integers(0, 10**6), st.integers(0, 3))
def test_a_bootstrap_is_unbiased_and_as_wide_as_linearization(sample, seed, more):
    frame = drawn_from(sample, more).design.frame
    drawn = Bootstrap(4000, np.random.default_rng(seed)).factors(frame).psu
    assert drawn.min() >= 0
    np.testing.assert_allclose(drawn.mean(axis=0), 1.0, atol=0.12)
    n = frame.psus_per_stratum.astype(float)
    same = np.equal.outer(frame.psu_stratum, frame.psu_stratum)
    # sum of squares about the mean times (1 - f) n/(n - 1), as a matrix of the PSUs
    share = ((1 - frame.fraction) / (n - 1))[frame.psu_stratum]
    expected = np.where(same, -share, 0.0) + np.diag(share * n[frame.psu_stratum])
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=0.25)
    sums = np.add.reduceat(drawn, np.searchsorted(frame.psu_stratum, np.arange(len(n))), axis=1)
    np.testing.assert_allclose(sums, np.broadcast_to(n, sums.shape))
