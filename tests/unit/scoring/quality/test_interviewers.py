"""The interviewer effect: mean squares, REML, shrunken residuals."""

import numpy as np
import pytest

from scoring import DataError, ShapeError
from scoring.quality.interviewers import interviewer_effect


def answers(effects, n=40, seed=1):
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(len(effects)).astype(str), n)
    return np.repeat(effects, n) + rng.normal(0, 1, len(who)), who


def test_reml_and_mean_squares_agree_for_equal_numbers():
    y, who = answers(np.random.default_rng(3).normal(0, 0.5, 30))
    effect = interviewer_effect(y, who)
    assert effect.icc == pytest.approx(effect.icc_anova, rel=1e-5)
    assert 0.1 < effect.icc < 0.35
    assert abs(effect.residual.sum()) < 1e-6


def test_unequal_numbers_come_near_the_truth():
    rng = np.random.default_rng(5)
    n = rng.integers(5, 80, 200)
    who = np.repeat(np.arange(200).astype(str), n)
    y = np.repeat(rng.normal(0, 0.5, 200), n) + rng.normal(0, 1, n.sum())
    effect = interviewer_effect(y, who)
    assert effect.icc == pytest.approx(0.2, abs=0.04)
    assert effect.icc_anova == pytest.approx(0.2, abs=0.04)


def test_without_an_effect_the_icc_is_zero_and_nobody_is_unusual():
    y = np.tile([1.0, 2.0, 3.0, 4.0], 10)
    effect = interviewer_effect(y, np.repeat(np.arange(10).astype(str), 4))
    assert effect.icc == 0
    assert effect.icc_anova < 0
    assert not effect.residual.any()
    assert not effect.unusual.any()


def test_answers_that_only_interviewers_tell_apart_are_all_effect():
    effect = interviewer_effect([1, 1, 2, 2, 5, 5], ["a", "a", "b", "b", "c", "c"])
    assert effect.icc > 0.99
    assert effect.icc_anova == 1


def test_one_far_off_interviewer_is_unusual_and_drawn_to_the_rest():
    effects = np.zeros(20)
    effects[7] = 2.0
    y, who = answers(effects)
    effect = interviewer_effect(y, who)
    assert [label for label, odd in zip(effect.labels, effect.unusual, strict=True) if odd] == [
        "7"
    ]
    raw = y[who == "7"].mean() - y.mean()
    at = effect.labels.index("7")
    assert 0 < effect.residual[at] < raw + y.std()
    assert (effect.residual_se > 0).all()
    assert effect.p[at] == effect.p.min()


def test_missing_answers_and_blank_interviewers_are_left_out():
    y, who = answers([0.0, 0.5, 1.0])
    with_gaps = interviewer_effect([*y, np.nan, 3.0], [*who, "0", ""])
    assert with_gaps.icc == interviewer_effect(y, who).icc
    assert with_gaps.n.tolist() == [40, 40, 40]


@pytest.mark.parametrize(
    ("y", "who"),
    [([1, 2], ["a", "a"]), ([1, 2], ["a", "b"]), ([1, 1, 1], ["a", "a", "b"]), ([], [])],
)
def test_what_tells_nothing_is_refused(y, who):
    with pytest.raises(DataError, match="needs two interviewers"):
        interviewer_effect(y, who)


def test_lengths_must_fit():
    with pytest.raises(ShapeError):
        interviewer_effect([1, 2], ["a"])
