"""Leaves by hand: from the range of their answers or figures to their scale, and what is alone."""

import numpy as np
import pytest

from scoring import (
    Design,
    Figure,
    Given,
    IndexTree,
    Jackknife,
    Options,
    Sample,
    score_sample,
    score_totals,
    totals_of_nothing,
)
from scoring.estimates.leaves import interval_ends
from scoring.index.rescale import outside_unit

TWO = {"code": "two", "item": "a", "values": {"1": 3, "2": 7}, "range": [1, 9], "scale": [2, 6]}
SHARE = {"code": "share", "item": "a", "share": ["1"], "scale": [2, 6]}
THREE = {"code": "three", "item": "a", "values": {"1": 1, "2": 5, "3": 9}, "scale": [2, 6]}
GIVEN = {"code": "given", "given": "g", "range": [1, 5], "scale": [2, 8]}
NONE = np.nan


def tree_of(*leaves: dict, **rest: object) -> IndexTree:
    root = {"code": "r", "combine": "sum", "children": list(leaves)}
    return IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": root, **rest})


def test_the_scores_of_two_answers_are_the_ends_of_a_proportion():
    tree = tree_of(TWO, SHARE, THREE)
    low, high, is_share = (column[:, 0].tolist() for column in interval_ends(tree))
    at = [tree.position[code] for code in ("two", "share", "three")]
    # 3 and 7 lie a quarter and three quarters of the way from 1 to 9
    assert [low[place] for place in at] == [3, 2, 2]
    assert [high[place] for place in at] == [5, 6, 6]
    assert [is_share[place] for place in at] == [True, True, False]


def test_a_figure_moves_from_its_range_to_its_scale_with_its_error():
    figures = Given.of([("g", (), Figure(2.0, 0.2))])
    result = score_totals(totals_of_nothing([()], ()), tree_of(GIVEN), Options(given=figures))
    row = result.get("given")
    assert (row.estimate, row.se) == (pytest.approx(2 + 6 * 1 / 4), pytest.approx(0.2 * 6 / 4))


def test_answers_of_a_leaf_move_from_its_range_to_its_scale():
    sample = Sample.from_columns(Design.from_labels(psu=range(4)), items={"a": [1, 1, 1, 2]})
    row = score_sample(sample, tree_of(TWO), Options()).get("two")
    assert row.estimate == pytest.approx((3 + 3 + 3 + 5) / 4)
    assert row.se**2 == pytest.approx(4 / 3 * (3 * (0.5 / 4) ** 2 + (1.5 / 4) ** 2))
    assert row.low >= 3
    assert row.high <= 5


RANGE = {"code": "plain", "item": "a", "range": [1, 5], "scale": [1, 5]}


@pytest.mark.parametrize(
    "column",
    [
        np.asarray([1.0, 2.0, 98.0, NONE]),
        ["1.0", "2.0", "98.0", ""],
        ["1", "2", "98", ""],
        ["1.0", "2", "98", " "],
    ],
    ids=["numbers", "texts of floats", "texts of integers", "both"],
)
def test_whole_numbers_are_the_same_codes_however_a_tool_wrote_them(column):
    tree = tree_of(RANGE, TWO, SHARE, missing_codes=["98"])
    sample = Sample.from_columns(Design.from_labels(psu=range(4)), items={"a": column})
    result = score_sample(sample, tree, Options())
    rows = {code: result.get(code) for code in ("plain", "two", "share")}
    assert {row.n for row in rows.values()} == {2}
    assert [rows[code].estimate for code in rows] == pytest.approx([1.5, 4, 4])
    assert not any(note.code == "out-of-range" for row in rows.values() for note in row.notes)


def test_a_code_that_is_written_with_a_point_stays_itself():
    tree = tree_of({**SHARE, "share": ["1.0"]}, missing_codes=["98.0"])
    column = ["1.0", "1", "98.0", "98"]
    sample = Sample.from_columns(Design.from_labels(psu=range(4)), items={"a": column})
    row = score_sample(sample, tree, Options()).get("share")
    assert (row.n, row.estimate) == (3, pytest.approx(2 + 4 / 3))


def sample_of(a: list[float], psu: str, ssu: str) -> Sample:
    return Sample.from_columns(
        Design.from_labels(psu=list(psu), ssu=list(ssu)), items={"a": np.asarray(a)}
    )


LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}


@pytest.mark.parametrize(
    ("answers", "df"), [([0, 1, 2, NONE], 2), ([0, 1, NONE, NONE], 1), ([0, NONE, NONE, 3], 1)]
)
def test_the_villages_that_answered_in_the_one_psu_carry_the_df(answers, df):
    row = score_sample(sample_of(answers, "1112", "vwxy"), tree_of(LEAF), Options()).get("a")
    assert row.df == df


@pytest.mark.parametrize(("n", "shown"), [(3, True), (4, False)])
def test_a_leaf_is_shown_from_its_least_number_of_answers_on(n, shown):
    sample = sample_of([0, 1, 2, NONE], "1234", "vwxy")
    row = score_sample(sample, tree_of(LEAF, min_n=n), Options()).get("a")
    assert (row.estimate is not None, row.n) == (shown, 3)


def test_the_answers_of_one_village_of_one_psu_have_no_error():
    row = score_sample(sample_of([0, 2, NONE], "112", "vvw"), tree_of(LEAF), Options()).get("a")
    assert (row.estimate, row.se) == (1.0, None)
    assert [note.code for note in row.notes] == ["too-few-psus"]


def test_the_worst_and_the_best_answer_are_within_the_range():
    score = np.asarray([-0.1, 0.0, 0.5, 1.0, 1.1, 1.5, NONE])
    assert outside_unit(score).tolist() == [True, False, False, False, True, True, False]


@pytest.mark.parametrize(
    "options",
    [Options(lonely_psu="certainty"), Options(lonely_psu="certainty", variance=Jackknife())],
    ids=["taylor", "jackknife"],
)
def test_a_leaf_of_one_psu_asks_neither_its_stratum_nor_replicates(options):
    sample = Sample.from_columns(
        Design.from_labels(stratum=list("aabb"), psu=list("1233"), ssu=list("vwxy")),
        items={"a": np.asarray([NONE, NONE, 1, 3])},
    )
    row = score_sample(sample, tree_of(LEAF), options).get("a")
    assert row.se**2 == pytest.approx(2 * (0.5**2 + 0.5**2))


def test_a_replicate_without_the_one_psu_of_a_leaf_takes_nothing_from_its_error():
    sample = Sample.from_columns(
        Design.from_labels(psu=list("1233"), ssu=list("vwxy")),
        items={"a": np.asarray([NONE, NONE, 1, 3])},
    )
    row = score_sample(sample, tree_of(LEAF), Options(variance=Jackknife())).get("a")
    assert row.se**2 == pytest.approx(2 * (0.5**2 + 0.5**2))
