"""Laws of finite populations, two stages, and degrees of freedom, on any sample."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Calibration,
    Design,
    Options,
    Sample,
    score_sample,
    score_totals,
    sum_answers,
    totals_of,
)
from tests.property.scoring.samples import HIGHEST, ITEMS, LAW, close, numbers, samples, tree

BY_HALF = Options(domains=[["half"]])


@st.composite
def two_stage_samples(draw) -> Sample:
    """Samples of strata, PSUs and second-stage units of several rows, all from finite numbers."""
    stratum, psu, ssu, fpc, ssu_fpc = [], [], [], [], []
    for h in range(draw(st.integers(1, 3))):
        n = draw(st.integers(2, 4))
        of_stratum = n + draw(st.integers(0, 5))
        for c in range(n):
            m = draw(st.integers(2, 3))
            of_psu = m + draw(st.integers(0, 5))
            for s in range(m):
                size = draw(st.integers(1, 3))
                stratum += [f"h{h}"] * size
                psu += [f"c{c}"] * size
                ssu += [f"s{s}"] * size
                fpc += [of_stratum] * size
                ssu_fpc += [of_psu] * size
    n = len(stratum)
    answers = st.lists(st.integers(-1, HIGHEST), min_size=n, max_size=n)
    weights = st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=n, max_size=n)
    halves = st.lists(st.sampled_from(["x", "y"]), min_size=n, max_size=n)
    design = Design.from_labels(stratum=stratum, psu=psu, ssu=ssu)
    return Sample.from_columns(
        design.without_replacement(fpc, ssu_fpc),
        weight=draw(weights),
        items={name: np.asarray(draw(answers), dtype=np.int8) for name in ITEMS},
        domains={"half": draw(halves)},
    )


def squares(groups: np.ndarray, units: np.ndarray, z: np.ndarray, kept: np.ndarray) -> float:
    """sum over groups of kept m/(m-1) sum (t - mean t)^2, t the sum of z by unit, row by row."""
    total = 0.0
    for group in np.unique(groups):
        here = groups == group
        t = np.asarray([z[here & (units == unit)].sum() for unit in np.unique(units[here])])
        total += kept[group] * len(t) / (len(t) - 1) * ((t - t.mean()) ** 2).sum()
    return total


def by_hand(sample: Sample, z: np.ndarray) -> float:
    """The variance of a total of z, second stage included."""
    frame, psu, ssu = sample.design.frame, sample.design.psu, sample.design.ssu
    stratum = frame.psu_stratum[psu]
    first = squares(stratum, psu, z, 1 - frame.fraction)
    inside = frame.fraction[frame.psu_stratum] * (1 - frame.second_fraction)
    return first + squares(psu, ssu, z, inside)


@LAW
@given(two_stage_samples())
def test_two_stages_have_the_variance_of_their_rows(sample):
    half, codes = sample.domains["half"], sample.items["a"].codes
    for row in score_sample(sample, tree(), BY_HALF).estimates:
        if row.node != "a" or row.se is None or "within-psu" in {note.code for note in row.notes}:
            continue
        inside = np.ones(len(codes), dtype=bool)
        if row.domain is not None:
            inside = half.codes == half.labels.index(row.domain["half"])
        counted = inside & (codes >= 0)
        s, d = np.where(counted, codes / HIGHEST, 0), sample.weight[counted].sum()
        ratio = (sample.weight * s).sum() / d
        z = np.where(counted, sample.weight * (s - ratio), 0.0) / d * 9
        np.testing.assert_allclose(row.se**2, by_hand(sample, z), rtol=1e-7, atol=1e-12)


@LAW
@given(two_stage_samples())
def test_calibrated_residuals_vary_at_both_stages(sample):
    half = sample.domains["half"]
    if len(set(half.codes.tolist())) < 2:
        return
    calibration = Calibration("poststratify", {"half": {"x": 30, "y": 50}})
    totals = totals_of(sample, tree(), cells=("half",))
    found = sum_answers(totals, tree(), Options(calibration=calibration))
    codes = sample.items["a"].codes
    y = np.where(codes >= 0, codes, 0).astype(float)
    w, z = sample.weight, np.zeros(len(y))
    for at, label in enumerate(half.labels):
        here = half.codes == at
        g = {"x": 30, "y": 50}[label] / w[here].sum()
        z[here] = w[here] * g * (y[here] - (w[here] * y[here]).sum() / w[here].sum())
    np.testing.assert_allclose(found.get("a").se ** 2, by_hand(sample, z), rtol=1e-7, atol=1e-9)


@LAW
@given(two_stage_samples(), st.data())
def test_merged_totals_of_two_stages_are_the_totals_of_the_whole(sample, data):
    n = len(sample.weight)
    side = np.asarray(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    if side.all() or not side.any() or len(set(sample.domains["half"].codes.tolist())) < 2:
        return
    calibration = Calibration("raking", {"half": {"x": 0.4, "y": 0.6}})
    options = Options([["half"]], calibration=calibration)
    one, other = (
        totals_of(sample.take(np.flatnonzero(part)), tree(), [["half"]], cells=("half",))
        for part in (side, ~side)
    )
    whole = score_sample(sample, tree(), options)
    close(whole, score_totals(one.merge(other), tree(), options))
    close(whole, score_totals(other.merge(one), tree(), options))


@LAW
@given(two_stage_samples())
def test_endless_populations_are_sampling_with_replacement(sample):
    frame = sample.design.frame
    endless = np.full(len(sample.weight), np.inf)
    large = sample.design.without_replacement(endless, endless)
    bare = Design(
        replace(frame, stratum_size=np.empty(0), psu_size=np.empty(0)),
        sample.design.psu,
        sample.design.ssu,
    )
    close(
        score_sample(replace(sample, design=large), tree(), BY_HALF),
        score_sample(replace(sample, design=bare), tree(), BY_HALF),
    )


@LAW
@given(two_stage_samples())
def test_a_correction_never_adds_variance_at_the_first_stage(sample):
    design = sample.design
    bare = replace(design.frame, stratum_size=np.empty(0), psu_size=np.empty(0))
    one_stage = replace(design.frame, psu_size=np.empty(0))
    least, most = (
        numbers(
            score_sample(replace(sample, design=replace(design, frame=frame)), tree(), BY_HALF)
        )
        for frame in (one_stage, bare)
    )
    both = numbers(score_sample(sample, tree(), BY_HALF))
    assert np.all(np.nan_to_num(least[:, 1]) <= np.nan_to_num(most[:, 1]) + 1e-9)
    assert np.all(np.nan_to_num(least[:, 1]) <= np.nan_to_num(both[:, 1]) + 1e-9)


@LAW
@given(samples())
def test_satterthwaite_never_exceeds_the_design_nor_falls_below_its_least_stratum(sample):
    pair = [({"half": "x"}, {"half": "y"})]
    both = set(sample.domains["half"].codes.tolist()) == {0, 1}
    design = Options([["half"]], compare=pair if both else [])
    one, other = (
        score_sample(sample, tree(), replace(design, df=rule))
        for rule in ("design", "satterthwaite")
    )
    for left, right in zip(
        (*one.estimates, *one.differences), (*other.estimates, *other.differences), strict=True
    ):
        assert (left.estimate, left.se) == (right.estimate, right.se)
        if left.df is not None:
            assert right.df <= left.df
            assert right.df >= min(left.df, 1) - 1e-9
