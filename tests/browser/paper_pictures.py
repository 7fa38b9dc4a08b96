"""Pictures of what staff print: slips on receipt paper and A4, posters."""

import dataclasses
import datetime as dt
from typing import Final

from playwright.sync_api import Browser, Page, expect

from survey import clock
from survey.instruments.loader import load_builtin
from survey.operations.rounds import open_round
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.terms import Role
from survey.web.store import Store
from tests.browser.camera import Camera
from tests.browser.live import Live, a_round
from tests.browser.tablet import PLACE

ROUND: Final = "mot-cua"
TITLE: Final = {"vi": "Đánh giá tại Bộ phận Một cửa", "en": "Rating at the one-stop counter"}
OPEN_FOR: Final = dt.timedelta(days=90)
GROUP: Final = "Hộ tịch – Chứng thực"
A4, A5 = (794, 1123), (559, 794)
"""Sheets in pixels of CSS, 96 to the inch."""

SLIPS: Final = {"58": (219, 500), "80": (302, 560), "a4": A4}
POSTERS: Final = {"a4": A4, "a5": A5}
NAMES: Final = frozenset(
    [*(f"paper-slip-{paper}" for paper in SLIPS), *(f"paper-poster-{paper}" for paper in POSTERS)]
)


def take(chromium: Browser, live: Live, camera: Camera) -> None:
    """Take one sheet of each paper, as a printer gets it."""
    page = _administrator(chromium, live)
    for paper, size in SLIPS.items():
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 800})
        _print_slips(page, paper)
        _as_printed(page, size)
        part = page if paper == "a4" else page.locator(".slip").first
        camera.keep(f"paper-slip-{paper}", part.screenshot(animations="disabled"))
    for paper, size in POSTERS.items():
        page.goto(f"/admin/rounds/{ROUND}/poster?paper={paper}")
        _as_printed(page, size)
        camera.keep(f"paper-poster-{paper}", page.screenshot(animations="disabled"))
    page.context.close()


def _print_slips(page: Page, paper: str) -> None:
    page.goto(f"/admin/rounds/{ROUND}/slips")
    page.locator("details.enrol:not([open]) > summary").or_(page.locator("#place")).first.click()
    page.locator("#place").fill(PLACE)
    page.locator("#group").fill(GROUP)
    page.locator("#count").fill("12")
    page.locator(f'input[name="paper"][value="{paper}"]').check()
    page.locator('form.press button[type="submit"]').first.click()
    expect(page.locator(".slip")).to_have_count(12)


def _as_printed(page: Page, size: tuple[int, int]) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": size[0], "height": size[1]})


def _administrator(chromium: Browser, live: Live) -> Page:
    store: Store = live.app.extensions["store"]
    today = clock.now().astimezone(clock.VIETNAM).date()
    new = a_round(ROUND, load_builtin("one_stop"), TITLE, today + OPEN_FOR)
    with store.database.writing() as connection:
        open_round(connection, dataclasses.replace(new, opens_on=today))
        person = add_staff(connection, NewStaff("in-an", "Lò Thị Lan", Role.ADMIN), "x")
        attempt = Attempt(person, "", "in-an", Role.ADMIN.value)
        token = finish_log_in(connection, attempt, clock.now())
    context = chromium.new_context(locale="vi", base_url=live.address)
    context.add_cookies([{"name": "staff", "value": token, "url": live.address}])
    return context.new_page()
