"""Pictures of every state of a slip and of a withdrawal on a phone, the chief ones larger."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.live import Live
from tests.browser.respondent import Respondent
from tests.browser.slip_states import SLIPS, WITHDRAWALS, forget_guesses

PHONE, TABLET, LAPTOP = (360, 640), (800, 1280), (1280, 800)
CHIEF = {"slip-asked", "slip-used", "withdrawal-found"}
STATES = {
    **{f"slip-{name}": way for name, way in SLIPS.items()},
    **{f"withdrawal-{name}": way for name, way in WITHDRAWALS.items()},
}


def take_slips(chromium: Browser, live: Live, folder: Path) -> None:
    """Take every state on a phone, in both languages; the chief ones on larger screens."""
    for language in ("vi", "en"):
        forget_guesses(live)
        for name, way in STATES.items():
            context = chromium.new_context(
                viewport={"width": PHONE[0], "height": PHONE[1]}, locale=language
            )
            one = Respondent(context.new_page(), live, language)
            way(one)
            for width, height in (PHONE, TABLET, LAPTOP) if name in CHIEF else (PHONE,):
                one.page.set_viewport_size({"width": width, "height": height})
                path = folder / f"{name}-{width}x{height}-{language}.png"
                one.page.screenshot(path=path, full_page=True, animations="disabled")
            context.close()
