"""Laws that every sample obeys, whatever was answered."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Codes,
    Design,
    IndexTree,
    Options,
    Sample,
    score_sample,
    score_totals,
    totals_of,
)
from scoring.estimates.intervals import INTERVALS
from tests.property.scoring.samples import HIGHEST, ITEMS, LAW, close, numbers, samples, tree

BY_HALF = Options(domains=[["half"]])


def relabelled(sample: Sample, **changes: object) -> Sample:
    """The same answers under another design, weight, items or domains."""
    parts = {
        "design": sample.design,
        "weight": sample.weight,
        "items": sample.items,
        "domains": sample.domains,
    }
    return Sample(**(parts | changes))


@LAW
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_irrelevant(sample, random):
    order = list(range(len(sample.weight)))
    random.shuffle(order)
    shuffled = sample.take(np.asarray(order))
    close(score_sample(sample, tree(), BY_HALF), score_sample(shuffled, tree(), BY_HALF))


@LAW
@given(samples(), st.sampled_from([1e-6, 0.3, 7.0, 1e9]))
def test_a_common_factor_of_the_weights_changes_nothing(sample, factor):
    heavier = relabelled(sample, weight=sample.weight * factor)
    close(score_sample(sample, tree(), BY_HALF), score_sample(heavier, tree(), BY_HALF))


@LAW
@given(samples())
def test_other_names_of_strata_and_psus_change_nothing(sample):
    frame, psu = sample.design.frame, sample.design.psu
    design = Design.from_labels(
        stratum=[f"z{9 - h}" for h in frame.psu_stratum[psu]],
        psu=[f"{99 - c}" for c in psu],
        ssu=list(sample.design.ssu),
    )
    other = relabelled(sample, design=design)
    close(score_sample(sample, tree(), BY_HALF), score_sample(other, tree(), BY_HALF))


@LAW
@given(samples(), st.data())
def test_merged_totals_are_the_totals_of_the_whole(sample, data):
    side = np.asarray(
        data.draw(
            st.lists(st.booleans(), min_size=len(sample.weight), max_size=len(sample.weight))
        )
    )
    if side.all() or not side.any():
        return
    parts = [
        totals_of(sample.take(np.flatnonzero(chosen)), tree(), [["half"]], second_stage="all")
        for chosen in (side, ~side)
    ]
    merged = score_totals(parts[0].merge(parts[1]), tree(), BY_HALF)
    close(score_sample(sample, tree(), BY_HALF), merged)


@LAW
@given(samples())
def test_a_score_never_leaves_its_scale(sample):
    for row in score_sample(sample, tree("mean"), BY_HALF).estimates:
        assert row.estimate is None or 1 - 1e-9 <= row.estimate <= 10 + 1e-9


@LAW
@given(samples(), st.sampled_from(INTERVALS[1:]))
def test_an_interval_that_is_not_t_never_leaves_its_scale(sample, interval):
    share = {"code": "s", "item": "a", "share": ["1", "2"], "scale": [1, 10]}
    children = [share, {"code": "m", "item": "b", "range": [0, HIGHEST]}]
    root = {"code": "r", "combine": "mean", "children": children}
    raw = {"index": "i", "scale": [1, 10], "min_n": 1, "tree": root}
    options = Options(domains=[["half"]], interval=interval)
    for row in score_sample(sample, IndexTree.from_mapping(raw), options).estimates:
        if "interval" in {note.code for note in row.notes}:
            assert 1 <= row.low <= row.estimate + 1e-9
            assert row.estimate - 1e-9 <= row.high <= 10


@LAW
@given(samples())
def test_nothing_is_ever_nan_or_infinite(sample):
    for combine in ("sum", "mean", "geometric_mean"):
        result = score_sample(sample, tree(combine), Options([["half"]], min_n=2))
        for row in (*result.estimates, *result.differences):
            for number in row[2:-1]:
                assert not isinstance(number, float) or math.isfinite(number)


@LAW
@given(samples(missing=False))
def test_a_linear_tree_has_the_error_of_the_composite_of_each_respondent(sample):
    a, b, c = (sample.items[name].codes.astype(float) * 3 + 1 for name in ITEMS)
    composite = (a + 2 * b) / 3 + c
    leaf = {"code": "total", "item": "composite", "range": [0, 20], "scale": [0, 20]}
    direct = IndexTree.from_mapping({"index": "one", "min_n": 1, "tree": leaf})
    other = relabelled(sample, items={"composite": composite})
    one, two = score_sample(sample, tree(), BY_HALF), score_sample(other, direct, BY_HALF)
    for left in one.estimates:
        if left.node == "total":
            right = two.get("total", left.domain)
            np.testing.assert_allclose(left.estimate, right.estimate, rtol=1e-12)
            np.testing.assert_allclose(left.se or 0, right.se or 0, rtol=1e-7, atol=1e-9)


@LAW
@given(samples(missing=False, several=False))
def test_the_jackknife_of_equal_psus_is_the_linearized_variance(sample):
    result = score_sample(sample, tree(), Options())
    frame, psu = sample.design.frame, sample.design.psu
    estimate = result.get("total").estimate
    variance = 0.0
    for dropped in range(len(frame.psus)):
        m = frame.psus_per_stratum[frame.psu_stratum[dropped]]
        same = frame.psu_stratum[psu] == frame.psu_stratum[dropped]
        weight = np.where(psu == dropped, 0.0, np.where(same, m / (m - 1), 1.0))
        replicate = score_sample(relabelled(sample, weight=weight), tree(), Options())
        variance += (m - 1) / m * (replicate.get("total").estimate - estimate) ** 2
    np.testing.assert_allclose(result.get("total").se or 0.0, variance**0.5, rtol=1e-7, atol=1e-9)


@LAW
@given(samples())
def test_a_domain_is_the_sample_whose_answers_outside_are_missing(sample):
    result = score_sample(sample, tree(), BY_HALF)
    inside = sample.domains["half"].codes == 0
    name = sample.domains["half"].labels[0]
    items = {
        item: Codes(np.where(inside, column.codes, -1), column.labels)
        for item, column in sample.items.items()
    }
    masked = score_sample(relabelled(sample, items=items), tree(), Options())
    for node in (*ITEMS, "pair", "total"):
        one, other = result.get(node, {"half": name}), masked.get(node)
        np.testing.assert_allclose(one.estimate or 0, other.estimate or 0, rtol=1e-12)
        np.testing.assert_allclose(one.se or 0, other.se or 0, rtol=1e-9, atol=1e-12)


@LAW
@given(samples())
def test_a_difference_has_the_variance_of_the_joint_covariance(sample):
    if set(sample.domains["half"].codes.tolist()) != {0, 1}:
        return
    x, y = {"half": "x"}, {"half": "y"}
    result = score_sample(sample, tree(), Options([["half"]], compare=[(x, y), (y, x)]))
    nodes = len(tree().nodes)
    there, back = result.differences[:nodes], result.differences[nodes:]
    for one, other in zip(there, back, strict=True):
        assert one.se == other.se
        assert one.estimate is None or one.estimate == -other.estimate
        borrowed = {"within-psu", "too-few-psus"} & {note.code for note in one.notes}
        if one.se is not None and not borrowed:
            v = result.covariance([(one.node, x), (one.node, y)])
            expected = max(v[0, 0] + v[1, 1] - 2 * v[0, 1], 0.0)
            np.testing.assert_allclose(one.se**2, expected, rtol=1e-7, atol=1e-12)


@LAW
@given(samples())
def test_a_joint_covariance_is_symmetric_and_positive_semidefinite(sample):
    result = score_sample(sample, tree(), BY_HALF)
    rows = [row for row in result.estimates if row.se is not None]
    rows = [row for row in rows if "within-psu" not in {note.code for note in row.notes}]
    if rows:
        covariance = result.covariance([(row.node, row.domain) for row in rows])
        np.testing.assert_allclose(covariance, covariance.T, atol=1e-15)
        assert np.linalg.eigvalsh(covariance).min() > -1e-9
        np.testing.assert_allclose(
            np.sqrt(np.diag(covariance)), [row.se for row in rows], atol=1e-9
        )


@LAW
@given(samples())
def test_a_reversed_range_mirrors_the_score_and_keeps_its_error(sample):
    def leaf(ends: list[int]) -> IndexTree:
        raw = {"code": "a", "item": "a", "range": ends, "scale": [1, 10]}
        return IndexTree.from_mapping({"index": "one", "min_n": 1, "tree": raw})

    straight = numbers(score_sample(sample, leaf([0, HIGHEST]), BY_HALF))
    turned = numbers(score_sample(sample, leaf([HIGHEST, 0]), BY_HALF))
    np.testing.assert_allclose(straight[:, 0], 11 - turned[:, 0], atol=1e-9)
    np.testing.assert_allclose(straight[:, 1:], turned[:, 1:], atol=1e-9)


@LAW
@given(samples())
def test_codes_and_numbers_score_alike(sample):
    items = {
        name: np.where(column.codes < 0, np.nan, column.codes).astype(float)
        for name, column in sample.items.items()
    }
    other = relabelled(sample, items=items)
    close(score_sample(sample, tree(), BY_HALF), score_sample(other, tree(), BY_HALF))


@LAW
@given(samples())
def test_a_row_without_weight_counts_nowhere(sample):
    rows = np.asarray([*range(len(sample.weight)), 0])
    longer = sample.take(rows)
    weight = np.append(sample.weight, 0.0)
    close(
        score_sample(sample, tree(), BY_HALF),
        score_sample(relabelled(longer, weight=weight), tree(), BY_HALF),
    )
