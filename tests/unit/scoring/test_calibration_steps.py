"""Calibration: how its margins are read, when its steps end, and whom it calls negative."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    DataError,
    Design,
    IndexTree,
    PlanError,
    Sample,
    calibrate,
    totals_of,
)
from scoring.index.finest import cells_of as groups_in

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})


def cells_of(*columns: str, weight=None, **domains: list[str]):
    """Four people in two PSUs."""
    sample = Sample.from_columns(
        Design.from_labels(psu=list("1122")),
        weight=weight,
        items={"a": np.asarray([0.0, 1, 2, 3])},
        domains={"sex": list("ffmm")} | domains,
    )
    return totals_of(sample, TREE, cells=columns)


@pytest.mark.parametrize(
    ("margin", "reached"),
    [
        ({"f": 1.0, "m": 2.0}, [1.0, 2.0]),
        ({"f": 1.5, "m": 0.5}, [1.5, 0.5]),
        ({"f": 0.25, "m": 0.75}, [1.0, 3.0]),
    ],
)
def test_numbers_above_one_are_counts_however_small(margin, reached):
    found = calibrate(cells_of("sex"), Calibration("raking", {"sex": margin}))
    np.testing.assert_allclose(found.reached, reached)


@pytest.mark.parametrize("kind", ["raking", "linear", "logit"])
def test_newtons_steps_end_when_the_margins_are_met(kind):
    margins = {"sex": {"f": 0.45, "m": 0.55}, "age": {"1": 0.6, "2": 0.4}}
    bounds = (0.2, 3.0) if kind == "logit" else None
    totals = cells_of("sex", "age", age=["1", "2", "1", "2"])
    found = calibrate(totals, Calibration(kind, margins, bounds=bounds))
    assert found.has_converged
    assert found.iterations <= 8


def test_a_factor_of_nobody_is_no_negative_weight():
    totals = cells_of("sex", "size", weight=[1.0, 1, 1, 0], size=["1", "2", "3", "-900"])
    margins = Calibration("linear", {"sex": {"f": 2, "m": 1}}, totals={"size": 6.5})
    found = calibrate(totals, margins)
    assert found.factor.min() < 0
    assert not found.negative.any()


def test_fourteen_answers_are_too_few_unless_a_tree_says_otherwise():
    assert IndexTree.from_mapping({"index": "t", "tree": LEAF}).min_n == 15


def test_a_word_that_no_index_knows_is_refused():
    with pytest.raises(PlanError, match="minimum"):
        IndexTree.from_mapping({"index": "t", "tree": LEAF, "minimum": 3})


def test_as_many_cells_as_are_allowed_are_not_too_many():
    people = Sample.from_columns(
        Design.from_labels(psu=list("12")), items={}, domains={"sex": list("fm")}
    )
    assert len(groups_in(people, ["sex"], most=2).domains) == 2
    with pytest.raises(DataError, match="2 calibration cells, more than 1"):
        groups_in(people, ["sex"], most=1)
