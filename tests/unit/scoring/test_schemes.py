"""Replicates: how they are made, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import (
    BalancedHalves,
    Bootstrap,
    DataError,
    Design,
    DesignError,
    GivenFactors,
    GivenWeights,
    IndexTree,
    Jackknife,
    Options,
    PlanError,
    Sample,
    ShapeError,
    score_sample,
    sum_answers,
    totals_of,
)

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})
PAIRS = Design.from_labels(stratum=list("aabb"), psu=list("1212"))
RNG = np.random.default_rng(1)


def sample_of(strata: str, answers: list[float | None], **columns) -> Sample:
    """One PSU for each letter, one person in each; None is missing."""
    values = np.asarray([np.nan if answer is None else answer for answer in answers])
    design = Design.from_labels(stratum=list(strata), n=len(strata))
    return Sample.from_columns(design, items={"a": values}, **columns)


def row_of(sample: Sample, variance, domain=None, **options):
    chosen = Options([["half"]] if domain else [], variance=variance, **options)
    return score_sample(sample, TREE, chosen).get("a", domain)


def test_the_jackknife_leaves_out_one_psu_at_a_time():
    psu, weight = Jackknife().factors(Design.from_labels(stratum=list("aaab"), n=4).frame)
    assert psu.tolist() == [[0, 1.5, 1.5, 1], [1.5, 0, 1.5, 1], [1.5, 1.5, 0, 1]]
    assert weight.tolist() == [2 / 3] * 3


def test_half_samples_are_orthogonal_and_take_one_of_each_pair():
    frame = Design.from_labels(stratum=list("aabbcc"), n=6).frame
    psu, weight = BalancedHalves(0.25).factors(frame)
    assert sorted(set(psu.ravel())) == [0.25, 1.75]
    assert (psu.reshape(len(psu), 3, 2).sum(axis=2) == 2).all()
    first = psu[:, ::2] - 1
    np.testing.assert_allclose(first.T @ first * weight[0], np.eye(3), atol=1e-15)
    np.testing.assert_allclose(first.sum(axis=0), 0)


def test_a_bootstrap_draws_one_less_than_there_are_and_keeps_lonely_psus():
    frame = Design.from_labels(stratum=list("aaab"), n=4).frame
    psu, weight = Bootstrap(50, np.random.default_rng(5)).factors(frame)
    counts = psu[:, :3] / 1.5
    np.testing.assert_allclose(counts, np.rint(counts))
    np.testing.assert_allclose(counts.sum(axis=1), 2)
    assert (psu[:, 3] == 1).all()
    assert weight.tolist() == [1 / 49] * 50
    again = Bootstrap(50, np.random.default_rng(5)).factors(frame).psu
    np.testing.assert_array_equal(psu, again)


@pytest.mark.parametrize(
    ("policy", "times"), [("certainty", 1.0), ("average", 2.0)], ids=["certainty", "average"]
)
def test_a_lonely_stratum_adds_what_the_policy_says(policy, times):
    sample = sample_of("aab", [0, 4, 2])
    row = row_of(sample, Jackknife("estimate"), lonely_psu=policy)
    # without either the mean of 4 x 2 and 2, or of 0 x 2 and 2, so 4/3 from 2
    assert row.se**2 == pytest.approx(times * 2 * 0.5 * (4 / 3) ** 2)
    assert [note.fact for note in row.notes if note.code == "lonely-psu"] == [f"{policy}: b"]


def test_given_replicates_know_what_lonely_strata_add():
    factors = np.asarray([[2.0, 0.0], [0.0, 2.0], [1.5, 0.5]])
    row = row_of(sample_of("aab", [0, 4, 2]), GivenFactors(factors, 0.5, centre="estimate"))
    values = [3.0 / 3.5 - 2, 9.0 / 2.5 - 2]
    assert row.se**2 == pytest.approx(0.5 * np.square(values).sum())
    assert [note.code for note in row.notes] == ["df-1"]


def test_a_leaf_that_some_replicate_leaves_nobody_has_no_error():
    sample = sample_of("aabb", [1, None, 3, None])
    row = row_of(sample, BalancedHalves())
    assert (row.estimate, row.se, row.low) == (2.0, None, None)
    assert [tuple(note) for note in row.notes] == [
        ("too-few-psus", "a replicate leaves no valid answer")
    ]
    assert row_of(sample, BalancedHalves(0.5)).se > 0


def test_differences_and_covariances_come_from_the_same_replicates():
    sample = sample_of("aabb", [1, 4, 3, 0], domains={"half": list("xyxy")})
    x, y = {"half": "x"}, {"half": "y"}
    options = Options([["half"]], compare=[(x, y)], variance=Jackknife())
    result = score_sample(sample, TREE, options)
    v = result.covariance([("a", x), ("a", y)])
    assert result.differences[0].se ** 2 == pytest.approx(v[0, 0] + v[1, 1] - 2 * v[0, 1])
    assert result.differences[0].df == 2


def test_the_df_never_exceeds_what_the_replicates_carry():
    sample = sample_of("aaaaaa", [1, 4, 3, 0, 2, 2])
    assert row_of(sample, Jackknife()).df == 5
    assert row_of(sample, Bootstrap(4, RNG)).df == 3
    assert row_of(sample, GivenFactors(RNG.uniform(0, 2, (6, 3)), 1.0)).df == 2
    same = np.tile(RNG.uniform(0.5, 2, (6, 1)), 4)
    row = row_of(sample, GivenFactors(same, 1.0))
    assert (row.df, row.se, row.low) == (0, pytest.approx(0, abs=1e-12), None)


def test_totals_and_their_ratios():
    tree = IndexTree.from_mapping(
        {
            "index": "t",
            "tree": {
                "code": "r",
                "combine": "sum",
                "children": [LEAF, LEAF | {"code": "b", "item": "b"}],
            },
        }
    )
    sample = Sample.from_columns(PAIRS, items={"a": [1.0, 2, 3, 4], "b": np.zeros(4)})
    found = sum_answers(totals_of(sample, tree), tree, Options())
    assert len(found) == 2
    assert [row.estimate for row in found] == [10, 0]
    assert found.ratio("b", "a")[:2] == (0, 0)
    with pytest.raises(DataError, match="the total of 'b' is zero"):
        found.ratio("a", "b")
    for key in (("c", None), ("a", {"half": "x"})):
        with pytest.raises(KeyError):
            found.get(*key)


def two_stage() -> Sample:
    design = Design.from_labels(psu=list("1122"), ssu=list("pqrs"))
    return Sample.from_columns(
        design.without_replacement(np.full(4, 5), np.full(4, 3)), items={"a": np.ones(4)}
    )


FULL = sample_of("aabb", [1, 4, 3, 0])


@pytest.mark.parametrize(
    ("sample", "variance", "error", "said"),
    [
        (FULL, GivenWeights(1.0), DataError, "the sample has no replicate weights"),
        (FULL, GivenFactors(np.ones((3, 2)), 1.0), ShapeError, "has 3 rows, the design 4 PSUs"),
        (two_stage(), Jackknife(), DesignError, "know no second stage"),
        (
            sample_of("aaabb", [1, 2, 3, 4, 0]),
            BalancedHalves(),
            DesignError,
            "stratum 'a' has 3 PSUs; balanced halves need two",
        ),
        (sample_of("abc", [1, 2, 3]), Jackknife(), DesignError, "no stratum has two PSUs"),
        (
            replace(FULL, replicates=np.ones((4, 3))),
            GivenWeights(1.0, [1, 2]),
            ShapeError,
            "rscales: has 2 rows instead of 3",
        ),
    ],
)
def test_replicates_that_the_sample_does_not_allow_are_refused(sample, variance, error, said):
    with pytest.raises(error, match=said):
        row_of(sample, variance, lonely_psu="certainty")


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Jackknife("mean"), PlanError, "'mean' is none of"),
        (lambda: Bootstrap(2, RNG, "mean"), PlanError, "'mean' is none of"),
        (lambda: BalancedHalves(centre="mean"), PlanError, "'mean' is none of"),
        (lambda: GivenFactors(np.ones((2, 2)), 1.0, centre="mean"), PlanError, "is none of"),
        (lambda: GivenWeights(1.0, centre="mean"), PlanError, "'mean' is none of"),
        (lambda: Bootstrap(1, RNG), PlanError, "1 is below 2"),
        (lambda: BalancedHalves(1.0), PlanError, r"1 is not in \[0, 1\)"),
        (lambda: BalancedHalves(-0.1), PlanError, "is not in"),
        (lambda: GivenFactors(np.asarray([[1.0, -1.0]]), 1.0), DesignError, "negative or not"),
        (lambda: GivenFactors(np.asarray([[1.0, np.nan]]), 1.0), DesignError, "negative or not"),
        (lambda: GivenFactors(np.ones((2, 2)), -1.0), DesignError, "a scale is negative"),
        (lambda: GivenFactors(np.ones((2, 2)), 1.0, [0, 0]), DesignError, "or all are zero"),
    ],
)
def test_schemes_that_cannot_be_are_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_parts_with_other_replicate_weights_are_not_merged():
    three, two, none = (
        totals_of(replace(FULL, replicates=weights), TREE)
        for weights in (np.ones((4, 3)), np.ones((4, 2)), None)
    )
    with pytest.raises(DesignError, match="different numbers of replicate weights"):
        three.merge(two)
    with pytest.raises(DesignError, match="only one of the parts"):
        three.merge(none)


def test_a_geometric_mean_names_the_replicate_in_which_it_meets_zero():
    root = {"code": "g", "combine": "geometric_mean", "children": [LEAF]}
    tree = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": root})
    sample = sample_of("aa", [0, 4])
    with pytest.raises(DataError, match=r"'replicate': '2'"):
        score_sample(sample, tree, Options(variance=Jackknife()))


def test_replicates_from_outside_know_their_own_design():
    sample = sample_of("aab", [1, 2, 4], replicates=np.asarray([[2.0, 0], [0, 2], [1, 1]]))
    twice = Design.from_labels(psu=list("112"), ssu=list("pqr"))
    stages = replace(
        sample, design=twice.without_replacement(np.full(3, 5), np.asarray([3, 3, 4]))
    )
    given = Options(variance=GivenWeights(0.5), min_n=1)
    lonely = replace(given, lonely_psu="adjust")
    rows = [
        score_sample(each, TREE, how).get("a")
        for each, how in ((sample, given), (sample, lonely), (stages, given))
    ]
    # (1 x 2 + 4) / 3 = 2 and (2 x 2 + 4) / 3 = 8/3, each a third from their mean
    assert [row.se for row in rows] == pytest.approx([(0.5 * 2 / 9) ** 0.5] * 3)


@pytest.mark.parametrize("variance", [None, Jackknife()])
def test_a_ratio_within_one_psu_has_no_error(variance):
    tree = IndexTree.from_mapping(
        {
            "index": "t",
            "tree": {
                "code": "r",
                "combine": "sum",
                "children": [LEAF, LEAF | {"code": "b", "item": "b"}],
            },
        }
    )
    items = {"a": [1.0, 2, 3, 4], "b": [2.0, 2, 5, 5]}
    domains = {"half": list("xxyy")}
    design = Design.from_labels(psu=list("1123"))
    sample = Sample.from_columns(design, items=items, domains=domains)
    options = Options([["half"]], variance=variance)
    found = sum_answers(totals_of(sample, tree, [["half"]]), tree, options)
    assert found.ratio("a", "b", {"half": "x"})[:2] == (0.75, None)
    several = found.ratio("a", "b", {"half": "y"})
    assert several.se is not None
    assert several.se > 0
