"""The long form without JavaScript: what it shows, takes, and says when something is wrong."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from survey.models import Response
from tests.build import a_round, answers, with_rounds

FIELDS = {
    "sex-answer": "2",
    "place-answer": "00001",
    "s01-answer": "4",
    "age-answer": "47",
    "hours-answer": "1,5",
    "channels-answer": ["zalo", "tv"],
    "seen_on-day": "20",
    "seen_on-month": "11",
    "seen_on-year": "2026",
    "note-answer": "Cán bộ nhiệt tình",
    "agreed": "yes",
    "send": "1",
}


@pytest.fixture
def browser(app):
    """A browser that keeps cookies."""
    return app.test_client()


@pytest.fixture
def page(browser, database):
    """The form of the open round, as the browser got it."""
    with_rounds(database)
    return browser.get("/r/mo").text


def hidden_of(page: str) -> dict[str, str]:
    found = re.findall(r'<input id="[a-z_]+" name="([a-z_]+)" type="hidden" value="([^"]*)"', page)
    return dict(found)


def fill_in(browser, page: str, **changes):
    fields = {**hidden_of(page), **FIELDS, **{k.replace("__", "-"): v for k, v in changes.items()}}
    return browser.post("/r/mo", data={k: v for k, v in fields.items() if v is not None})


def stored(database) -> list:
    with database.reading() as connection:
        return list(connection.execute(select(Response.__table__)))


def faults_in(text: str) -> list[str]:
    return re.findall(r'<a href="#q-([a-z0-9_]+)">', text)


def test_a_filled_form_is_one_durable_response_with_a_receipt(browser, page, database):
    reply = fill_in(browser, page)
    assert reply.status_code == 200
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", reply.text)
    (row,) = stored(database)
    document = json.loads(row.body)
    assert row.id == hidden_of(page)["interview"]
    assert document["answers"] == answers()
    assert document["missing"] == {}
    assert document["answered_hour"] == "2026-11-21T12:00+07:00"
    assert (document["seconds"], document["assisted"], document["state"]) == (0, False, "complete")
    assert (document["consent"], document["language"]) == ("1", "vi")


def test_the_same_form_sent_twice_gives_the_same_receipt(browser, page, database, clock):
    first = fill_in(browser, page)
    clock.moment = clock.moment.replace(hour=14)
    second = fill_in(browser, page)
    code = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
    assert code.search(first.text)[0] == code.search(second.text)[0]
    assert len(stored(database)) == 1


def test_the_same_form_changed_after_it_was_received_leaves_the_first(browser, page, database):
    fill_in(browser, page)
    reply = fill_in(browser, page, s01__answer="1", why__answer="slow")
    assert reply.status_code == 409
    assert "đã được nhận" in reply.text
    assert len(stored(database)) == 1


def test_what_the_logic_skips_may_stay_empty_and_what_it_reaches_may_not(browser, page, database):
    reply = fill_in(browser, page, s01__answer="2", age__answer="")
    assert reply.status_code == 422
    assert faults_in(reply.text) == ["why", "age"]
    assert stored(database) == []


def test_a_form_with_faults_comes_back_with_everything_that_was_filled_in(browser, page):
    reply = fill_in(browser, page, age__answer="12")
    assert 'name="age-answer" type="text" value="12"' in reply.text
    assert '<input type="radio" value="4" checked name="s01-answer">' in reply.text
    assert hidden_of(reply.text)["interview"] == hidden_of(page)["interview"]
    assert "Cán bộ nhiệt tình" in reply.text


def test_an_answer_that_the_logic_skips_is_taken_out_and_said(browser, page, database):
    reply = fill_in(browser, page, why__answer="slow")
    assert reply.status_code == 422
    assert faults_in(reply.text) == ["why"]
    assert "Đã bỏ câu trả lời" in reply.text
    assert fill_in(browser, reply.text).status_code == 200
    assert len(stored(database)) == 1


def test_ways_out_and_blanks_are_kept_as_what_they_are(browser, page, database):
    fill_in(
        browser, page, s01__answer="dk", age__answer="", age__missing="refused",
        channels__answer=["refused"], note__answer="",
    )  # fmt: skip
    document = json.loads(stored(database)[0].body)
    assert document["missing"] == {"s01": "dk", "age": "refused", "channels": "refused"}
    assert document["answers"]["note"] == ""


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"age__answer": "bốn bảy"}, "số tròn"),
        ({"hours__answer": "1.500"}, "dấu chấm"),
        ({"seen_on__day": "31", "seen_on__month": "2"}, "có thật"),
        ({"age__missing": "dk"}, "chỉ giữ lại một"),
        ({"age__answer": "12"}, "khoảng cho phép"),
        ({"note__answer": "x" * 4001}, "quá dài"),
        ({"place__answer": "99999"}, "Không đọc được"),
    ],
)
def test_each_fault_is_said_in_words(browser, page, database, changes, fault):
    reply = fill_in(browser, page, **changes)
    line = re.search(r'<p class="fault"[^>]*role="alert">(.*?)</p>', reply.text)
    assert reply.status_code == 422
    assert fault in unescape(line[1])
    assert stored(database) == []


def test_nothing_is_stored_without_consent(browser, page, database):
    reply = fill_in(browser, page, agreed=None)
    assert reply.status_code == 422
    assert faults_in(reply.text) == ["consent"]
    declined = fill_in(browser, page, agreed="no")
    assert "không tham gia" in declined.text
    assert stored(database) == []


def test_switching_the_language_keeps_the_answers_and_sends_nothing(browser, page, database):
    reply = fill_in(browser, page, send=None, lang="en")
    assert reply.status_code == 200
    assert '<html lang="en"' in reply.text
    assert 'value="47"' in reply.text
    assert faults_in(reply.text) == []
    assert fill_in(browser, reply.text, lang=None).status_code == 200
    assert json.loads(stored(database)[0].body)["language"] == "en"


def test_a_form_without_its_token_is_not_taken_but_not_lost(app, page, database):
    stranger = app.test_client()
    reply = fill_in(stranger, page)
    assert reply.status_code == 400
    assert "Cán bộ nhiệt tình" in reply.text
    assert stored(database) == []
    assert fill_in(stranger, reply.text).status_code == 200


class TestLimits:
    @pytest.fixture
    def settings(self, settings):
        return settings.__class__(**{**vars(settings), "rate_open": 1})

    def test_too_many_is_said_calmly_and_the_form_is_kept(self, browser, page):
        assert fill_in(browser, page).status_code == 200
        again = fill_in(browser, browser.get("/r/mo").text)
        assert again.status_code == 429
        assert int(again.headers["Retry-After"]) > 0
        assert "Xin chờ khoảng 60 giây" in again.text
        assert "Cán bộ nhiệt tình" in again.text


def test_home_lists_open_rounds_only(browser, database):
    with_rounds(database)
    page = browser.get("/").text
    assert "/r/mo" in page
    assert "/r/kin" not in page


def test_home_says_when_nothing_is_open(browser):
    assert "Hiện không có đợt khảo sát nào" in browser.get("/").text


def test_rounds_that_are_over_or_to_come_say_so(browser, database, clock):
    with_rounds(database)
    clock.moment = clock.moment.replace(month=12)
    over = browser.get("/r/mo")
    clock.moment = clock.moment.replace(month=10)
    to_come = browser.get("/r/mo")
    assert (over.status_code, to_come.status_code) == (410, 200)
    assert "đã kết thúc" in over.text
    assert "01/11/2026" in to_come.text


def test_a_form_sent_after_the_end_is_told_so(browser, page, database, clock):
    clock.moment = clock.moment.replace(month=12)
    assert fill_in(browser, page).status_code == 410
    assert stored(database) == []


@pytest.mark.parametrize("code", ["none", "kin"])
def test_a_round_that_is_not_open_to_everyone_is_not_found(browser, database, code):
    with_rounds(database)
    reply = browser.get(f"/r/{code}")
    assert reply.status_code == 404
    assert "Về trang đầu" in reply.text


@pytest.mark.parametrize(
    "page", ["", "/counter", "/pictures", "/pictures/kiosk-done-800x1280-vi.png"]
)
def test_the_style_pages_are_there_in_development_only(app, browser, page):
    assert browser.get(f"/styleguide{page}").status_code == 404
    app.debug = True
    with browser.get(f"/styleguide{page}") as reply:
        assert reply.status_code == 200


def test_no_other_file_stands_among_the_pictures(app, browser):
    app.debug = True
    assert (
        'src="/styleguide/pictures/kiosk-done-800x1280-vi.png"'
        in browser.get("/styleguide/pictures").text
    )
    for name in ("nobody.png", "..%2fguide-counter.md", "kiosk-done-800x1280-vi.jpg"):
        assert browser.get(f"/styleguide/pictures/{name}").status_code == 404


def test_a_simulated_round_says_so(browser, database):
    with_rounds(database, is_simulated=True)
    assert "mô phỏng" in browser.get("/r/mo").text
    assert a_round().is_simulated is False
