"""Ranks and groups of places: rules of the edge, and what the draws promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import (
    DataError,
    Draws,
    EdgeRule,
    groups_of,
    rank_places,
    ranks_of,
    shrunken,
)
from tests.golden.reference import OFFICIAL, columns, needs_official

FEW = Draws(200)
values = st.lists(st.integers(0, 40), min_size=4, max_size=9).map(np.asarray)


def drawn(estimate, covariance=None, df=3.0, seed=1, **how):
    m = len(estimate)
    covariance = np.eye(m) if covariance is None else covariance
    generator = np.random.default_rng(seed)
    return rank_places(
        np.asarray(estimate, float), covariance, np.full(m, df), generator, draws=FEW, **how
    )


@given(values, st.sampled_from([None, EdgeRule("from"), EdgeRule("from", 2)]))
@settings(max_examples=30, deadline=None)
def test_probabilities_sum_to_one_and_the_seed_gives_the_same(estimate, rule):
    one, again = (drawn(estimate, rule=rule) for _ in range(2))
    np.testing.assert_allclose(one.probability.sum(axis=1), 1)
    assert ((one.probability >= 0) & (one.probability <= 1)).all()
    for name in ("rank", "group", "probability", "low", "high", "expected"):
        assert np.array_equal(getattr(one, name), getattr(again, name))
    assert ((one.low >= 1) & (one.low <= one.high) & (one.high <= len(estimate))).all()
    assert one.expected.sum() == pytest.approx(len(estimate) * (len(estimate) + 1) / 2)


@given(values, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_places_is_irrelevant(estimate, random):
    order = list(range(len(estimate)))
    random.shuffle(order)
    for rule in (EdgeRule(), EdgeRule("from", 1)):
        whole, shuffled = groups_of(estimate, rule), groups_of(estimate[order], rule)
        assert np.array_equal(whole[order], shuffled)
    assert np.array_equal(ranks_of(estimate)[order], ranks_of(estimate[order]))


def test_other_names_of_places_change_only_the_draws():
    estimate, order = np.asarray([1.0, 4.0, 2.0, 8.0, 5.0]), [3, 0, 4, 2, 1]
    spread = np.diag([0.5, 1.0, 2.0, 0.1, 1.0])
    many, generator = Draws(40_000), np.random.default_rng
    one = rank_places(estimate, spread, np.full(5, 6.0), generator(1), draws=many)
    other = rank_places(
        estimate[order], spread[np.ix_(order, order)], np.full(5, 6.0), generator(2), draws=many
    )
    np.testing.assert_allclose(one.probability[order], other.probability, atol=0.02)
    np.testing.assert_allclose(one.expected[order], other.expected, atol=0.05)


def test_without_errors_ranks_are_sure_and_with_great_ones_nothing_is():
    estimate = [1.0, 2.0, 3.0, 4.0]
    sure, lost = drawn(estimate, np.zeros((4, 4))), drawn(estimate, 1e8 * np.eye(4))
    assert sure.low.tolist() == sure.high.tolist() == sure.rank.tolist() == [4, 3, 2, 1]
    assert sure.probability.max(axis=1).tolist() == [1, 1, 1, 1]
    assert (lost.low.tolist(), lost.high.tolist()) == ([1] * 4, [4] * 4)


def test_few_degrees_of_freedom_widen_the_interval_of_a_rank():
    estimate = np.arange(30.0)
    t, normal = (drawn(estimate, 4 * np.eye(30), df) for df in (3.0, np.inf))
    assert (t.high - t.low).mean() > 1.2 * (normal.high - normal.low).mean()


def test_errors_that_all_places_share_do_not_change_the_order():
    together = drawn([1.0, 2.0, 3.0, 4.0], np.ones((4, 4)), np.inf)
    assert together.low.tolist() == together.high.tolist() == [4, 3, 2, 1]


def test_shrunken_values_are_closer_and_their_order_less_sure():
    random = np.random.default_rng(5)
    truth = random.normal(0, 1, 40)
    covariance = np.diag(random.uniform(0.2, 2, 40))
    estimate = truth + random.normal(0, np.sqrt(np.diag(covariance)))
    values, left = shrunken(estimate, covariance)
    assert values.mean() == pytest.approx(estimate.mean(), abs=0.2)
    assert ((values - truth) ** 2).mean() < 0.8 * ((estimate - truth) ** 2).mean()
    assert values.var() < estimate.var()
    assert np.linalg.eigvalsh(left).min() > 0
    assert (np.diag(left) < np.diag(covariance)).all()
    spread = (values[:, None] + random.multivariate_normal(np.zeros(40), left, 4000).T).var(axis=0)
    assert spread.mean() < (estimate.var() + np.diag(covariance).mean()) / 1.5


def test_places_that_cannot_be_told_apart_come_out_undecided():
    values, left = shrunken(np.asarray([1.0, 1.1, 0.9, 1.0]), np.eye(4))
    ranks = drawn(values, left)
    assert (ranks.low.tolist(), ranks.high.tolist()) == ([1] * 4, [4] * 4)
    same, nothing = shrunken(np.ones(4), np.zeros((4, 4)))
    assert (same.tolist(), nothing.tolist()) == ([1] * 4, [[0] * 4] * 4)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: drawn([1, 2, 3]), "3 places make no four groups"),
        (lambda: drawn([1, 2, 3, 4], np.eye(3)), "shapes differ"),
        (lambda: drawn([1, 2, 3, np.nan]), "leave the place out"),
        (lambda: drawn([1, 2, 3, 4], df=0.0), "no degrees of freedom"),
        (lambda: EdgeRule("at"), "'at' is none of above, from"),
        (lambda: EdgeRule("from", -1), "-1 is below 0"),
    ],
)
def test_what_cannot_be_ranked_is_refused(make, said):
    with pytest.raises(DataError, match=said):
        make()


def official(code: str) -> dict[str, float]:
    """Province -> published score of 2022 above zero, which there stands for a missing one."""
    table = columns(OFFICIAL)
    rows = zip(*(table[name] for name in ("year", "code", "province", "score")), strict=True)
    return {
        province: float(score)
        for year, of, province, score in rows
        if (year, of) == ("2022", code) and score and float(score) > 0
    }


def sizes(scores: dict[str, float], rule: EdgeRule) -> list[int]:
    groups = groups_of(np.asarray(list(scores.values())), rule)
    return np.bincount(groups, minlength=4)[::-1].tolist()


@needs_official
def test_published_groups_of_2022_follow_their_edge_rules():
    d6, total = official("D6"), official("PAPI")
    assert sizes(d6, EdgeRule("from")) == [16, 16, 15, 16]
    assert sizes(total, EdgeRule("from", 2)) == [16, 16, 15, 14]
    son_la = list(total).index("Sơn La")
    scores = np.asarray(list(total.values()))
    assert groups_of(scores)[son_la] == 0
    assert groups_of(scores, EdgeRule("from"))[son_la] == 1
