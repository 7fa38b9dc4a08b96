"""Propensity weights: those of the model, and every mistake by name."""

import numpy as np
import pytest

from scoring import ConvergenceError, DataError, MarginError, ShapeError, WeightError
from scoring.modelled.nonprobability_weights import propensity_weights

COUNTERS = {"sex": list("ffffmm"), "age": list("122112")}
RECORDS = {"sex": list("ffffffffmmmmmmmmmmmm"), "age": list("12" * 10)}


def test_one_variable_gives_the_records_of_each_value_for_each_respondent():
    found = propensity_weights({"sex": COUNTERS["sex"]}, {"sex": RECORDS["sex"]})
    np.testing.assert_allclose(found.weight, [2, 2, 2, 2, 6, 6])
    np.testing.assert_allclose(found.probability, 1 / found.weight)
    assert found.terms == ("sex=m",)


def test_expected_and_found_respondents_agree_for_every_value():
    found = propensity_weights(COUNTERS, RECORDS)
    assert found.terms == ("sex=m", "age=2")
    sex, age = (np.asarray(RECORDS[name]) for name in ("sex", "age"))
    x = np.stack([np.ones(20), sex == "m", age == "2"], axis=1).astype(float)
    p = 1 / (1 + np.exp(-x @ found.coefficients))
    np.testing.assert_allclose(p @ x, [6, 2, 3], rtol=1e-9)


def test_weighted_records_are_as_many_people():
    people = {"sex": ["f", "f", "m", "m"], "age": ["1", "2", "1", "2"]}
    one = propensity_weights(COUNTERS, RECORDS)
    other = propensity_weights(COUNTERS, people, [4, 4, 6, 6])
    np.testing.assert_allclose(one.weight, other.weight, rtol=1e-7)


@pytest.mark.parametrize(
    ("counters", "records", "weight", "error", "said"),
    [
        ({}, {}, None, DataError, "at least one"),
        (COUNTERS, {"sex": RECORDS["sex"]}, None, DataError, "the same variables"),
        ({"s": ["f", ""]}, {"s": ["f"] * 9}, None, DataError, "data row 2, column s: is blank"),
        ({"s": ["f"]}, {"s": ["f", "m"]}, None, MarginError, "s: value 'm' has nobody at the"),
        ({"s": ["f", "m"]}, {"s": ["f"] * 5}, None, MarginError, "'m' has respondents, but"),
        (
            {"s": ["f", "f", "m"]},
            {"s": ["f", "f", "m", "m"]},
            None,
            MarginError,
            "s: value 'f' has 2 respondents and 2 in the records",
        ),
        ({"s": ["f"]}, {"s": ["f", "f"]}, [1, 0], WeightError, "data row 2: the weight of a"),
        ({"s": ["f"]}, {"s": ["f", "f"]}, [1, np.inf], WeightError, "data row 2"),
        ({"s": ["f"]}, {"s": ["f", "f"]}, [1], ShapeError, "record weight"),
        ({"s": ["f"], "t": ["a"] * 2}, {"s": ["f"] * 3, "t": ["a"] * 3}, None, ShapeError, "t"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighted_is_refused_by_name(counters, records, weight, error, said):
    with pytest.raises(error, match=said):
        propensity_weights(counters, records, weight)


def test_more_respondents_than_records_in_a_crossing_have_no_solution():
    records = {
        "s": list("a" * 10 + "b" * 10 + "a" * 10),
        "t": list("c" * 10 + "c" * 10 + "d" * 10),
    }
    counters = {"s": list("a" * 12 + "b" * 6 + "a" * 6), "t": list("c" * 12 + "c" * 6 + "d" * 6)}
    with pytest.raises(ConvergenceError, match="propensity model") as refused:
        propensity_weights(counters, records)
    assert refused.value.gap > 1e-3
