"""Pictures of an interview on a citizen's own device, with and without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, expect

from survey.instruments.loader import load_builtin
from survey.operations.recordings import keep_recording
from survey.queries.staff import OPERATOR
from tests.browser.camera import Camera
from tests.browser.live import Live
from tests.browser.respondent import Respondent
from tests.unit.survey.recordings.sounds import a_sound

PHONE, TABLET, LAPTOP = (360, 640), (800, 1280), (1280, 800)
LANGUAGES: Final = ("vi", "en")
BEST: Final = {"vi": "Rất hài lòng", "en": "Very satisfied"}
SEND_TO: Final = re.compile(r"/api/v1/interviews/")
SPOKEN: Final = "attitude"
"""The question of the counter's form that is read aloud in pictures."""

STEPS: Final = (
    *("home", "consent", "note", "fault", "search", "number", "date", "several", "satisfied"),
    *("range", "place", "words", "check", "waiting", "receipt", "listen"),
)
CHIEF: Final = ("home", "consent", "satisfied", "check", "receipt")
"""Taken on larger screens too."""

LONG: Final = ("long-form", "long-form-faults", "over", "not-found")
NAMES: Final = frozenset(
    [
        *(f"citizen-{name}-360x640-{code}" for name in STEPS for code in LANGUAGES),
        *(f"citizen-{name}-{size}-vi" for name in CHIEF for size in ("800x1280", "1280x800")),
        *(f"citizen-{name}-{size}-vi-nojs" for name in LONG for size in ("360x640", "1280x800")),
        "citizen-styleguide-1280x800-vi",
    ]
)


class Album:
    """Pictures of one person's screens; ``tail`` tells them apart from others."""

    def __init__(self, one: Respondent, camera: Camera, tail: str) -> None:
        self.one = one
        self.camera = camera
        self.tail = tail

    def take(self, name: str, *, is_whole: bool = False) -> None:
        """Keep what is on the screen, or the whole page, if it is one of the pictures."""
        full = f"citizen-{name}-{self.tail}"
        if full in NAMES:
            picture = self.one.page.screenshot(full_page=is_whole, animations="disabled")
            self.camera.keep(full, picture)


def take(chromium: Browser, live: Live, camera: Camera) -> None:
    """Take every step on a phone, in both languages; the chief ones on larger screens."""
    for size, language in ((PHONE, "vi"), (PHONE, "en"), (TABLET, "vi"), (LAPTOP, "vi")):
        with _album((chromium, live, camera), size, language) as album:
            _play(album, language)
    read_aloud(live)
    for language in LANGUAGES:
        with _album((chromium, live, camera), PHONE, language) as album:
            album.one.begin("one-stop")
            album.one.pass_all(SPOKEN)
            expect(album.one.page.locator(f"#q-{SPOKEN} .listen button:visible")).to_have_count(1)
            album.take("listen")
    for size in (PHONE, LAPTOP):
        with _album((chromium, live, camera), size, "vi", java_script_enabled=False) as album:
            _fill_in(album)
    with _album((chromium, live, camera), LAPTOP, "vi") as album:
        album.one.open("/styleguide")
        album.take("styleguide", is_whole=True)


def read_aloud(live: Live) -> None:
    """Keep a recording of one question of the counter's form, in both languages."""
    database = live.app.extensions["store"].database
    with database.writing() as connection:
        for language in LANGUAGES:
            question = SPOKEN, language
            keep_recording(connection, load_builtin("one_stop"), question, a_sound(8), OPERATOR)
    database.recent.forget()


def _play(album: Album, language: str) -> None:
    """Walk through an interview with JavaScript and take every step."""
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
    for name, picture in (("seen_on", "date"), ("channels", "several")):
        one.pass_all(name)
        for choice in one.page.locator(f"#q-{name} .choices label").all()[:2]:
            choice.click()
        album.take(picture)
    one.pass_all("satisfied")
    one.choose(BEST[language])
    album.take("satisfied")
    for name, picture in (("likely", "range"), ("where", "place"), ("opinion", "words")):
        one.pass_all(name)
        album.take(picture)
    one.pass_all()
    album.take("check")
    one.page.route(SEND_TO, lambda route: route.abort())
    one.send()
    one.page.locator('[data-screen="waiting"]').wait_for()
    album.take("waiting")
    one.page.unroute_all()
    one.receipt()
    album.take("receipt")


def _fill_in(album: Album) -> None:
    """Take the long form, empty and with its faults, and two pages that say no."""
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
    studio: tuple[Browser, Live, Camera], size: tuple[int, int], language: str, **options: bool
) -> Iterator[Album]:
    chromium, live, camera = studio
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale=language, **options
    )
    tail = f"{width}x{height}-{language}{'-nojs' if options else ''}"
    yield Album(Respondent(context.new_page(), live, language), camera, tail)
    context.close()
