"""The pages of a citizen who takes an answer back: typed, explained, meant, done, and kind."""

import re

import pytest
from sqlalchemy import func, select

from survey.models import Response
from survey.seals import new_code

TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')


@pytest.fixture
def browser(app):
    return app.test_client()


def responses(database) -> int:
    with database.reading() as connection:
        return connection.scalars(select(func.count()).select_from(Response)).one()


def test_a_receipt_typed_by_hand_leads_to_what_it_means(browser, give, database) -> None:
    one = give()
    typed = browser.post("/w", data={"code": one.receipt.lower()})
    assert (typed.status_code, typed.headers["Location"]) == (303, f"/w/{one.receipt}")
    page = browser.get(f"/w/{one.receipt}")
    assert page.status_code == 200
    assert "Đợt thử" in page.text
    assert one.canary not in page.text
    assert responses(database) == 1


def test_nothing_goes_before_the_citizen_means_it(browser, give, database) -> None:
    one = give()
    assert browser.post(f"/w/{one.receipt}").status_code == 400
    assert responses(database) == 1
    token = TOKEN.search(browser.get(f"/w/{one.receipt}").text)[1]
    done = browser.post(f"/w/{one.receipt}", data={"csrf_token": token})
    assert done.status_code == 200
    assert "đã bị xóa" in done.text
    assert "12 tháng" in done.text
    assert responses(database) == 0


def test_a_second_time_says_that_it_is_gone(browser, give, take_back) -> None:
    one = give()
    take_back(one.receipt)
    again = browser.get(f"/w/{one.receipt}")
    assert again.status_code == 410
    assert "đã được rút lại" in again.text


def test_an_unknown_receipt_is_asked_again_and_guessing_is_stopped(browser, give) -> None:
    give()
    replies = [browser.get(f"/w/{new_code()}") for _ in range(7)]
    assert [reply.status_code for reply in replies] == [404] * 5 + [429] * 2
    assert "Không tìm thấy phiếu nào" in replies[0].text


def test_the_pages_are_complete_in_english(browser, give) -> None:
    one = give()
    for address in ("/w", f"/w/{one.receipt}", "/t"):
        browser.set_cookie("lang", "en")
        page = browser.get(address, headers={"Accept-Language": "en"}).text
        assert 'lang="en"' in page
        assert not re.search(r"<h1>[^<]*(Rút|Nhập|Ông)", page)
