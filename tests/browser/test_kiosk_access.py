"""The counter for everyone: on every screen axe finds nothing, targets are big and apart."""

import pytest
from playwright.sync_api import expect

from tests.browser.tablet import PIN, tablet_in
from tests.browser.test_access import CUT, MEASURE, TARGET, faults

UPRIGHT, FLAT = (800, 1280), (1280, 800)
NEAREST = 8
APART = """() => {
  const boxes = [...document.querySelectorAll('main button, main label.choice, main summary')]
    .filter((node) => node.checkVisibility() && !node.closest('.unseen, .steps'))
    .map((node) => [node.textContent.trim().slice(0, 30), node.getBoundingClientRect()]);
  const beside = (a, b) => Math.max(a.left - b.right, b.left - a.right);
  const under = (a, b) => Math.max(a.top - b.bottom, b.top - a.bottom);
  const gap = (a, b) => Math.max(beside(a, b), under(a, b));
  return boxes.flatMap(([name, box], n) => boxes.slice(n + 1)
    .filter(([, other]) => gap(box, other) < LEAST)
    .map(([other]) => [name, other]));
}""".replace("LEAST", str(NEAREST))  # fmt: skip


def look_at(one, state: str) -> None:
    """Expect of the present screen what every screen of a counter owes to everyone."""
    assert faults(one) == [], state
    small = [found for found in one.page.evaluate(MEASURE) if min(found[1:]) < TARGET]
    assert small == [], state
    assert one.page.evaluate(APART) == [], state
    for step in ("150", "200", "100"):
        one.page.evaluate("(size) => { document.documentElement.dataset.size = size }", step)
        assert one.page.evaluate(CUT) == [], (state, step)
        assert one.has_no_sideways_scroll(), (state, step)


@pytest.fixture(params=[UPRIGHT, FLAT], ids=["upright", "flat"])
def counter(request, chromium, far):
    """A tablet that stands or lies, on a system that prefers the dark."""
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="vi", color_scheme="dark"
    )
    one = tablet_in(context, far)
    one.enrol("every-kind")
    yield one
    context.close()


def test_every_screen_before_and_beside_the_questions(counter):
    one = counter
    background = "() => getComputedStyle(document.body).backgroundColor"
    assert one.page.evaluate(background) == "rgb(255, 255, 255)"
    look_at(one, "attract")
    one.press("staff")
    look_at(one, "pin")
    one.page.locator("#exit-pin").fill(PIN)
    one.press("exit")
    one.expect_screen("device")
    look_at(one, "device")
    one.press("cancel")
    one.press("open")
    look_at(one, "begin")
    one.rest()
    one.page.locator("label.helped").click()
    one.press("consent")
    look_at(one, "consent")
    one.page.evaluate("() => document.querySelector('#warning').showModal()")
    assert faults(one) == []
    expect(one.page.locator("#warning")).to_be_visible()


def test_every_question_and_the_last_look(counter):
    one = counter
    one.arrive()
    one.forward()
    one.forward()
    look_at(one, "fault")
    for name in ("commune", "age", "seen_on", "job", "channels", "satisfied", "likely", "where"):
        one.pass_all(name)
        one.expect_question(name)
        look_at(one, name)
        if name == "age":
            one.write("47")
            one.forward()
    one.pass_all("check")
    one.rest()
    one.page.locator(".look-again summary").click()
    look_at(one, "review")


@pytest.mark.parametrize("last", ["done", "kept"])
def test_the_last_screens(counter, line, last):
    one = counter
    one.be_ready()
    if last == "kept":
        line.cut()
    one.arrive()
    one.pass_all("check")
    one.press("send")
    one.expect_screen(last)
    one.press("longer")
    look_at(one, last)


def test_a_phone_that_stands_in_for_a_tablet_cuts_nothing(chromium, far):
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi")
    one = tablet_in(context, far)
    one.enrol("every-kind")
    for state, deed in (("attract", "open"), ("begin", "consent"), ("consent", "agree")):
        look_at(one, state)
        one.press(deed)
    look_at(one, "first question")
    context.close()
