"""Laws of counter data: intervals hold the bias that other places have taught."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    BiasPair,
    Counters,
    IndexTree,
    Options,
    Sample,
    counter_design,
    counter_result,
    learn_biases,
    propensity_weights,
    score_sample,
)
from tests.property.scoring.samples import LAW

LEAF = {"code": "a", "item": "a", "range": [0, 1], "scale": [0, 10]}
TREE = IndexTree.from_mapping({"index": "k", "min_n": 1, "tree": LEAF})
WORLDS = 600


def held(rng: np.random.Generator, places: int) -> tuple[bool, bool]:
    """Whether the published interval, and that of the counters alone, hold the truth."""
    truth = rng.normal(5, 0.5, places + 1)
    bias = rng.normal(0.4, 0.3, places + 1)
    found = truth + bias + rng.normal(0, 0.05, places + 1)
    survey = truth + rng.normal(0, 0.15, places + 1)
    pairs = [BiasPair("a", c, 0.05, s, 0.15) for c, s in zip(found[1:], survey[1:], strict=True)]
    days, people = 40, 200
    share = (truth[0] + bias[0]) / 10
    answers = (rng.random(days * people) < share).astype(float)
    design = counter_design(["k"] * len(answers), np.repeat(np.arange(days), people))
    plain = score_sample(Sample.from_columns(design, items={"a": answers}), TREE, Options())
    row = counter_result(plain, TREE, Counters(learn_biases(pairs))).get("a")
    alone = plain.get("a")
    return row.low <= truth[0] <= row.high, alone.low <= truth[0] <= alone.high


def test_the_interval_holds_the_truth_as_often_as_it_says_and_the_counters_alone_do_not():
    """Of 600 worlds of 12 places; three standard errors of the simulation are 2.7 points."""
    rng = np.random.default_rng(20241130)
    published, alone = np.mean([held(rng, 12) for _ in range(WORLDS)], axis=0)
    assert 0.923 <= published <= 0.977
    assert alone < 0.5


@LAW
@given(
    st.lists(st.tuples(st.sampled_from("fm"), st.sampled_from("abc")), min_size=6, max_size=40),
    st.integers(2, 9),
)
def test_propensity_weights_meet_the_records_of_one_variable_and_count_everybody(people, times):
    """With one variable each value weighs as many as are on record; b is the model's solution."""
    sex = [one for one, _ in people]
    records = [value for value in sorted(set(sex)) for _ in range(times * sex.count(value) + 1)]
    found = propensity_weights({"sex": sex}, {"sex": records})
    for value in set(sex):
        here = np.asarray(sex) == value
        np.testing.assert_allclose(found.weight[here].sum(), records.count(value), rtol=1e-7)
    assert found.weight.min() > 1


@LAW
@given(
    st.lists(st.tuples(st.sampled_from("fm"), st.sampled_from("abc")), min_size=6, max_size=40),
    st.integers(2, 9),
    st.randoms(use_true_random=False),
)
def test_the_order_of_people_and_records_is_irrelevant(people, times, random):
    records = people * times
    mixed = records[:]
    random.shuffle(mixed)
    one, other = (
        propensity_weights(
            {"sex": [p[0] for p in people], "age": [p[1] for p in people]},
            {"sex": [p[0] for p in rows], "age": [p[1] for p in rows]},
        )
        for rows in (records, mixed)
    )
    np.testing.assert_allclose(one.weight, other.weight, rtol=1e-7)
    np.testing.assert_allclose(one.weight, times, rtol=1e-6)
