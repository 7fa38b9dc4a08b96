"""Makes the pictures of docs/images: ``make screenshots``, or with a folder as its argument."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.kiosk_pictures import take_counter
from tests.browser.live import Live, serving
from tests.browser.respondent import Respondent
from tests.browser.slip_pictures import take_slips
from tests.browser.staff_pictures import furnish, take_all
from tests.chromium import system_chromium

PHONE, TABLET, LAPTOP = (360, 640), (800, 1280), (1280, 800)
FOLDER = Path(__file__).parents[2] / "docs" / "images"
BEST = {"vi": "Rất hài lòng", "en": "Very satisfied"}
CHIEF = {"home", "consent", "satisfied", "check", "receipt", "styleguide"}
SEND_TO = re.compile(r"/api/v1/interviews/")


class Album:
    """Pictures of one size and language; ``tail`` tells them apart from others."""

    def __init__(self, one: Respondent, folder: Path, tail: str) -> None:
        self.one = one
        self.folder = folder
        self.tail = tail
        self.is_complete = tail.startswith(f"{PHONE[0]}x") or tail.endswith("nojs")

    def take(self, name: str, *, is_whole: bool = False) -> None:
        """Save what is on the screen, or the whole page; of larger screens the chief ones."""
        if not (self.is_complete or name in CHIEF):
            return
        path = self.folder / f"citizen-{name}-{self.tail}.png"
        self.one.page.screenshot(path=path, full_page=is_whole, animations="disabled")


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp())
    with serving(data) as live, system_chromium() as chromium:
        for size in (PHONE, TABLET, LAPTOP):
            for language in ("vi", "en"):
                with _album((chromium, live, folder), size, language) as album:
                    player(album, language)
        for size in (PHONE, LAPTOP):
            with _album((chromium, live, folder), size, "vi", java_script_enabled=False) as album:
                long_form(album)
        with _album((chromium, live, folder), LAPTOP, "vi") as album:
            album.one.open("/styleguide")
            album.take("styleguide", is_whole=True)
        take_all(chromium, live.address, furnish(live, data), folder)
        take_counter(chromium, live, folder)
        take_slips(chromium, live, folder)
    shutil.rmtree(data)


def player(album: Album, language: str) -> None:
    """Walk through an interview with JavaScript and take every state."""
    one = album.one
    one.open("/")
    album.take("home")
    one.open("/r/every-kind")
    album.take("consent")
    one.page.locator('[data-do="agree"]').click()
    album.take("note")
    one.next()
    one.next()
    album.take("fault")
    one.choose("Sơn La")
    one.next()
    one.page.locator("#commune-search").fill("xa" if language == "vi" else "comm")
    album.take("search")
    one.page.locator(".found button").first.click()
    one.next()
    one.write("47")
    album.take("number")
    one.next()
    one.pass_all("seen_on")
    album.take("date")
    one.pass_all("channels")
    one.page.locator("#q-channels label").nth(0).click()
    one.page.locator("#q-channels label").nth(1).click()
    album.take("several")
    one.pass_all("satisfied")
    one.choose(BEST[language])
    album.take("satisfied")
    one.next()
    album.take("words")
    one.next()
    album.take("check")
    one.page.route(SEND_TO, lambda route: route.abort(), times=1)
    one.send()
    one.page.locator('[data-screen="waiting"]').wait_for()
    album.take("waiting")
    one.send()
    one.receipt()
    album.take("receipt")


def long_form(album: Album) -> None:
    """Take the long form, empty and with its faults."""
    one = album.one
    one.open("/r/one-stop")
    album.take("long-form", is_whole=True)
    one.page.locator('button[name="send"]:not([aria-hidden])').click()
    one.page.locator("#faults").wait_for()
    album.take("long-form-faults")
    one.open("/r/over")
    album.take("over")
    one.open("/r/none")
    album.take("not-found")


@contextmanager
def _album(
    studio: tuple[Browser, Live, Path], size: tuple[int, int], language: str, **options: bool
) -> Iterator[Album]:
    chromium, live, folder = studio
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale=language, **options
    )
    context.set_default_timeout(8000)
    tail = f"{width}x{height}-{language}{'-nojs' if options else ''}"
    yield Album(Respondent(context.new_page(), live, language), folder, tail)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
