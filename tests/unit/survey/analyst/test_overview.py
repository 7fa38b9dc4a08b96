"""The overview, the arithmetic of a node, and the quality of fieldwork at a glance."""

import pytest

from survey.analyst.arithmetic import arithmetic
from survey.analyst.figures import figures
from survey.operations.quality import place_quality
from survey.operations.score_runs import run_scores
from tests.unit.survey.analyst.conftest import SAMPLED

LEAF = {"code": "A", "item": "a", "range": [1, 5]}


def a_row(node: str, estimate: float | None, n: int = 40, se: float = 0.5) -> dict:
    return {"node": node, "estimate": estimate, "n": n, "se": se}


def test_contributions_add_up_to_the_node():
    node = {
        "code": "total", "combine": "mean", "factor": 0.25,
        "children": [LEAF, {"code": "B", "item": "b", "share": ["1"], "node_weight": 3}],
    }  # fmt: skip
    made = arithmetic(
        node, [a_row("total", 11.25), a_row("A", 60.0), a_row("B", 40.0)], (0, 100), 50
    )
    assert [part.contribution for part in made.parts] == [pytest.approx(3.75), pytest.approx(7.5)]
    assert sum(part.contribution for part in made.parts) == pytest.approx(made.total)
    assert made.parts[0].mean == pytest.approx(3.4)  # 60 of 100 on 1..5
    assert made.parts[1].range == (0, 1)
    assert made.parts[0].answered_share == pytest.approx(0.8)


def test_a_child_without_a_value_gives_its_weight_to_the_others():
    node = {"code": "total", "combine": "mean", "children": [LEAF, {**LEAF, "code": "B"}]}
    made = arithmetic(
        node, [a_row("total", 60.0), a_row("A", 60.0), a_row("B", None, 3)], (0, 100), 50
    )
    assert made.is_missing
    assert [part.weight for part in made.parts] == [1.0, None]
    assert made.parts[1].n is None  # three people are not told


def test_a_leaf_is_its_own_only_part_and_a_product_has_no_contributions():
    made = arithmetic(LEAF, [a_row("A", 60.0)], (0, 100), 50)
    assert (made.combine, len(made.parts)) == ("leaf", 1)
    node = {"code": "total", "combine": "geometric_mean", "children": [LEAF]}
    product = arithmetic(node, [a_row("total", 60.0), a_row("A", 60.0)], (0, 100), 50)
    assert product.parts[0].contribution is None


def test_a_given_child_has_no_mean_of_answers():
    node = {"code": "total", "combine": "sum", "children": [{"code": "G", "given": "g"}]}
    row = {**a_row("G", 2.0), "n": None}
    made = arithmetic(node, [a_row("total", 2.0), row], (0, 100), 50)
    assert (made.parts[0].mean, made.parts[0].n, made.parts[0].contribution) == (None, None, 2.0)


def test_the_overview_has_a_line_for_each_index_and_none_for_supervisors(
    fieldwork, database, log_in
):
    fieldwork.answer_everywhere(5)
    fieldwork.answer(None, 12)
    for code in ("mau", "mo"):
        run_scores(database, code)
    page = log_in("analyst").get("/analyst/").text
    assert page.count("/analyst/rounds/mau/nho") == 1
    assert "Chỉ báo tham khảo: không đến từ một mẫu có thiết kế" in page
    assert "/analyst/rounds/mau/nho" not in log_in("supervisor").get("/analyst/").text


def test_a_node_shows_its_arithmetic(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    page = log_in("analyst").get("/analyst/rounds/mau/nho").text
    assert "Số này được tính ra thế nào" in page
    assert "1–5 → 0–100" in page
    assert "× 0,500" in page


def test_quality_tells_of_single_interviews_only_where_ten_came(fieldwork, database, log_in):
    fieldwork.answer(SAMPLED[0], 9, missing={"hours": "dk"})
    fieldwork.answer(SAMPLED[1], 10, missing={"hours": "dk"}, seconds=600)
    fieldwork.answer(SAMPLED[1], 1, state="abandoned")
    fieldwork.answer(SAMPLED[2], 1, answered_hour="2026-12-05T12:00+07:00")
    page = log_in("supervisor").get("/analyst/rounds/mau/quality").text
    few, ten, waiting, silent = place_quality(database, "mau")
    assert (few.received_count, few.dont_know_share, few.median_seconds) == (9, None, None)
    assert (ten.received_count, ten.abandoned_count, ten.median_seconds) == (11, 1, 600)
    assert 0.05 < ten.dont_know_share < 0.2
    assert (waiting.received_count, waiting.waiting_count) == (0, 1)
    assert silent.received_count == 0
    assert "Đã có phiếu từ" in page
    assert "CANARY-7f3a" not in page


def test_a_round_without_a_sample_has_no_places_to_look_at(fieldwork, log_in):
    fieldwork.answer(None, 1)
    assert "không có mẫu địa bàn" in log_in("analyst").get("/analyst/rounds/mo/quality").text


def test_a_missing_part_is_told_at_every_node_above_it():
    inner = {"code": "D", "combine": "mean", "children": [LEAF]}
    root = {"code": "total", "combine": "mean", "children": [inner]}
    notes = {"total": [], "D": [{"code": "missing-child", "fact": ""}], "A": []}
    results = {
        "estimates": [
            {"node": code, "n": 40, "deff": None, "notes": notes[code]} for code in notes
        ],
        "presented": [
            {"node": code, "value": 1.0, "low": None, "high": None, "grade": None}
            for code in notes
        ],
    }
    told = {row.code: [note["code"] for note in row.notes] for row in figures(root, results)}
    assert told == {"total": ["missing-below"], "D": ["missing-child"], "A": []}


def test_how_often_a_person_helped_is_told_once_ten_were_and_ten_were_not(fieldwork, log_in):
    page = "/analyst/rounds/mau/quality"
    fieldwork.answer(SAMPLED[0], 30)
    fieldwork.answer(SAMPLED[1], 9, assisted=True)
    assert "không nêu tỷ lệ" in log_in("analyst").get(page).text
    fieldwork.answer(SAMPLED[1], 11, assisted=True)
    assert "trong 40,0" in log_in("supervisor").get(page).text
