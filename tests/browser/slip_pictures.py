"""Pictures of every state of a slip, a petition's link and a withdrawal on a phone."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Browser

from survey.instruments.loader import load_builtin
from survey.operations.rounds import open_round, publish_instrument
from survey.web.store import Store
from tests.browser.camera import Camera
from tests.browser.citizen_pictures import LANGUAGES, LAPTOP, PHONE, TABLET
from tests.browser.live import Live, a_round
from tests.browser.respondent import Respondent
from tests.browser.slip_states import SLIPS, WITHDRAWALS, forget_guesses, slips

PETITION: Final = "petition"
TITLE: Final = {
    "vi": "Đánh giá việc trả lời phản ánh, kiến nghị",
    "en": "Rating of how petitions are answered",
}
CHIEF: Final = ("slip-asked", "slip-used", "withdrawal-found")
"""Taken on larger screens too."""


def petition_fresh(one: Respondent) -> None:
    one.open(f"/t/{slips(one.live, round_code=PETITION)[0]}")


def petition_question(one: Respondent) -> None:
    petition_fresh(one)
    one.page.locator('[data-do="agree"]').click()
    one.page.locator("[data-item]:visible").wait_for()


STATES: Final[dict[str, Callable[[Respondent], None]]] = {
    **{f"slip-{name}": way for name, way in SLIPS.items()},
    "petition-fresh": petition_fresh,
    "petition-question": petition_question,
    **{f"withdrawal-{name}": way for name, way in WITHDRAWALS.items()},
}


def sizes(name: str) -> tuple[tuple[int, int], ...]:
    """Return the screens on which a state is photographed."""
    return (PHONE, TABLET, LAPTOP) if name in CHIEF else (PHONE,)


NAMES: Final = frozenset(
    f"{name}-{width}x{height}-{language}"
    for name in STATES
    for width, height in sizes(name)
    for language in LANGUAGES
)


def take(chromium: Browser, live: Live, camera: Camera) -> None:
    """Take every state on a phone, in both languages; the chief ones on larger screens."""
    _open_petition(live)
    for language in LANGUAGES:
        forget_guesses(live)
        for name, way in STATES.items():
            context = chromium.new_context(
                viewport={"width": PHONE[0], "height": PHONE[1]}, locale=language
            )
            one = Respondent(context.new_page(), live, language)
            way(one)
            for width, height in sizes(name):
                one.page.set_viewport_size({"width": width, "height": height})
                picture = one.page.screenshot(full_page=True, animations="disabled")
                camera.keep(f"{name}-{width}x{height}-{language}", picture)
            context.close()


def _open_petition(live: Live) -> None:
    store: Store = live.app.extensions["store"]
    instrument = load_builtin(PETITION)
    with store.database.writing() as connection:
        publish_instrument(connection, instrument)
        open_round(connection, a_round(PETITION, instrument, TITLE))
