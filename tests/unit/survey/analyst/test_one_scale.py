"""One axis carries one scale: a sum and its parts are never drawn or compared side by side."""

import pytest

from survey.analyst.figures import CUT, bounds_of, figures, on_one_scale, shown_interval

LEAVES = [
    {"code": "1.1", "item": "a", "range": [0, 1]},
    {"code": "1.2", "item": "b", "range": [0, 1]},
]


def _run(node) -> dict:
    codes = [node["code"], *(child["code"] for child in node.get("children", []))]
    return {
        "estimates": [{"node": code, "n": 20, "deff": None, "notes": []} for code in codes],
        "presented": [
            {"node": code, "value": 1.0, "low": 0.5, "high": 1.5, "grade": None} for code in codes
        ],
    }


def test_bounds_follow_from_the_children() -> None:
    mean = {"code": "1", "combine": "mean", "factor": 0.25, "children": LEAVES}
    total = {"code": "t", "combine": "sum", "children": [mean, {**mean, "node_weight": 2}]}
    assert bounds_of(mean, (1, 10)) == (0.25, 2.5)
    assert bounds_of(total, (1, 10)) == (0.75, 7.5)
    assert bounds_of({"code": "c", "constant": 0}, (1, 10)) == (0, 0)


def test_a_sum_is_not_drawn_beside_its_parts() -> None:
    total = {"code": "t", "combine": "sum", "children": LEAVES}
    drawn = on_one_scale(figures(total, _run(total), (1, 10)))
    assert [row.code for row in drawn] == ["1.1", "1.2"]


def test_a_mean_is_drawn_beside_its_parts() -> None:
    mean = {"code": "t", "combine": "mean", "children": LEAVES}
    drawn = on_one_scale(figures(mean, _run(mean), (0, 100)))
    assert [row.code for row in drawn] == ["t", "1.1", "1.2"]


def test_a_factor_of_033_is_still_the_same_axis_as_a_third() -> None:
    parts = [
        {"code": code, "combine": "mean", "factor": factor, "children": LEAVES}
        for code, factor in (("3", 0.33), ("7", 1 / 3), ("1", 0.25))
    ]
    total = {"code": "t", "combine": "sum", "children": parts}
    drawn = on_one_scale([row for row in figures(total, _full(total), (1, 10)) if row.depth < 2])
    assert [row.code for row in drawn] == ["3", "7"]


def _full(total) -> dict:
    flat = {"code": "t", "children": [*total["children"], *LEAVES]}
    return _run(flat)


@pytest.mark.parametrize(
    ("ends", "shown", "codes"),
    [((-2.0, 13.0), (1.0, 10.0), ["cut"]), ((2.0, 9.0), (2.0, 9.0), [])],
)
def test_no_interval_is_shown_beyond_its_scale(ends, shown, codes) -> None:
    leaf = {"code": "1", "item": "a", "range": [1, 5]}
    row = {"node": "1", "value": 5.0, "low": ends[0], "high": ends[1], "grade": None}
    run = {**_run(leaf), "presented": [row]}
    [figure] = figures(leaf, run, (1, 10))
    assert (figure.low, figure.high) == shown
    assert [note["code"] for note in figure.notes] == codes


def test_an_interval_holds_its_estimate_where_answers_left_their_range() -> None:
    assert shown_interval(10.5, 9.0, 12.0, (1, 10)) == (9.0, 10.5, (CUT,))
