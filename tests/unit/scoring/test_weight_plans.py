"""Plan keys for weights: probabilities of selection and nonresponse classes, from files."""

import pytest

from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    codes_of,
    csv_text,
    design,
    plan,
    refused,
    row_of,
    scored,
)

# Of each stage, for the eight rows: 1 / (p1 p2) is 8, 8, 4, 4, 10, 10, 5, 5.
STAGES = [("0.25", "0.5")] * 2 + [("0.5", "0.5")] * 2 + [("0.2", "0.5")] * 2 + [("0.2", "1")] * 2
WEIGHTS = [8, 8, 4, 4, 10, 10, 5, 5]
DONE = ("1", "true", "1", "0", "1", "0", "1", "1")
COLUMNS = ("p1", "p2", "done", "side")


def drawn(**changed: tuple[str, ...]) -> str:
    cells = {
        "p1": tuple(one for one, _ in STAGES),
        "p2": tuple(two for _, two in STAGES),
        "done": DONE,
        "side": ("x", "x", "y", "x", "x", "x", "y", "y"),
    } | changed
    more = zip(*(cells[name] for name in COLUMNS), strict=True)
    rows = [(*row, *extra) for row, extra in zip(ROWS, more, strict=True)]
    return csv_text(rows, (*HEADER, *COLUMNS))


def by_stages(**changes) -> dict:
    whole = design(probabilities=["p1", "p2"], lonely_psu="adjust", **changes)
    return plan(design={key: value for key, value in whole.items() if key != "weight"})


def silent(classes, **changes) -> dict:
    return by_stages(response={"responded": "done", "classes": classes}, **changes)


def with_weights(weights) -> str:
    return csv_text([(*row[:2], str(w), *row[3:]) for row, w in zip(ROWS, weights, strict=True)])


def test_probabilities_of_selection_weigh_as_their_inverse(tmp_path):
    found = scored(tmp_path, plan_yaml=by_stages(), data_csv=drawn())
    same = plan(design=design(lonely_psu="adjust"))
    said = scored(tmp_path, plan_yaml=same, data_csv=with_weights(WEIGHTS))
    assert found["estimates"] == said["estimates"]


def test_one_stage_may_stand_as_text(tmp_path):
    one = by_stages()
    one["design"]["probabilities"] = "p1"
    found = scored(tmp_path, plan_yaml=one, data_csv=drawn())
    said = scored(
        tmp_path,
        plan_yaml=plan(design=design(lonely_psu="adjust")),
        data_csv=with_weights([4, 4, 2, 2, 5, 5, 5, 5]),
    )
    assert found["estimates"] == said["estimates"]


def test_respondents_carry_the_weight_of_the_silent_of_their_class(tmp_path):
    found = scored(tmp_path, plan_yaml=silent("stratum"), data_csv=drawn())
    # a: 24 over 20; b: 30 over 20; the silent rows, 4 and 6, weigh nothing
    weights = [9.6, 9.6, 4.8, 0, 15, 0, 7.5, 7.5]
    same = plan(design=design(lonely_psu="adjust"))
    said = scored(tmp_path, plan_yaml=same, data_csv=with_weights(weights))
    assert [row["n"] for row in found["estimates"]] == [row["n"] for row in said["estimates"]]
    for ours, theirs in zip(found["estimates"], said["estimates"], strict=True):
        assert ours["estimate"] == pytest.approx(theirs["estimate"], rel=1e-12)
        assert ours["se"] == pytest.approx(theirs["se"], rel=1e-12)
    mean = (9.6 * 5 + 9.6 * 3 + 4.8 * 4 + 15 * 1 + 7.5 * 5 + 7.5 * 4) / (9.6 * 2 + 4.8 + 30)
    assert row_of(found, "A")["estimate"] == pytest.approx(25 * (mean - 1))


def test_classes_cross(tmp_path):
    found = scored(tmp_path, plan_yaml=silent(["stratum", "side"]), data_csv=drawn())
    # a, x: 20 over 16; a, y: 1; b, x: 20 over 10; b, y: 1
    same = plan(design=design(lonely_psu="adjust"))
    said = scored(tmp_path, plan_yaml=same, data_csv=with_weights([10, 10, 4, 0, 20, 0, 5, 5]))
    for ours, theirs in zip(found["estimates"], said["estimates"], strict=True):
        assert ours["estimate"] == pytest.approx(theirs["estimate"], rel=1e-12)


def test_without_a_weight_everybody_drawn_weighs_one(tmp_path):
    equal = plan(
        design={
            "stratum": "stratum",
            "psu": "psu",
            "response": {"responded": "done", "classes": "stratum"},
            "trim": 5,
        }
    )
    row = row_of(scored(tmp_path, plan_yaml=equal, data_csv=drawn()), "A")
    mean = (4 / 3 * (5 + 3 + 4) + 4 / 3 * (1 + 5 + 4)) / 8
    assert row["estimate"] == pytest.approx(25 * (mean - 1))
    assert "trimmed" in codes_of(row)


BOTH = plan(design=design(probabilities=["p1"]))
CASES = {
    "both": (BOTH, {}, "probabilities: stands beside weight; give one of them"),
    "no column": (by_stages() | {"data": "data.csv"}, None, "no column 'p1'"),
    "too large": (by_stages(), {"p2": ("2",) * 8}, "stage 2, data row 1: 2 is no probability"),
    "blank": (by_stages(), {"p1": ("0.5", "", *("1",) * 6)}, "data row 2"),
    "no text": (by_stages(), {"p1": ("x",) * 8}, "data row 1, column p1: 'x' is not a number"),
    "twice": (
        plan(design={"probabilities": ["p1", "p1"]}),
        {},
        "probabilities: 'p1' stands there twice",
    ),
    "no classes": (
        plan(design=design(response={"responded": "done"})),
        {},
        "response: classes: is missing",
    ),
    "no responded": (
        plan(design=design(response={"classes": "side"})),
        {},
        "response: responded is missing",
    ),
    "response key": (
        plan(design=design(response={"respond": "done", "classes": "side"})),
        {},
        "response: unknown key 'respond', did you mean 'responded'",
    ),
    "word": (
        silent("side"),
        {"done": (*DONE[:7], "maybe")},
        "data row 8, column done: 'maybe' is neither 1 nor 0",
    ),
    "blank word": (silent("side"), {"done": (*DONE[:7], "")}, "data row 8: done is blank"),
    "blank class": (silent("side"), {"side": ("", *("x",) * 7)}, "data row 1: side is blank"),
    "silent class": (
        silent("side"),
        {"side": ("x", "x", "x", "y", "x", "y", "x", "x")},
        "nobody responded in class 'y'",
    ),
}


@pytest.mark.parametrize(("changed", "cells", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line(changed, cells, said, tmp_path, capsys):
    data = csv_text() if cells is None else drawn(**cells)
    assert said in refused(tmp_path, {"plan.yaml": changed, "data.csv": data}, capsys)
