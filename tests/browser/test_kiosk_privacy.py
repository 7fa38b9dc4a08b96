"""What a second person finds of the first at the counter: nothing, whatever happened between."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from survey.instruments.model import Instrument
from survey.operations.rounds import open_round, publish_instrument
from survey.terms import ItemKind
from survey.web.store import Store
from tests.browser.live import Live, a_round
from tests.browser.tablet import Tablet, tablet_in
from tests.build import an_item

QUESTIONS = 25
UPRIGHT = {"width": 800, "height": 1280}


@dataclass
class First:
    """The first person: a tablet, and 25 words that only this person ever wrote."""

    tablet: Tablet
    words: list[str]

    def write(self, count: int) -> None:
        """Answer so many questions."""
        for number in range(count):
            self.tablet.page.locator("[data-item]:visible textarea").fill(self.words[number])
            self.tablet.page.locator('[data-do="next"]').evaluate("(one) => one.click()")

    def left_behind(self) -> list[str]:
        """Return which of the words a next person could find."""
        kept = self.tablet.everything_kept()
        return [word for word in self.words if word in kept]


@pytest.fixture(scope="module")
def letters(live: Live) -> str:
    """A round that asks for 25 texts."""
    items = tuple(an_item(f"w{n}", ItemKind.TEXT) for n in range(QUESTIONS))
    title = {"vi": "Phiếu nhiều chữ", "en": "A form of many words"}
    instrument = Instrument("letters", "1", "f" * 64, title, "vi", ("vi", "en"), (), items)
    store: Store = live.app.extensions["store"]
    with store.database.writing() as connection:
        publish_instrument(connection, instrument)
        open_round(connection, a_round("letters", instrument, title))
    return "letters"


@pytest.fixture
def first(chromium: Browser, far: Live, letters: str) -> Iterator[Callable[[], First]]:
    made = []

    def make() -> First:
        context = chromium.new_context(viewport=UPRIGHT, locale="vi")
        tablet = tablet_in(context, far)
        tablet.enrol(letters)
        made.append(First(tablet, [f"chim{uuid.uuid4().hex[:10]}" for _ in range(QUESTIONS)]))
        tablet.arrive()
        return made[-1]

    yield make
    for one in made:
        one.tablet.page.context.close()
    assert [error for one in made for error in one.tablet.errors] == []


def test_the_words_can_be_found_while_their_writer_is_there(first):
    one = first()
    one.write(3)
    assert one.left_behind() == one.words[:3]


@pytest.mark.parametrize("is_online", [True, False])
def test_nothing_is_left_after_the_last_screen(first, line, is_online):
    one = first()
    page = one.tablet.page
    one.write(QUESTIONS)
    one.tablet.be_ready()
    if not is_online:
        line.cut()
    one.tablet.press("send")
    one.tablet.expect_screen("done" if is_online else "kept")
    assert one.left_behind() == []
    one.tablet.expect_screen("attract")
    assert one.left_behind() == []
    if not is_online:
        line.mend()
    for move in (page.go_back, page.go_forward, page.reload):
        move()
        one.tablet.page.wait_for_timeout(150)
        assert one.left_behind() == []


def test_a_session_without_a_network_is_sent_when_it_is_back_and_once(first, line):
    one = first()
    before = len(one.tablet.stored_here())
    one.tablet.be_ready()
    line.cut()
    one.write(QUESTIONS)
    one.tablet.press("send")
    one.tablet.expect_screen("kept")
    expect(one.tablet.page.locator('[data-screen="kept"]')).to_contain_text("mất mạng")
    one.tablet.expect_screen("attract")
    assert len(one.tablet.stored_here()) == before
    line.mend()
    one.tablet.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.tablet.until(lambda: len(one.tablet.stored_here()) == before + 1)
    bodies = [row.body.decode() for row in one.tablet.stored_here()]
    assert sum(one.words[0] in body and one.words[-1] in body for body in bodies) == 1
    assert one.left_behind() == []


def test_a_browser_killed_at_any_question_leaves_nothing_and_starts_anew(first):
    one = first()
    context = one.tablet.page.context
    for answered in range(0, QUESTIONS, 6):
        one.write(answered)
        assert one.left_behind() == one.words[:answered]
        one.tablet.page.close()
        one.tablet.page = context.new_page()
        one.tablet.open("/k")
        one.tablet.expect_screen("attract")
        assert one.left_behind() == []
        one.tablet.arrive()
        one.tablet.expect_question("w0")
        assert one.tablet.page.locator("[data-item]:visible textarea").input_value() == ""


@pytest.mark.parametrize("move", ["reload", "away and back", "another tab"])
def test_a_person_who_walks_away_by_the_browser_leaves_nothing(first, move):
    one = first()
    one.write(QUESTIONS)
    page = one.tablet.page
    if move == "reload":
        page.reload()
    elif move == "away and back":
        page.goto(f"{one.tablet.live.address}/livez")
        page.go_back()
    else:
        one.tablet.page = page.context.new_page()
        one.tablet.open("/k")
        page.close()
    one.tablet.expect_screen("attract")
    assert one.left_behind() == []


def test_the_back_button_goes_to_the_question_before_and_never_out_of_the_screens(first):
    one = first()
    one.write(2)
    one.tablet.page.evaluate("() => history.back()")
    expect(one.tablet.page.locator("#q-w1")).to_be_visible()
    for _ in range(6):
        one.tablet.page.evaluate("() => history.back()")
        one.tablet.page.wait_for_timeout(100)
    assert one.tablet.page.url.endswith("/k")
    assert one.tablet.question in {"begin", "attract"}
