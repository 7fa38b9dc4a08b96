"""An analyst looks at a round: log-in, preview, two sizes, two languages, paper, keyboard."""

import dataclasses
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.simulate import demonstration
from survey.simulate.accounts import DemoDevice, prepare_accounts
from survey.simulate.demonstration import Installation, build_demonstration
from survey.simulate.rounds import OPEN, SAMPLED
from tests.browser.conftest import LARGE, SMALL
from tests.browser.live import Live, serving

TREE = f"/analyst/rounds/{SAMPLED}/sipas_mean5"
PAGES = (
    "/analyst/",
    f"/analyst/rounds/{SAMPLED}",
    TREE,
    f"{TREE}?node=I.C",
    f"/analyst/rounds/{SAMPLED}/weights",
    f"/analyst/rounds/{OPEN}/sipas_top2",
    "/account",
)
EXPECTED = ("Failed to load resource", "Clear-Site-Data")
"""What Chromium itself says of a refused page and of a log-out."""
TABLET = (800, 1280)


@dataclasses.dataclass(frozen=True)
class Office:
    """A running demonstration and the passwords of its staff."""

    live: Live
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Office]:
    """A demonstration with four people in each village, behind a real server."""
    folder: Path = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch, serving(folder) as live:
        patch.setattr(demonstration, "PER_VILLAGE", 4)
        patch.setattr(demonstration, "N_OPEN", 30)
        store = live.app.extensions["store"]
        patient = dataclasses.replace(store.settings, rate_login=10**6)
        live.app.extensions["store"] = dataclasses.replace(store, settings=patient)
        build_demonstration(Installation(store.database, store.keys), lambda *_: None)
        with store.database.writing() as connection:
            device = DemoDevice("03646.01", SAMPLED)
            passwords = prepare_accounts(connection, folder, device)
        yield Office(live, passwords)


@pytest.fixture
def enter(chromium: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Log somebody in with a browser of their own; its console must stay silent."""
    pages: list[Page] = []
    said: list[str] = []

    def make(size=LARGE, language="vi", login="analyst", **options) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(
            viewport=viewport, locale=language, base_url=office.live.address, **options
        )
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/login")
        page.locator("#login").fill(login)
        page.locator("#password").fill(office.passwords[login])
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/analyst/|/account"))
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.context.close()
    assert [words for words in said if not words.startswith(EXPECTED)] == []


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


VI = (
    "vi",
    "Khảo sát hộ gia đình tỉnh Sơn La",
    "Ước lượng nội bộ, không phải kết quả chính thức",
)
EN = ("en", "Household survey in Sơn La province", "Internal estimate, not an official result")


@pytest.mark.parametrize(
    ("size", "words"),
    [(SMALL, VI), (SMALL, EN), (TABLET, EN), (LARGE, VI)],
    ids=["phone-vi", "phone-en", "tablet-en", "desk-vi"],
)
def test_from_log_in_to_an_exported_table(enter, tmp_path, size, words):
    language, round_name, warning = words
    page = enter(size, language)
    page.get_by_role("link", name=round_name).first.click()
    page.locator(".tree-list a").nth(1).click()
    expect(page.locator(".band")).to_contain_text(warning)
    expect(page.locator(".lead")).to_contain_text("95 %")
    expect(page.locator(".chart svg:visible")).to_have_count(1)
    page.wait_for_load_state()
    figures = page.locator("tr.depth-0 td").all_inner_texts()
    assert re.fullmatch(r"\d\d[,.]\d", figures[0])
    assert re.fullmatch(r"\d\d[,.]\d – \d\d[,.]\d", figures[1])
    assert has_no_sideways_scroll(page)
    with page.expect_download() as download:
        page.locator(".downloads a").filter(has_text="XLSX").first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    shown = float(figures[0].replace(",", "."))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    numbers = [cell for row in sheet.values for cell in row if isinstance(cell, float)]
    assert any(math.isclose(number, shown, abs_tol=0.06) for number in numbers)
    assert any(warning in str(cell) for row in sheet.values for cell in row)


def hold_well(page: Page, path: str) -> None:
    """Show a page in the light at every size, in the dark on a phone: axe finds no barrier."""
    for scheme, sizes in (("light", (LARGE, TABLET, SMALL)), ("dark", (SMALL,))):
        page.emulate_media(color_scheme=scheme)
        page.goto(path)
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            assert has_no_sideways_scroll(page), path


def test_every_page_is_free_of_known_barriers(enter):
    page = enter()
    for path in PAGES:
        hold_well(page, path)


def test_the_log_in_page_is_free_of_known_barriers(chromium, office):
    page = chromium.new_context(base_url=office.live.address, locale="vi").new_page()
    page.goto("/login")
    page.get_by_role("button").click()
    expect(page.locator("#faults")).to_be_visible()
    page.wait_for_load_state()
    found = Axe().run(page)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()


def test_the_chart_can_be_read_on_a_phone_and_in_the_dark(enter):
    page = enter(SMALL, color_scheme="dark")
    page.goto(TREE)
    chart = page.locator(".chart svg:visible")
    assert chart.get_attribute("class") == "chart-narrow"
    box = chart.bounding_box()
    assert box["width"] > 300
    text = chart.locator("text").last
    assert (
        page.evaluate("(e) => getComputedStyle(e).fill", text.element_handle())
        != "rgb(27, 39, 51)"
    )


def test_the_keyboard_alone_reaches_the_depth_filter(enter):
    page = enter()
    page.goto(TREE)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('.levels') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("level="))
    expect(page.locator("tr.depth-2")).to_have_count(0)


def test_paper_carries_the_warning_the_chart_and_the_whole_table(enter):
    page = enter()
    page.goto(TREE)
    page.emulate_media(media="print")
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator(".chart-wide")).to_be_visible()
    expect(page.locator(".staff-nav")).to_be_hidden()
    assert len(page.pdf()) > 10_000


def test_a_supervisor_is_refused_estimates_in_words(enter):
    page = enter(login="supervisor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đợt khảo sát")
    with page.expect_response(TREE) as reply:
        page.evaluate("(path) => fetch(path)", TREE)
    assert reply.value.status == 403


def test_logging_out_closes_the_door(enter):
    page = enter()
    page.goto("/account")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/login")
    page.goto("/analyst/")
    expect(page).to_have_url(re.compile("/login"))


def test_the_count_of_a_round_moves_by_itself(enter, office):
    page = enter()
    page.goto(f"/analyst/rounds/{OPEN}")
    count = page.locator("[data-count=received_count]")
    expect(count).to_have_text("30")
    store = office.live.app.extensions["store"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstration, "PER_VILLAGE", 4)
        patch.setattr(demonstration, "N_OPEN", 31)
        build_demonstration(Installation(store.database, store.keys), lambda *_: None)
    expect(count).to_have_text("31")
