"""Every other state of the counter for everyone: axe, sizes of targets, three sizes of text."""

import pytest

from tests.browser.kiosk_states import PAGES, ROUND, STATES
from tests.browser.tablet import tablet_in
from tests.browser.test_kiosk_access import look_at

RARE = ("sending", "unsaved", "declined", "wrong-pin")
BOTTOM = """() => [...document.querySelectorAll('main button')]
  .filter((node) => node.checkVisibility())
  .every((node) => node.getBoundingClientRect().bottom <= innerHeight)"""
READABLE = """() => {
  const question = document.querySelector('[data-item]:not([hidden]) h2').getBoundingClientRect();
  const steps = document.querySelector('.steps').getBoundingClientRect();
  return question.top >= 0 && question.bottom <= steps.top && steps.height < innerHeight / 4;
}"""


@pytest.fixture(params=[(800, 1280), (1280, 800)], ids=["upright", "flat"])
def one(request, chromium, live):
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="vi")
    tablet = tablet_in(context, live)
    tablet.enrol(ROUND)
    yield tablet
    context.close()


@pytest.mark.parametrize("state", RARE)
def test_the_rare_states_are_for_everyone(one, state):
    STATES[state](one)
    look_at(one, state)


def test_the_pages_around_the_screens_are_for_everyone(one):
    for name, way in PAGES.items():
        way(one)
        look_at(one, name)


@pytest.mark.parametrize("state", ["attract", "begin", "consent", "question", "done"])
def test_nothing_to_press_lies_below_the_screen(one, state):
    STATES[state](one)
    assert one.page.evaluate(BOTTOM)


def test_a_question_in_very_large_text_is_seen_whole_beside_its_steps(one):
    STATES["large"](one)
    assert one.page.evaluate(READABLE)
