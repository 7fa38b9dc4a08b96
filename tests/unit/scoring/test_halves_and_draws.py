"""Replicates by hand: what each of them does to the weights, and what their spread comes to."""

import numpy as np
import pytest

from scoring import (
    BalancedHalves,
    Bootstrap,
    Design,
    DesignError,
    GivenFactors,
    IndexTree,
    Jackknife,
    Options,
    Sample,
    score_sample,
    sum_answers,
    totals_of,
)

LEAVES = [{"code": code, "item": code, "range": [1, 5], "scale": [1, 5]} for code in "ab"]
ROOT = {"code": "r", "combine": "sum", "children": LEAVES}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT})
A, B = np.asarray([1.0, 2, 4, 5]), np.asarray([2.0, 5, 3, 2])
WEIGHT = np.asarray([2.0, 1, 0.5, 4])
FACTORS = np.asarray([[2.0, 0, 1, 1], [1, 1, 0, 2], [0.5, 1, 2, 1]]).T


def sample_of() -> Sample:
    """Four PSUs of one person in one stratum."""
    return Sample.from_columns(
        Design.from_labels(psu=range(4)), weight=WEIGHT, items={"a": A, "b": B}
    )


def totals_under(variance):
    return sum_answers(totals_of(sample_of(), TREE), TREE, Options(variance=variance))


def pairs(n: int, size: float) -> Design:
    """Return pairs of PSUs, drawn from so many in each stratum."""
    labels = np.repeat(np.arange(n), 2)
    design = Design.from_labels(stratum=labels, psu=range(2 * n))
    return design.without_replacement(np.full(2 * n, size))


def test_of_a_pair_the_bootstrap_draws_one_and_counts_it_twice():
    psu = Bootstrap(40, np.random.default_rng(2)).factors(pairs(2, np.inf).frame).psu
    assert set(psu.ravel()) == {0.0, 2.0}
    assert set(psu.reshape(40, 2, 2).sum(axis=2).ravel()) == {2.0}


def test_draws_from_a_finite_population_move_weights_less():
    psu = Bootstrap(40, np.random.default_rng(2)).factors(pairs(2, 8).frame).psu
    moved = (1 - 2 / 8) ** 0.5
    np.testing.assert_allclose(np.unique(psu.round(12)), [1 - moved, 1 + moved])


def test_half_samples_of_a_finite_population_move_weights_less():
    psu = BalancedHalves(0.5).factors(pairs(2, 8).frame).psu
    moved = 0.5 * (1 - 2 / 8) ** 0.5
    np.testing.assert_allclose(np.unique(psu.round(12)), [1 - moved, 1 + moved])


def test_the_first_half_sample_takes_the_first_of_each_pair():
    psu, weight = BalancedHalves().factors(pairs(4, np.inf).frame)
    assert psu.shape == (8, 8)
    assert psu[0].tolist() == [2, 0] * 4
    assert weight.tolist() == [1 / 8] * 8


@pytest.mark.parametrize("rscales", [[1.0, -1.0], [1.0, np.inf], [0.0, 0.0]])
def test_squares_that_cannot_be_weighed_are_refused(rscales):
    with pytest.raises(DesignError, match="a scale is negative or not finite, or all are zero"):
        GivenFactors(np.ones((4, 2)), 1.0, rscales)


def test_a_factor_without_end_is_refused():
    with pytest.raises(DesignError, match="a factor is negative or not finite"):
        GivenFactors(np.asarray([[1.0, np.inf]]), 1.0)


def test_a_replicate_that_does_not_count_does_not_move_the_centre():
    given = GivenFactors(FACTORS, 0.5, [1.0, 1.0, 0.0])
    mean = (FACTORS.T * WEIGHT) @ A / (FACTORS.T @ WEIGHT)
    expected = 0.5 * ((mean[:2] - mean[:2].mean()) ** 2).sum()
    row = score_sample(sample_of(), TREE, Options(variance=given)).get("a")
    assert row.se**2 == pytest.approx(expected)


def test_totals_of_answers_and_their_ratio_vary_as_the_replicates_do():
    found = totals_under(GivenFactors(FACTORS, 0.5, centre="estimate"))
    weights = FACTORS.T * WEIGHT
    away = weights @ A - WEIGHT @ A
    assert found.get("a").estimate == pytest.approx(WEIGHT @ A)
    assert found.get("a").se ** 2 == pytest.approx(0.5 * (away**2).sum())
    away = (weights @ A) / (weights @ B) - (WEIGHT @ A) / (WEIGHT @ B)
    assert found.ratio("a", "b").se ** 2 == pytest.approx(0.5 * (away**2).sum())


def test_linearized_totals_of_answers_are_those_of_the_weighted_answers():
    found = totals_under(None)
    z = WEIGHT * A
    assert found.get("a").estimate == pytest.approx(z.sum())
    assert found.get("a").se ** 2 == pytest.approx(4 / 3 * ((z - z.mean()) ** 2).sum())


@pytest.mark.parametrize("factor", [1e-8, 1e8])
def test_the_df_of_given_replicates_does_not_depend_on_a_common_factor(factor):
    plain, scaled = (
        score_sample(sample_of(), TREE, Options(variance=GivenFactors(times * FACTORS, 0.5))).get(
            "a"
        )
        for times in (1.0, factor)
    )
    assert (plain.df, scaled.df) == (2, 2)


def test_a_domain_without_weight_has_a_total_of_nothing_that_does_not_vary():
    sample = Sample.from_columns(
        Design.from_labels(psu=range(4)),
        weight=[1.0, 2.0, 1.0, 0.0],
        items={"a": A, "b": B},
        domains={"half": list("xxxy")},
    )
    options = Options([["half"]], variance=Jackknife("estimate"))
    found = sum_answers(totals_of(sample, TREE, [["half"]]), TREE, options)
    empty = found.get("a", {"half": "y"})
    assert (empty.estimate, empty.se, empty.n) == (0, 0, 0)
