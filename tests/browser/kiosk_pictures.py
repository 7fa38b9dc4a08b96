"""Pictures of every state of the counter's tablet, held upright and lying flat, for its guide."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.kiosk_states import PAGES, ROUND, STATES
from tests.browser.live import Live
from tests.browser.tablet import Tablet, tablet_in

SIZES = ((800, 1280), (1280, 800))


def take_counter(chromium: Browser, live: Live, folder: Path) -> None:
    """Take every state in Vietnamese, the chief ones in English too."""
    for width, height in SIZES:
        tail = f"{width}x{height}"
        for name, way in {**STATES, **PAGES}.items():
            one = _tablet(chromium, live, (width, height))
            way(one)
            _take(one, folder / f"kiosk-{name}-{tail}-vi.png")
            one.page.context.close()
        one = _tablet(chromium, live, (width, height))
        one.arrive("en")
        one.pass_all("overall")
        _take(one, folder / f"kiosk-question-{tail}-en.png")
        one.page.context.close()


def _tablet(chromium: Browser, live: Live, size: tuple[int, int]) -> Tablet:
    viewport = {"width": size[0], "height": size[1]}
    one = tablet_in(chromium.new_context(viewport=viewport, locale="vi"), live)
    one.enrol(ROUND)
    return one


def _take(one: Tablet, path: Path) -> None:
    one.page.mouse.move(0, 0)
    one.page.screenshot(path=path, animations="disabled")
