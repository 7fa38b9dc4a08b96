"""The preview: what moves it, what it hides, what it says beside its numbers."""

import pytest
from sqlalchemy import func, select

from survey.errors import StateError
from survey.models import ScoreRun
from survey.operations.rounds import keep_tree, open_round
from survey.operations.score_runs import run_scores
from survey.queries.scores import Part, latest_run
from tests.build import a_round, an_instrument
from tests.unit.survey.analyst.conftest import OUTSIDE, SAMPLED, a_tree

PAGE = "/analyst/rounds/mau/nho"
WARNING = "Ước lượng nội bộ, không phải kết quả chính thức"


def n_runs(database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(ScoreRun))


def newest(database, part=Part.SAMPLE, tree="nho"):
    with database.reading() as connection:
        return latest_run(connection, "mau", part, a_tree(tree).sha256)


def test_nothing_is_computed_before_ten_responses(fieldwork, database, log_in):
    fieldwork.answer_everywhere(2)
    page = log_in("analyst").get(PAGE).text
    assert "đã nhận 8, cần ít nhất 10" in page
    assert n_runs(database) == 0


def test_estimates_move_only_in_batches_of_ten(fieldwork, database):
    fieldwork.answer_everywhere(5)
    run_scores(database, "mau")
    first = newest(database)
    fieldwork.answer(SAMPLED[0], 9)
    run_scores(database, "mau")
    assert newest(database) == first
    fieldwork.answer(SAMPLED[1], 1)
    run_scores(database, "mau")
    assert newest(database).responses_count == first.responses_count + 10


def test_all_trees_of_a_round_speak_of_the_same_responses(fieldwork, database):
    fieldwork.answer_everywhere(5)
    run_scores(database, "mau")
    assert (
        newest(database, tree="nho").answers_sha256 == newest(database, tree="doi").answers_sha256
    )
    assert n_runs(database) == 2


def test_a_run_keeps_all_that_it_was_made_of(fieldwork, database):
    fieldwork.answer_everywhere(5)
    run_scores(database, "mau")
    run = newest(database)
    assert run.responses_count == 20
    assert run.engine.startswith("scoring ")
    assert {len(run.answers_sha256), len(run.frame_sha256), len(run.instrument_sha256)} == {64}
    assert run.options["lonely_psu"] == "refuse"


def test_a_flagged_response_waits_outside(fieldwork, database):
    fieldwork.answer_everywhere(5)
    fieldwork.answer(SAMPLED[0], 10, answered_hour="2026-10-01T12:00+07:00")
    run_scores(database, "mau")
    assert newest(database).responses_count == 20


def test_a_small_cell_is_hidden_whatever_the_tree_asks(fieldwork, database, log_in):
    for place in SAMPLED:
        fieldwork.answer(place, 2)
        fieldwork.answer(place, 1, missing={"sex": "dk"})
    page = log_in("analyst").get(PAGE).text
    assert "chưa đủ phiếu" in page
    assert "dưới 10" in page
    known = {row["node"]: row["estimate"] for row in newest(database).results["estimates"]}
    assert known["A"] is not None
    assert known["B"] is None
    assert known["total"] is None


def test_a_stratum_with_one_village_is_named(fieldwork, database, log_in):
    fieldwork.answer_everywhere(5)
    fieldwork.leave_out("02.b")
    with pytest.raises(StateError) as doubt:
        run_scores(database, "mau")
    assert doubt.value.where == "02"
    assert "Tầng 02" in log_in("analyst").get(PAGE).text


def test_the_page_warns_and_says_when_and_from_what(fieldwork, database, log_in):
    fieldwork.answer_everywhere(5)
    page = log_in("analyst").get(PAGE).text
    run = newest(database)
    for words in (WARNING, "dữ liệu mô phỏng", run.short_code, run.id, "12:30 21/11/2026"):
        assert words in page
    assert "<svg" in page
    assert "khoảng tin cậy 95 %" in page


def test_the_page_speaks_english_too(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    page = log_in("analyst").get(f"{PAGE}?lang=en").text
    assert "Internal estimate, not an official result" in page
    assert "Overall index" in page
    assert "Ước lượng" not in page


def test_responses_without_a_place_stand_apart(fieldwork, database, log_in):
    fieldwork.answer_everywhere(5)
    fieldwork.answer(OUTSIDE, 10)
    page = log_in("analyst").get(PAGE).text
    assert "Phiếu không thuộc mẫu" in page
    assert "Chỉ báo tham khảo" in page
    assert newest(database).responses_count == 20
    assert newest(database, Part.INDICATIVE).responses_count == 10


def test_an_open_round_shows_no_interval_and_says_why(fieldwork, database, log_in):
    fieldwork.answer(None, 12)
    page = log_in("analyst").get("/analyst/rounds/mo/nho").text
    assert "Chỉ báo tham khảo" in page
    assert "<svg" not in page
    with database.reading() as connection:
        run = latest_run(connection, "mo", Part.INDICATIVE)
    for row in run.results["estimates"]:
        assert row["estimate"] is not None
        assert {row[name] for name in ("se", "low", "high", "df", "deff")} == {None}


def test_no_page_shows_an_answer(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    browser = log_in("analyst")
    for path in ("/analyst/", "/analyst/rounds/mau", PAGE, f"{PAGE}?node=A"):
        assert "CANARY" not in browser.get(path).text


def test_the_address_chooses_node_and_depth(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    browser = log_in("analyst")
    assert ">Nữ<" not in browser.get(f"{PAGE}?node=A").text
    assert ">Nữ<" in browser.get(f"{PAGE}?level=1").text


def test_counts_are_live_while_estimates_wait(fieldwork, log_in):
    fieldwork.answer_everywhere(5)
    browser = log_in("analyst")
    before = browser.get("/analyst/rounds/mau/counts.json").get_json()
    fieldwork.answer(SAMPLED[0])
    after = browser.get("/analyst/rounds/mau/counts.json").get_json()
    assert (before["received_count"], after["received_count"]) == ("20", "21")
    assert (before["place 01.a"], after["place 01.a"]) == ("5", "6")


def test_a_graded_tree_says_its_grade(fieldwork, database, log_in):
    grades = [{"from": 0, "title": {"vi": "Khá", "en": "Fair"}}]
    tree = a_tree("xep_loai")
    tree.mapping["tree"]["present"] = {"decimals": 0, "grades": grades}
    with database.writing() as connection:
        keep_tree(connection, an_instrument(), tree)
        open_round(connection, a_round("hang", trees=(tree.sha256,)))
    fieldwork.answer(None, 12, round="hang")
    browser = log_in("analyst")
    assert "Xếp loại theo ước lượng: Khá." in browser.get("/analyst/rounds/hang/xep_loai").text


def test_villages_that_have_not_answered_are_named_beside_the_estimate(fieldwork, log_in):
    for place in SAMPLED[:2]:
        fieldwork.answer(place, 6)
    browser = log_in("analyst")
    assert "Chưa có phiếu từ 2 trong 4 địa bàn" in browser.get(PAGE).text
    for place in SAMPLED[2:]:
        fieldwork.answer(place, 6)
    assert "Chưa có phiếu từ" not in browser.get(PAGE).text


def test_a_tree_that_makes_no_sense_is_said_not_thrown(fieldwork, database, log_in):
    tree = a_tree("sai")
    tree.mapping["tree"]["children"][0]["scale"] = [0, 1]
    with database.writing() as connection:
        keep_tree(connection, an_instrument(), tree)
        open_round(connection, a_round("hong", trees=(tree.sha256,)))
    fieldwork.answer(None, 12, round="hong")
    page = log_in("analyst").get("/analyst/rounds/hong/sai")
    assert page.status_code == 200
    assert "Bộ tính điểm không nhận dữ liệu này" in page.text
