"""For everyone: axe finds nothing on any state, targets are big, nothing is cut or overlaps."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import LARGE, SMALL
from tests.browser.respondent import Respondent

TARGET = 48
SEND_TO = re.compile(r"/api/v1/interviews/")
CLOSED = {"error": "closed", "where": "", "message": {"vi": "Đợt đã đóng.", "en": "Closed."}}
MEASURE = """() => [...document.querySelectorAll(
  'main button, main label.choice, main .input, header a, header button')]
  .filter((node) => node.checkVisibility() && !node.matches('.unseen, .skip'))
  .map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .map(([html, box]) => [html, Math.round(box.width), Math.round(box.height)])"""
CUT = """() => [...document.querySelectorAll('main *, header *')]
  .filter((node) => node.checkVisibility() && !node.closest('.unseen, .skip, svg, select'))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 90))"""


def faults(one: Respondent) -> list[str]:
    found = Axe().run(one.page, options={"resultTypes": ["violations"]})
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found.response["violations"]]


def look_at(one: Respondent, state: str) -> None:
    """Expect of the present screen what every screen owes to everyone."""
    assert faults(one) == [], state
    small = [found for found in one.page.evaluate(MEASURE) if min(found[1:]) < TARGET]
    assert small == [], state
    one.page.set_viewport_size({"width": 320, "height": 512})
    assert one.page.evaluate(CUT) == [], state
    assert one.has_no_sideways_scroll(), state
    one.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})


def test_every_screen_of_an_interview(respondent):
    one = respondent(SMALL)
    one.open("/r/every-kind")
    look_at(one, "consent")
    one.page.locator('[data-do="agree"]').click()
    look_at(one, "note")
    one.next()
    one.next()
    look_at(one, "fault")
    for name in ("commune", "age", "seen_on", "job", "channels", "satisfied", "opinion", "check"):
        one.pass_all(name)
        one.expect_question(name)
        look_at(one, name)
        if name == "age":
            one.write("47")
            one.next()
    # It tries again by itself, but not while it is looked at.
    busy = {"status": 503, "json": {**CLOSED, "error": "busy"}, "headers": {"Retry-After": "300"}}
    one.page.route(SEND_TO, lambda route: route.fulfill(**busy), times=1)
    one.send()
    expect(one.page.locator('[data-screen="waiting"]')).to_be_visible()
    look_at(one, "waiting")
    one.page.route(SEND_TO, lambda route: route.fulfill(status=410, json=CLOSED), times=1)
    one.send()
    expect(one.page.locator('[data-screen="refused"]')).to_be_visible()
    look_at(one, "refused")


def test_receipt_and_what_follows(respondent):
    one = respondent(SMALL)
    one.begin("one-stop")
    one.pass_all("public_info")
    one.page = one.page.context.new_page()
    one.open("/r/one-stop")
    expect(one.page.locator('[data-screen="resume"]')).to_be_visible()
    look_at(one, "resume")
    one.page.locator('[data-do="resume"]').click()
    one.pass_all()
    one.send()
    one.receipt()
    look_at(one, "receipt")
    one.open("/r/one-stop")
    one.page.locator('[data-do="decline"]').click()
    look_at(one, "declined")


@pytest.mark.parametrize("address", ["/", "/r/over", "/r/later", "/r/none", "/styleguide", "/k"])
def test_pages_around_the_interview(respondent, address):
    one = respondent(SMALL)
    one.open(address)
    look_at(one, address)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_long_form_is_accessible_with_its_faults(respondent, language):
    one = respondent(LARGE, language, java_script_enabled=False)
    one.open("/r/every-kind")
    one.page.locator('button[name="send"]:not([aria-hidden])').click()
    expect(one.page.locator("#faults")).to_be_visible()
    assert one.has_no_sideways_scroll()


def test_the_focused_choice_is_never_under_the_steps(respondent):
    one = respondent((360, 560))
    one.begin("every-kind")
    one.pass_all("satisfied")
    one.page.locator("#q-satisfied input").first.focus()
    for _ in range(6):
        one.page.keyboard.press("ArrowDown")
        label = one.page.locator("#q-satisfied input:focus + span").bounding_box()
        steps = one.page.locator(".steps").bounding_box()
        assert label["y"] + label["height"] <= steps["y"] + 1
