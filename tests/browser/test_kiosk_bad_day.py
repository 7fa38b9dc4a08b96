"""The counter on a bad day: full storage, sleep, wrong clocks, revoked, closed, outdated."""

import json
import time

import pytest
from playwright.sync_api import expect

from survey.kiosk import views
from tests.browser.kiosk_states import ROUND, TO_SERVER, closed, fill_up, revoke
from tests.browser.tablet import PIN, tablet_in

UPRIGHT = {"width": 800, "height": 1280}
CACHED = """async () => {
  const reply = await caches.match('/k');
  return reply && reply.headers.get('Kiosk-Screens');
}"""


@pytest.fixture
def one(chromium, live):
    context = chromium.new_context(viewport=UPRIGHT, locale="vi", has_touch=True)
    tablet = tablet_in(context, live)
    tablet.enrol(ROUND, f"Quầy {time.monotonic_ns()}")
    yield tablet
    context.close()


def name_of(tablet) -> str:
    return tablet.page.locator(".round-name").inner_text().removeprefix("· ")


def finish(tablet, screen: str) -> None:
    tablet.arrive()
    tablet.pass_all()
    tablet.press("send")
    tablet.expect_screen(screen)


def test_a_full_tablet_says_so_keeps_the_answers_and_takes_them_when_there_is_room(one):
    before = len(one.stored_here())
    fill_up(one.page)
    finish(one, "unsaved")
    session = one.page.context.new_cdp_session(one.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": one.live.address})
    one.press("send")
    one.expect_screen("done")
    assert len(one.stored_here()) == before + 1


def test_answers_that_could_not_be_kept_are_wiped_when_nobody_is_there(one):
    one.page.clock.install()
    one.page.reload()
    fill_up(one.page)
    one.press_at_once("open", "consent", "agree")
    one.pass_all()
    one.press_at_once("send")
    expect(one.page.locator('[data-screen="unsaved"]')).to_be_visible()
    one.page.clock.fast_forward(61_000)
    expect(one.page.locator("#warning")).to_be_visible()
    one.page.clock.fast_forward(31_000)
    one.expect_screen("attract")
    assert one.page.locator("[data-item] input:checked").count() == 0


@pytest.mark.parametrize("sign", ["touch", "wake"])
def test_the_first_touch_after_a_sleep_does_not_revive_the_last_person(one, sign):
    one.page.clock.install()
    one.page.reload()
    one.press_at_once("open", "consent", "agree")
    one.page.clock.set_system_time(time.time() + 3600)
    event = "new Event('visibilitychange')" if sign == "wake" else "new Event('pointerdown')"
    one.page.evaluate(f"() => document.dispatchEvent({event})")
    one.expect_question("attract")


def test_a_clock_that_is_set_back_does_not_lock_staff_out(one):
    far = {"wrong": 3, "until": (time.time() + 10**6) * 1000}
    one.page.evaluate("(text) => localStorage.setItem('lang-nghe:exit', text)", json.dumps(far))
    one.press("staff")
    one.page.locator("#exit-pin").fill(PIN)
    one.press("exit")
    one.expect_screen("device")


def test_the_page_of_staff_does_not_stay_open(one):
    one.page.clock.install()
    one.page.reload()
    one.press_at_once("staff")
    for milliseconds in (61_000, 31_000):
        one.page.clock.fast_forward(milliseconds)
    one.expect_screen("attract")


def test_nothing_goes_to_the_clipboard_a_menu_a_printer_or_a_dictionary(one):
    one.arrive()
    for way in ("copy", "cut", "contextmenu", "dragstart", "drop"):
        event = f"new Event('{way}', {{bubbles: true, cancelable: true}})"
        assert one.page.evaluate(f"() => document.body.dispatchEvent({event})") is False
    form = one.page.locator("#long-form")
    for attribute in ("spellcheck", "autocorrect"):
        assert form.get_attribute(attribute) in {"false", "off"}
    one.page.emulate_media(media="print")
    assert not one.page.locator("main").is_visible()


def test_a_slow_press_counts_and_turning_the_tablet_loses_nothing(one):
    one.arrive()
    session = one.page.context.new_cdp_session(one.page)
    box = one.page.locator("label.choice:visible").first.bounding_box()
    point = {"x": box["x"] + 30, "y": box["y"] + 20}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    one.page.wait_for_timeout(900)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(one.page.locator("[data-item]:visible input:checked")).to_have_count(1)
    one.page.set_viewport_size({"width": 1280, "height": 800})
    one.expect_question("purpose")
    expect(one.page.locator("[data-item]:visible input:checked")).to_have_count(1)


def test_two_tabs_of_one_tablet_send_a_form_once(one):
    before = len(one.stored_here())
    one.page.route(TO_SERVER, lambda route: route.abort())
    finish(one, "kept")
    other = one.page.context.new_page()
    other.goto(f"{one.live.address}/k")
    one.page.unroute_all()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.until(lambda: len(one.stored_here()) == before + 1)
    other.evaluate("() => dispatchEvent(new Event('online'))")
    other.wait_for_timeout(1_000)
    assert len(one.stored_here()) == before + 1


def test_a_tablet_revoked_in_mid_interview_tells_the_truth_and_sends_after_enrolling_again(one):
    before = len(one.stored_here())
    one.arrive()
    one.pass_all()
    revoke(one.live, name_of(one))
    one.press("send")
    one.expect_screen("kept")
    expect(one.page.locator('[data-kept="refused"]')).to_be_visible()
    expect(one.page.locator('[data-kept="disk"]')).to_be_hidden()
    expect(one.page.locator("h1")).to_contain_text("ngừng nhận ý kiến")
    expect(one.page.locator("#leftover")).to_contain_text("1 phiếu")
    assert len(one.stored_here()) == before
    one.enrol(ROUND, "Quầy số 6")
    one.until(lambda: len(one.stored_here()) == before + 1)


def test_what_waits_when_the_round_closes_still_goes_out(one):
    one.be_ready()
    one.page.route(TO_SERVER, lambda route: route.abort())
    closed(one, before=lambda: finish(one, "kept"))
    expect(one.page.locator("h1")).to_contain_text("chưa nhận ý kiến")
    expect(one.page.locator("#leftover")).to_contain_text("1 phiếu")
    one.page.unroute_all()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.until(lambda: len(one.stored_here()) == 1)
    expect(one.page.locator("#leftover")).to_be_hidden()


def test_a_gateway_in_between_takes_no_screens_away(one, monkeypatch):
    one.be_ready()
    assert one.page.evaluate(CACHED) == one.live.app.static_url_path.rpartition("/")[2]
    monkeypatch.setattr(views, "SHELL_MARK", "Another-Header")
    one.page.reload()
    one.expect_screen("attract")
    assert one.page.evaluate(CACHED)


def test_screens_of_the_next_version_wait_for_their_own_worker(one, monkeypatch):
    one.be_ready()
    kept = one.page.evaluate(CACHED)
    monkeypatch.setattr(views, "program_version", lambda: "next")
    one.page.reload()
    one.expect_screen("attract")
    assert one.page.evaluate(CACHED) == kept


def test_nobody_begins_while_half_of_the_page_is_missing(chromium, live):
    context = chromium.new_context(viewport=UPRIGHT, locale="vi", service_workers="block")
    context.route("**/kiosk_later.js", lambda route: route.abort())
    tablet = tablet_in(context, live)
    tablet.enrol(ROUND, f"Quầy {time.monotonic_ns()}")
    tablet.press("open")
    tablet.page.wait_for_timeout(500)
    tablet.expect_screen("attract")
    context.unroute_all()
    tablet.page.wait_for_event("load")
    finish(tablet, "done")
    context.close()


def test_a_disk_that_never_answers_is_told_and_tried_again(one):
    with one.page.expect_response("**/receipts/query"):  # the outbox is open
        one.page.reload()
    one.page.evaluate("""() => {
      const silent = { get: () => ({}), add: () => ({}) };
      globalThis.real = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = () => ({ objectStore: () => silent });
    }""")
    before = len(one.stored_here())
    finish(one, "unsaved")
    one.page.evaluate("() => { IDBDatabase.prototype.transaction = globalThis.real }")
    one.press("send")
    one.expect_screen("done")
    assert len(one.stored_here()) == before + 1
