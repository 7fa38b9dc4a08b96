"""Calibration: how its margins are read, when its steps end, and whom it calls negative."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import (
    Calibration,
    DataError,
    Design,
    IndexTree,
    MarginError,
    Options,
    PlanError,
    Sample,
    WeightError,
    base_weights,
    calibrate,
    score_sample,
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


EDGE = Calibration("linear", {"sex": {"f": 2, "m": 2}}, {"size": 8.6}, bounds=(0, 3))
"""Whom the size 10 describes is left no weight at all."""
SIZES = ["1", "2", "3", "10"]


def test_a_weight_of_nothing_is_counted_among_the_negative():
    totals = cells_of("sex", "size", size=SIZES)
    found = calibrate(totals, EDGE)
    assert dict(zip(totals.cells.labels, found.negative.tolist(), strict=True)) == {
        ("f", "1"): False, ("f", "2"): False, ("m", "10"): True, ("m", "3"): False
    }  # fmt: skip


@pytest.mark.parametrize(("last", "is_refused"), [(3.0, True), (np.nan, False)])
def test_one_answer_without_weight_is_refused_and_a_missing_one_is_not(last, is_refused):
    sample = Sample.from_columns(
        Design.from_labels(psu=list("1122")),
        items={"a": np.asarray([0.0, 1, 2, last])},
        domains={"sex": list("ffmm"), "size": SIZES},
    )
    options = Options([["size"]], calibration=EDGE, min_n=1)
    if is_refused:
        with pytest.raises(WeightError, match=r"leaf 'a' in \{'size': '10'\} add up to 0;"):
            score_sample(sample, TREE, options)
    else:
        assert score_sample(sample, TREE, options).get("a", {"size": "10"}).estimate is None


def test_the_gap_of_a_total_of_nothing_is_what_is_there():
    found = calibrate(
        cells_of("size", size=["-1", "1", "2", "-3"]), Calibration("linear", {}, {"size": 0})
    )
    assert found.gap == pytest.approx(0, abs=1e-12)
    assert replace(found, factor=np.ones(len(found.factor))).gap == 1


@pytest.mark.parametrize("unit", [1.0, 1e-13, 1e13])
def test_a_numeric_total_is_met_in_any_unit_and_below_zero(unit):
    sizes = [f"{unit * size:g}" for size in (-1, -2, -3, -5)]
    margins = Calibration("linear", {"sex": {"f": 2, "m": 2}}, {"size": -10 * unit})
    found = calibrate(cells_of("sex", "size", size=sizes), margins)
    np.testing.assert_allclose(found.reached, [2, 2, -10 * unit])


def test_small_base_weights_are_post_stratified_in_one_step():
    weight = [0.25, 0.25, 0.5, 0.25]
    found = calibrate(
        cells_of("sex", weight=weight), Calibration("poststratify", {"sex": {"f": 2, "m": 1.5}})
    )
    assert found.factor.tolist() == [4, 2]
    assert found.iterations == 1


def test_shares_are_brought_to_one_so_that_the_total_is_kept():
    margins = Calibration("raking", {"sex": {"f": 0.5, "m": 0.5000005}})
    assert calibrate(cells_of("sex"), margins).reached.sum() == pytest.approx(4, abs=1e-12)


def test_a_single_value_may_be_all_there_is():
    found = calibrate(
        cells_of("here", here=["x"] * 4), Calibration("raking", {"here": {"x": 1.0}})
    )
    assert found.reached.tolist() == [4]


def test_large_counts_may_differ_by_their_rounding():
    margins = {"sex": {"f": 1e6, "m": 1e6}, "age": {"1": 1e6, "2": 1e6 + 1}}
    found = calibrate(
        cells_of("sex", "age", age=["1", "2", "1", "2"]), Calibration("raking", margins)
    )
    np.testing.assert_allclose(found.reached, [1e6, 1e6, 1e6, 1e6 + 1], rtol=1e-6)


def test_one_text_among_numbers_is_named():
    totals = cells_of("size", size=["1", "2", "many", "3"])
    with pytest.raises(DataError, match="column size: 'many' is not a number"):
        calibrate(totals, Calibration("linear", {}, {"size": 6}))


@pytest.mark.parametrize("bounds", [(1.0, 3.0), (0.5, 1.0), (-0.1, 3.0), (0.5, np.inf)])
def test_bounds_lie_around_one(bounds):
    with pytest.raises(PlanError, match="expected 0 <= low < 1 < high"):
        Calibration("linear", {"sex": {"f": 2, "m": 2}}, bounds=bounds)


def test_a_margin_of_nobody_is_refused_and_so_is_one_without_weight():
    with pytest.raises(MarginError, match="sex=m: expected a number above 0, got 0"):
        Calibration("raking", {"sex": {"f": 2, "m": 0}})
    everybody = Calibration("raking", {"sex": {"f": 2, "m": 2}})
    with pytest.raises(MarginError, match="value 'm' has no respondents"):
        calibrate(cells_of("sex", weight=[1.0, 1, 0, 0]), everybody)


def test_one_bad_probability_among_good_ones_is_named():
    with pytest.raises(WeightError, match=r"stage 1, data row 2: 1\.5 is no probability"):
        base_weights([0.5, 1.5, 0.25])
