"""Slips and posters as staff print them: each on its paper, whole, for everyone to read."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey import clock
from survey.operations.places import bring_builtin_places
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.terms import Role
from tests.browser.live import Live, serving
from tests.browser.slip_states import ROUND, SIZES

N_SLIPS = 7
MILLIMETRE = 72 / 25.4
SHEETS = {"58": (58, 130, N_SLIPS), "80": (80, 140, N_SLIPS), "a4": (210, 297, 1)}
POSTERS = {"a4": (210, 297), "a5": (148, 210)}
BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Live]:
    """A server that knows the places of the country."""
    with serving(tmp_path_factory.mktemp("papers")) as live:
        with live.app.extensions["store"].database.writing() as connection:
            bring_builtin_places(connection)
        yield live


@pytest.fixture
def enter(chromium: Browser, office: Live) -> Iterator[Callable[[str], Page]]:
    """Log an administrator in, in a language."""
    pages: list[Page] = []

    def make(language: str) -> Page:
        login = f"in-{language}-{clock.now():%H%M%S%f}"
        with office.app.extensions["store"].database.writing() as connection:
            person = add_staff(connection, NewStaff(login, "Lò Thị Lan", Role.ADMIN), "x")
            attempt = Attempt(person, "", login, Role.ADMIN.value)
            token = finish_log_in(connection, attempt, clock.now())
        context = chromium.new_context(locale=language, base_url=office.address)
        context.add_cookies([{"name": "staff", "value": token, "url": office.address}])
        pages.append(context.new_page())
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()


def owes_nothing(page: Page) -> None:
    """Expect of the page, at every size, what every page owes to everyone."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found] == [], width
        is_wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        assert not is_wide, width


def sheets_of(page: Page) -> list[tuple[int, int]]:
    """Print the page; return the sizes of its sheets in millimetres."""
    boxes = BOX.findall(page.pdf(prefer_css_page_size=True))
    return [(round(float(w) / MILLIMETRE), round(float(h) / MILLIMETRE)) for w, h in boxes]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("paper", SHEETS)
def test_slips_come_whole_on_their_paper(enter, paper, language):
    page = enter(language)
    page.goto(f"/admin/rounds/{ROUND}/slips")
    page.locator("details.enrol:not([open]) > summary").or_(page.locator("#place")).first.click()
    page.locator("#place").fill("03979")
    page.locator("#group").fill("Hộ tịch – Chứng thực")
    page.locator("#count").fill(str(N_SLIPS))
    page.locator(f'input[name="paper"][value="{paper}"]').check()
    page.locator('form.press button[type="submit"]').first.click()
    expect(page.locator(".slip")).to_have_count(N_SLIPS)
    owes_nothing(page)
    width, height, count = SHEETS[paper]
    assert sheets_of(page) == [(width, height)] * count


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("paper", POSTERS)
def test_a_poster_is_one_sheet(enter, paper, language):
    page = enter(language)
    page.goto(f"/admin/rounds/{ROUND}/poster?paper={paper}")
    owes_nothing(page)
    assert sheets_of(page) == [POSTERS[paper]]
