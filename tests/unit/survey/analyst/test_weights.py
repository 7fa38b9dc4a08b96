"""Weights are looked at before they are used: what the page says, hides, and lets one accept."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.score_runs import run_scores
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.operations.weighting import propose_weighting
from survey.queries.scores import Part, latest_run
from survey.queries.weighting import PLAIN, weighting_in_force
from survey.terms import Role
from survey.web.login import cookie_name
from tests.build import NOON, a_round, an_instrument
from tests.unit.survey.operations.test_score_runs import TREE
from tests.unit.survey.operations.test_weighting import COUNTS, PLACES, WANTED, store

PAGE = "/analyst/rounds/kin/weights"
TAG = re.compile(r"<[^>]+>")


def words(page) -> str:
    return " ".join(TAG.sub(" ", page.text).split())


@pytest.fixture
def browser(app, database):
    """An analyst at a browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    with database.writing() as connection:
        person = add_staff(connection, NewStaff("hoa", "Hoa", Role.ANALYST), "x")
        token = finish_log_in(connection, Attempt(person, "", "hoa", "analyst"), NOON)
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(cookie_name(), token)
    return browser


@pytest.fixture
def opened(database):
    """A round of four places, one of them alone in its stratum."""
    with database.writing() as connection:
        publish_instrument(connection, an_instrument())
        keep_tree(connection, an_instrument(), TREE)
        kin = a_round("kin", is_open_access=False, trees=(TREE.sha256,))
        open_round(connection, kin, list(PLACES.values()))
        propose_weighting(connection, "kin", replace(PLAIN, lonely_psu="average"))
    return database


@pytest.fixture
def scored(opened):
    """The same, its first batch scored with base weights."""
    store(opened, COUNTS)
    run_scores(opened, "kin")
    return opened


def propose(database, wanted=WANTED) -> None:
    with database.writing() as connection:
        propose_weighting(connection, "kin", wanted)


def test_plain_weights_are_shown_with_what_they_cost(browser, scored):  # noqa: ARG001 - a round
    said = words(browser.get(PAGE))
    assert "hiệu quả thiết kế của quyền số: 1,27" in said
    assert "Quyền số lớn nhất gấp 3,0 lần quyền số nhỏ nhất" in said
    assert "Chấp nhận" not in said
    assert "<svg" in browser.get(PAGE).text


def test_a_proposal_is_seen_then_accepted_then_used(browser, scored, clock):
    clock.moment += dt.timedelta(minutes=1)
    propose(scored)
    said = words(browser.get(PAGE))
    assert "đề nghị, đang chờ chấp nhận" in said
    assert "Phương án 1 63,5 % 48,0 % 48,0 %" in said
    assert "far 40 22 1,667" in said
    assert browser.post(PAGE, data={"number": "2"}).status_code == 303
    run_scores(scored, "kin")
    with scored.reading() as connection:
        assert weighting_in_force(connection, "kin").number == 2
        assert "calibration" in latest_run(connection, "kin", Part.SAMPLE).options
    assert "đang dùng" in words(browser.get(PAGE))


def test_another_proposal_than_the_one_looked_at_is_not_accepted(browser, scored):
    propose(scored)
    propose(scored)
    refused = browser.post(PAGE, data={"number": "2"})
    assert refused.status_code == 409
    assert "đề nghị khác mới hơn" in words(refused)


def test_what_does_not_fit_the_responses_cannot_be_accepted(browser, scored):
    propose(scored, replace(WANTED, margins={"s01": {"1|2": 0.3, "3|4|5": 0.7}}))
    assert "không dùng được với số phiếu đã nhận" in words(browser.get(PAGE))
    assert browser.post(PAGE, data={"number": "2"}).status_code == 409
    with scored.reading() as connection:
        assert weighting_in_force(connection, "kin").number == 1


def test_a_small_group_hides_its_variable_before_calibration(browser, opened):
    store(opened, COUNTS, lambda turn: "1" if turn == 0 else "2")
    run_scores(opened, "kin")
    propose(opened)
    said = words(browser.get(PAGE))
    assert "Phương án 1 có nhóm dưới 10 phiếu 48,0 % 48,0 %" in said
    assert "Phương án 2 có nhóm dưới 10 phiếu 52,0 % 52,0 %" in said


def test_few_people_without_an_answer_hide_nothing_of_the_others(browser, opened):
    store(opened, COUNTS, lambda turn: None if turn == 0 else "12"[turn % 2])
    run_scores(opened, "kin")
    propose(opened)
    said = words(browser.get(PAGE))
    assert "Không có câu trả lời (giữ nguyên tỷ trọng) dưới 10 phiếu – dưới 10 phiếu" in said
    assert re.search(r"Phương án 1 \d\d,\d % 48,0 % 48,0 %", said)


def test_before_the_first_run_there_is_nothing_to_look_at(browser, opened):  # noqa: ARG001 - a round
    assert "chưa có lần nào" in words(browser.get(PAGE))
