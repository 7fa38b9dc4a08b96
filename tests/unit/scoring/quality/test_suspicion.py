"""The order of suspicion: fabricators first, honest people left in peace."""

import numpy as np
import pytest
from scipy import stats

from bench.quality import FABRICATORS, fieldwork, ranked
from scoring import DataError, ShapeError
from scoring.quality.suspicion import rank_interviewers

WHO = np.repeat([f"i{at:02}" for at in range(22)], 50)


def test_both_fabricators_are_among_the_first_three_and_at_most_one_honest_one_is_flagged():
    for seed in range(1000, 1012):
        order = ranked(fieldwork(seed))
        assert set(order.labels[:3]) >= FABRICATORS
        flagged = {label for label, at in zip(order.labels, order.flagged, strict=True) if at}
        assert flagged >= FABRICATORS
        assert len(flagged - FABRICATORS) <= 1


def test_honest_interviewers_are_rarely_flagged():
    rng = np.random.default_rng(4)
    alarms = []
    for _ in range(40):
        rates = rng.beta(4, 36, 22)
        order = rank_interviewers(WHO, {"sign": rng.random(1100) < np.repeat(rates, 50)})
        alarms.append(np.count_nonzero(order.flagged))
    assert np.mean(np.asarray(alarms) > 0) <= 0.2
    assert max(alarms) <= 2


def test_a_tail_is_that_of_the_beta_binomial():
    shown = np.arange(1100) % 10 == 0
    shown[:15] = True
    order = rank_interviewers(WHO, {"sign": shown})
    rate, size = (19 * 5 + 0.5) / (19 * 50 + 1), 0.98 / 0.02
    expected = stats.betabinom(50, rate * size, (1 - rate) * size).sf(shown[:50].sum() - 1)
    assert order.labels[0] == "i00"
    assert order.p[0, 0] == pytest.approx(expected)


def test_the_smallest_of_several_signs_counts_times_their_number():
    rng = np.random.default_rng(2)
    first, second = rng.random(1100) < 0.1, rng.random(1100) < 0.1
    second[:30] = True
    order = rank_interviewers(WHO, {"a": first, "b": second})
    assert (order.labels[0], order.signs) == ("i00", ("a", "b"))
    assert order.p_least[0] == pytest.approx(2 * order.p[0, 1])
    assert (np.diff(order.p_least) >= 0).all()
    assert order.p_least.max() <= 1
    assert order.share[0, 1] == second[:50].mean()


def test_nobody_with_a_sign_means_nobody_suspected():
    order = rank_interviewers(WHO, {"sign": np.zeros(1100, dtype=bool)})
    assert not order.flagged.any()
    assert order.p_least.min() == pytest.approx(1)


def test_one_interview_each_can_be_compared():
    order = rank_interviewers(list("abcdef"), {"sign": [1, 0, 0, 0, 0, 0]})
    assert order.labels[0] == "a"
    assert not order.flagged.any()


@pytest.mark.parametrize(
    ("who", "signs", "said"),
    [
        (["a"] * 5, {"s": [0] * 5}, "1 interviewers cannot be compared"),
        ([*list("abcd"), ""], {"s": [0] * 5}, "row 5: interviewer is blank"),
        (list("abcde"), {}, "no signs"),
    ],
)
def test_what_cannot_be_ranked_is_refused(who, signs, said):
    with pytest.raises(DataError, match=said):
        rank_interviewers(who, signs)


def test_a_sign_needs_every_interview():
    with pytest.raises(ShapeError, match="s: has shape"):
        rank_interviewers(list("abcde"), {"s": [0]})
