"""Unequal probabilities without replacement (Brewer): by hand, and equal ones as a known case."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import (
    Brewer,
    Calibration,
    Design,
    DesignError,
    IndexTree,
    Options,
    Sample,
    ShapeError,
    score_sample,
    sum_answers,
    totals_of,
)

TREE = IndexTree.from_mapping(
    {
        "index": "t",
        "min_n": 1,
        "tree": {"code": "a", "item": "a", "range": [0, 9], "scale": [0, 9]},
    }
)
ANSWERS = np.asarray([1.0, 4, 2, 8, 5, 7, 3])
STRATA = list("aaaabbb")
SEX = ["f", "m", "f", "f", "m", "m", "m"]
P = np.asarray([0.5, 0.2, 0.4, 0.8, 0.3, 1.0, 0.6])


def sample_of(p: np.ndarray = P, strata=STRATA) -> Sample:
    design = Design.from_labels(stratum=strata, n=len(p))
    return Sample.from_columns(
        design, weight=1 / p, items={"a": ANSWERS[: len(p)]}, domains={"sex": SEX[: len(p)]}
    )


def by_hand(t: np.ndarray) -> float:
    """Sum over strata of n/(n - 1) sum (1 - p) (t - mean)^2."""
    strata = np.asarray(STRATA)
    squares = [
        here.sum() / (here.sum() - 1) * ((1 - P[here]) * (t[here] - t[here].mean()) ** 2).sum()
        for here in (strata == "a", strata == "b")
    ]
    return float(sum(squares))


def test_the_error_of_a_total_is_the_formula():
    totals = totals_of(sample_of(), TREE)
    row = sum_answers(totals, TREE, Options(variance=Brewer(P))).get("a")
    assert row.estimate == pytest.approx((ANSWERS / P).sum(), rel=1e-12)
    assert row.se**2 == pytest.approx(by_hand(ANSWERS / P), rel=1e-9)


def test_the_error_of_a_mean_is_the_formula_on_its_residuals_also_in_a_domain():
    result = score_sample(sample_of(), TREE, Options([["sex"]], variance=Brewer(P)))
    for domain, here in ((None, np.ones(7)), ({"sex": "m"}, np.asarray(SEX) == "m")):
        row = result.get("a", domain)
        w = here / P
        mean = (w * ANSWERS).sum() / w.sum()
        assert row.estimate == pytest.approx(mean)
        assert row.se**2 == pytest.approx(by_hand(w * (ANSWERS - mean) / w.sum()), rel=1e-3)
    assert result.get("a").df == 5


@pytest.mark.parametrize("calibration", [None, Calibration("raking", {"sex": {"f": 5, "m": 9}})])
def test_equal_probabilities_are_a_finite_population(calibration):
    equal = np.full(7, 0.5)
    sample = sample_of(equal)
    options = Options(calibration=calibration, min_n=1)
    sizes = np.asarray([8.0] * 4 + [6.0] * 3)
    drawn = replace(sample, design=sample.design.without_replacement(sizes))
    taylor = score_sample(drawn, TREE, options).get("a")
    row = score_sample(sample, TREE, replace(options, variance=Brewer(equal))).get("a")
    assert row.se == pytest.approx(taylor.se, rel=1e-3)


def test_certainty_adds_nothing_and_a_stratum_of_one_is_lonely():
    sure = score_sample(sample_of(), TREE, Options(variance=Brewer(np.ones(7)))).get("a")
    assert (sure.se, sure.low) == (0, sure.estimate)
    alone = sample_of(strata=list("aaaaaab"))
    options = Options(variance=Brewer(P), lonely_psu="certainty")
    row = score_sample(alone, TREE, options).get("a")
    assert [note.fact for note in row.notes if note.code == "lonely-psu"] == ["certainty: b"]


@pytest.mark.parametrize("bad", [0.0, -0.1, 1.1, np.nan])
def test_a_probability_is_above_zero_and_at_most_one(bad):
    with pytest.raises(DesignError, match="probability: expected numbers above 0, at most 1"):
        Brewer([bad, *P[1:]])


def test_there_is_one_probability_for_each_psu():
    with pytest.raises(ShapeError, match="probability"):
        score_sample(sample_of(), TREE, Options(variance=Brewer(P[:6])))


def test_psus_that_are_all_alone_are_refused():
    options = Options(variance=Brewer(P), lonely_psu="certainty")
    with pytest.raises(DesignError, match="no stratum has two PSUs"):
        score_sample(sample_of(strata=list("abcdefg")), TREE, options)
