"""Pictures of every state of the counter's tablet, held upright and lying flat, for its guide."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Browser, expect

from tests.browser.camera import Camera
from tests.browser.citizen_pictures import SPOKEN, read_aloud
from tests.browser.kiosk_states import PAGES, ROUND, STATES, device, kept
from tests.browser.live import Live
from tests.browser.tablet import Tablet, tablet_in

SIZES: Final = ((800, 1280), (1280, 800))


def helped(one: Tablet) -> None:
    one.press("open")
    one.rest()
    one.page.locator("label.helped").click()


def listen(one: Tablet) -> None:
    read_aloud(one.live)
    one.open("/k")
    one.expect_screen("attract")
    one.arrive()
    one.pass_all(SPOKEN)
    expect(one.page.locator(f"#q-{SPOKEN} .listen button:visible")).to_have_count(1)


def device_waiting(one: Tablet) -> None:
    kept(one)
    one.press("finish")
    one.expect_screen("attract")
    device(one)


def english_begin(one: Tablet) -> None:
    one.press("open")
    one.rest()
    one.page.locator('label.choice:has([value="en"])').click()


def english_consent(one: Tablet) -> None:
    english_begin(one)
    one.press("consent")
    one.rest()


def english_question(one: Tablet) -> None:
    english_consent(one)
    one.press("agree")
    one.rest()
    one.pass_all("overall")
    one.rest()


def english_done(one: Tablet) -> None:
    english_question(one)
    one.pass_all()
    one.rest()
    one.press("send")
    one.expect_screen("done")
    one.press("longer")


ALL: Final[dict[str, Callable[[Tablet], None]]] = {
    **STATES,
    "helped": helped,
    "listen": listen,
    "device-waiting": device_waiting,
    **PAGES,
}
"""Name -> the way there; the pages come last, for all but the first end an enrolment."""

IN_ENGLISH: Final[dict[str, Callable[[Tablet], None]]] = {
    "begin": english_begin,
    "consent": english_consent,
    "question": english_question,
    "done": english_done,
}
NAMES: Final = frozenset(
    f"kiosk-{name}-{width}x{height}-{language}"
    for width, height in SIZES
    for language, names in (("vi", ALL), ("en", IN_ENGLISH))
    for name in names
)


def take(chromium: Browser, live: Live, camera: Camera) -> None:
    """Take every state in Vietnamese, the chief ones in English too."""
    for size in SIZES:
        for name, way in ALL.items():
            one = _tablet(chromium, live, size)
            way(one)
            _keep(one, camera, f"kiosk-{name}-{size[0]}x{size[1]}-vi")
        for name, way in IN_ENGLISH.items():
            one = _tablet(chromium, live, size)
            way(one)
            _keep(one, camera, f"kiosk-{name}-{size[0]}x{size[1]}-en")


def _tablet(chromium: Browser, live: Live, size: tuple[int, int]) -> Tablet:
    viewport = {"width": size[0], "height": size[1]}
    one = tablet_in(chromium.new_context(viewport=viewport, locale="vi"), live)
    one.enrol(ROUND)
    return one


def _keep(one: Tablet, camera: Camera, name: str) -> None:
    one.page.mouse.move(0, 0)
    camera.keep(name, one.page.screenshot(animations="disabled"))
    one.page.unroute_all(behavior="ignoreErrors")
    one.page.context.close()
