"""The bias of counters: learnt from pairs, honest about few places."""

import numpy as np
import pytest

from scoring import DataError, Design, IndexTree, Options, Sample, score_sample
from scoring.modelled.nonprobability_bias import Bias, BiasPair, learn_biases, pairs_of

TREE = IndexTree.from_mapping(
    {
        "index": "t",
        "min_n": 2,
        "tree": {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]},
    }
)


def pairs(differences, counter_se=0.0, survey_se=0.0, node="a"):
    return [BiasPair(node, 2 + d, counter_se, 2, survey_se) for d in differences]


def test_without_sampling_error_the_bias_is_the_mean_and_sd_of_the_differences():
    d = np.asarray([0.1, 0.5, 0.3, 0.9, -0.2])
    found = learn_biases(pairs(d))["a"]
    assert found.mean == pytest.approx(d.mean())
    assert found.sd == pytest.approx(d.std(ddof=1))
    assert found.mean_se == pytest.approx(d.std(ddof=1) / 5**0.5)
    assert (found.places, found.df) == (5, 3)
    assert found.variance == pytest.approx(d.var(ddof=1) * 1.2)


def test_with_equal_errors_they_are_taken_out_of_the_spread():
    d = np.asarray([0.1, 0.5, 0.3, 0.9, -0.2])
    found = learn_biases(pairs(d, 0.12, 0.16))["a"]
    assert found.sd**2 == pytest.approx(d.var(ddof=1) - 0.04)


def test_differences_within_their_errors_show_no_spread():
    found = learn_biases(pairs([0.1, 0.0, -0.1, 0.05, 0.0], 1.0, 1.0))["a"]
    assert found.sd == 0
    assert found.mean_se == pytest.approx((2 / 5) ** 0.5)


def test_equal_differences_without_error_are_a_bias_without_spread():
    found = learn_biases(pairs([0.25] * 6))["a"]
    assert found.mean == pytest.approx(0.25)
    assert found.sd == pytest.approx(0, abs=1e-5)
    assert learn_biases(pairs([0.0] * 6))["a"].mean == 0


def test_the_spread_of_unequal_places_solves_the_equation_of_paule_and_mandel():
    d, v = np.asarray([0.2, 1.1, -0.4, 0.7, 0.3, 1.6]), np.asarray([0.1, 0.2, 0.4, 0.1, 0.3, 0.2])
    rows = [BiasPair("a", x, s**0.5, 0, 0) for x, s in zip(d, v, strict=True)]
    found = learn_biases(rows)["a"]
    weight = 1 / (v + found.sd**2)
    assert (weight * (d - found.mean) ** 2).sum() == pytest.approx(5)
    assert found.mean == pytest.approx(weight @ d / weight.sum())
    assert found.mean_se == pytest.approx(weight.sum() ** -0.5)


def test_fewer_than_five_places_teach_nothing():
    assert learn_biases(pairs([0.1] * 4) + pairs([0.1] * 5, node="b")).keys() == {"b"}


@pytest.mark.parametrize("bad", [(np.nan, 0, 1, 0), (1, -0.1, 1, 0), (1, 0, 1, np.inf)])
def test_a_pair_that_is_no_pair_is_refused_by_its_node(bad):
    with pytest.raises(DataError, match="a: a pair needs four finite numbers"):
        learn_biases([BiasPair("a", *bad)])


def result_of(shift: int):
    psu = np.repeat(np.arange(8), 3)
    sample = Sample.from_columns(
        Design.from_labels(psu=psu),
        items={"a": (np.arange(24) * 7 + shift) % 5.0},
        domains={"place": ["x"] * 12 + ["y"] * 11 + ["z"]},
    )
    return score_sample(sample, TREE, Options([["place"]]))


def test_pairs_are_the_figures_that_both_have_with_an_error():
    counters, survey = result_of(0), result_of(2)
    found = pairs_of(counters, survey)
    assert [pair.node for pair in found] == ["a", "a"]
    rows = [result.get("a", {"place": "x"}) for result in (counters, survey)]
    assert found[0][1:] == tuple(number for row in rows for number in row[2:4])
    assert isinstance(learn_biases(found * 3)["a"], Bias)
