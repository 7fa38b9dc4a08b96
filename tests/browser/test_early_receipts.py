"""Answered with the cable cut: the tablet's own code is shown, forgotten, and withdraws."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.queries.withdrawals import response_of_receipt
from survey.web.store import Store
from tests.browser.kiosk_states import revoke
from tests.browser.line import Line
from tests.browser.live import Live
from tests.browser.slip_states import forget_guesses
from tests.browser.tablet import Tablet, tablet_in

FIRST_NAME = "Quầy nộp hồ sơ"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")
MORE_THAN_FIVE = re.compile(r"sau ([6-9]|[1-6]\d) giây")
NOTE_AND_ASK_FOR_TIME = """() => {
  new MutationObserver((_, observer) => {
    const screen = document.querySelector('[data-screen="kept"]:not([hidden])');
    if (!screen) return;
    observer.disconnect();
    window.noted = screen.querySelector('.receipt-code').textContent;
    screen.querySelector('[data-do="longer"]').click();
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
"""A person as quick as the page: no five seconds run out on a slow machine."""

SCROLL_AT_THE_END = """() => {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-screen="done"]:not([hidden])')) return;
    observer.disconnect();
    scrollTo(0, 50);
  }).observe(document.body, { subtree: true, attributes: true });
}"""
NOTED = "() => { const code = window.noted; delete window.noted; return code; }"


@pytest.fixture
def one(chromium: Browser, far: Live) -> Iterator[Tablet]:
    """A tablet that hangs on the cable and has all it needs without it."""
    context = chromium.new_context(viewport={"width": 800, "height": 1280}, locale="vi")
    made = tablet_in(context, far)
    made.enrol("one-stop", FIRST_NAME)
    made.be_ready()
    yield made
    context.close()
    assert made.errors == []


@pytest.fixture
def at_home(chromium: Browser, live: Live) -> Iterator[Callable[[str], Page]]:
    """Type a code into the page for withdrawing, on a phone of one's own."""
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi")
    page = context.new_page()

    def type_in(code: str) -> Page:
        forget_guesses(live)
        page.goto(f"{live.address}/w")
        page.locator("#code").fill(code.lower())
        with page.expect_navigation():
            page.get_by_role("button", name="Tiếp tục").click()
        return page

    yield type_in
    context.close()


def answer_in_vain(one: Tablet, line: Line) -> str:
    """Answer with the cable cut; return the code that is shown."""
    line.cut()
    one.page.evaluate(NOTE_AND_ASK_FOR_TIME)
    one.arrive()
    one.pass_all()
    one.press("send")
    one.page.wait_for_function("() => window.noted")
    return str(one.page.evaluate(NOTED))


def mend(one: Tablet, line: Line) -> None:
    line.mend()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")


def holds(one: Tablet, code: str) -> bool:
    kept = one.everything_kept()
    return code in kept or code.replace("-", "") in kept


def test_a_form_answered_without_a_network_is_withdrawn_by_the_code_of_its_screen(
    one, line, at_home
):
    before = len(one.stored_here())
    code = answer_in_vain(one, line)
    assert CODE.fullmatch(code)
    assert holds(one, code)
    one.press("finish")
    one.expect_screen("attract")
    assert not holds(one, code)
    expect(at_home(code).locator(".notice")).to_contain_text("thử lại vào ngày mai")
    mend(one, line)
    one.until(lambda: len(one.stored_here()) == before + 1)
    assert not holds(one, code)
    page = at_home(code)
    with page.expect_navigation():
        page.get_by_role("button", name="Rút lại và xóa phiếu").click()
    expect(page.locator("h1")).to_have_text("Đã rút lại phiếu")
    assert len(one.stored_here()) == before
    expect(at_home(code).locator("main")).to_contain_text("đã được rút lại")
    for move in (one.page.go_back, one.page.go_forward, one.page.reload):
        move()
        one.expect_screen("attract")
        assert not holds(one, code)


def test_the_code_stays_under_the_pen_when_the_form_is_sent_meanwhile(one, line):
    code = answer_in_vain(one, line)
    mend(one, line)
    one.expect_screen("done")
    done = one.page.locator('[data-screen="done"]')
    expect(done.locator('[role="timer"]')).to_have_text(MORE_THAN_FIVE)
    expect(done.locator(".receipt-code")).to_have_text(code)


def test_the_code_still_works_when_the_tablet_was_enrolled_anew_before_it_could_send(one, line):
    before = {row.id for row in one.stored_here()}
    code = answer_in_vain(one, line)
    revoke(one.live, FIRST_NAME)
    line.mend()
    one.enrol("one-stop", "Quầy trả kết quả")
    one.until(lambda: len(one.stored_here()) == len(before) + 1)
    (new,) = {row.id for row in one.stored_here()} - before
    store: Store = one.live.app.extensions["store"]
    with store.database.reading() as connection:
        assert response_of_receipt(connection, store.keys, code).id == new


def test_whoever_scrolls_through_large_letters_gets_the_time_to_read(one):
    one.page.evaluate(SCROLL_AT_THE_END)
    one.arrive_by_touch(size="200")
    one.pass_all()
    one.press("send")
    one.expect_screen("done")
    timer = one.page.locator('[data-screen="done"] [role="timer"]')
    expect(timer).to_have_text(MORE_THAN_FIVE)
