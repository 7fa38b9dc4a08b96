"""Variances that join several sources, worked out by hand, and what they must not depend on."""

import numpy as np
import pytest

from scoring import (
    Design,
    IndexTree,
    Jackknife,
    Options,
    Sample,
    score_sample,
    sum_answers,
    totals_of,
    trim_weights,
)

LEAVES = [{"code": code, "item": code, "range": [0, 4], "scale": [0, 4]} for code in "ab"]
ROOT = {"code": "r", "combine": "sum", "children": LEAVES}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT})

NONE = np.nan


def sample_of(a: list[float], b: list[float], *, weight=None, **domains: str) -> Sample:
    """Villages v and w of PSU 1, then PSUs 2 and 3 of one village each; one person in each."""
    return Sample.from_columns(
        Design.from_labels(psu=list("1123"), ssu=list("vwxy")),
        weight=weight,
        items={"a": np.asarray(a), "b": np.asarray(b)},
        domains={name: list(values) for name, values in domains.items()},
    )


def test_leaves_of_one_psu_and_of_several_vary_together_within_that_psu():
    result = score_sample(sample_of([1, 3, NONE, NONE], [0, 4, 1, 3]), TREE, Options())
    # t of a: -1/2 and 1/2 in the villages of PSU 1; of b: -1/2, 1/2, and -1/4, 1/4 beyond it
    between = 3 / 2 * 2 * (1 / 4) ** 2
    within_all, within_b = 2 * (1.0**2 + 1.0**2), 2 * (0.5**2 + 0.5**2)
    expected = between + within_all - within_b
    assert result.get("r").se ** 2 == pytest.approx(expected)
    assert result.covariance([("r", None)]) == pytest.approx(np.asarray([[expected]]))


def test_leaves_that_balance_each_other_within_their_psu_leave_the_larger_share():
    result = score_sample(sample_of([1, 3, NONE, NONE], [4, 0, 1, 3]), TREE, Options())
    # the villages of PSU 1 add up to nothing; what is left is the spread of a alone
    assert result.get("r").se ** 2 == pytest.approx(2 * (0.5**2 + 0.5**2))


@pytest.mark.parametrize("factor", [1e-9, 1e-3, 0.25, 1e9])
def test_a_common_factor_of_the_weights_changes_nothing(factor):
    weight = np.asarray([1.0, 2.0, 1.5, 0.5])
    answers = ([1, 3, 0, 4], [0, 4, NONE, NONE])
    plain, scaled = (
        score_sample(sample_of(*answers, weight=times * weight), TREE, Options()).estimates
        for times in (1.0, factor)
    )
    assert [row.se for row in scaled] == pytest.approx([row.se for row in plain])
    assert [row.estimate for row in scaled] == pytest.approx([row.estimate for row in plain])


def test_the_policy_for_a_lonely_stratum_holds_for_ratios_of_replicates_too():
    design = Design.from_labels(stratum=list("aab"), n=3)
    items = {"a": np.asarray([1.0, 3, 2]), "b": np.asarray([2.0, 4, 4])}
    totals = totals_of(Sample.from_columns(design, items=items), TREE)
    certain, average = (
        sum_answers(totals, TREE, Options(variance=Jackknife("estimate"), lonely_psu=policy))
        for policy in ("certainty", "average")
    )
    # one stratum of two is lonely, so that the other counts for both
    assert average.ratio("a", "b").se ** 2 == pytest.approx(2 * certain.ratio("a", "b").se ** 2)


def test_a_weight_on_the_limit_is_not_cut():
    found = trim_weights([1.0, 1, 1, 1, 2, 3], 2)
    assert (found.limit, found.cut) == (2.0, 1)
