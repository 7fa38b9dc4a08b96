"""Staff at the counter's pages: three sizes, two languages, axe, paper, forms, never an answer."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.clock import VIETNAM
from survey.operations.device_reports import Heard, note_heard
from survey.operations.finished_files import keep_finished_files
from survey.operations.kiosks import Refusals, count_declined
from survey.operations.score_runs import run_scores
from survey.queries.counters import FilesFinished, finished_files
from survey.queries.staff import OPERATOR, Person
from survey.terms import Keeping, Role
from survey.web.login import cookie_name
from tests.browser.conftest import LARGE, SMALL
from tests.browser.live import Live, answering
from tests.build import an_id, settle
from tests.unit.survey.counters import conftest as counters
from tests.unit.survey.counters.conftest import FAR_OFFICE, OFFICE, OTHER_OFFICE

tablets, rate, enter = counters.tablets, counters.rate, counters.enter

SIZES = (SMALL, (800, 1280), LARGE)
OCTOBER, TODAY = dt.date(2026, 10, 1), dt.date(2026, 11, 21)
COUNTERS, FILES = "/analyst/counters", "/analyst/counters/files"
ROUND = "/analyst/rounds/quay"
MONTHS = f"{ROUND}/months"
OF_SUPERVISORS = (COUNTERS, FILES)
OF_ANALYSTS = (
    MONTHS,
    f"{MONTHS}?month=2026-10&office={OFFICE}",
    f"{MONTHS}?month=2026-10&office={OTHER_OFFICE}",
    f"{ROUND}/quality",
    f"{ROUND}/one_stop",
)
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
PERSON = Person("s", "x", "Lan", Role.SUPERVISOR, "14")


def at(month: int, day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def office(app, database, clock, rate, tablets) -> Iterator[Live]:
    """Two settled months and a working day of three counters, one of them flooded yesterday."""
    app.debug = app.config["WTF_CSRF_ENABLED"] = True
    clock.moment = at(10, 31, 23)
    for day in (1, 15, 30):
        rate(OFFICE, 12, at(10, day, 10))
    rate(OTHER_OFFICE, 20, at(10, 7, 10), points=1)
    clock.moment = at(11, 20, 11)
    rate(FAR_OFFICE, 130, at(11, 20, 10), points=0)
    clock.moment = at(11, 21, 11)
    rate(OFFICE, 11, clock.moment)
    clock.moment = at(11, 21, 15)
    rate(OFFICE, 12, clock.moment)
    note_heard(database, Heard(tablets[OFFICE].device, 0, Keeping.SAFE))
    note_heard(database, Heard(tablets[OTHER_OFFICE].device, 5, Keeping.PERHAPS))
    settle(database)
    run_scores(database, "quay")
    with database.writing() as connection:
        count_declined(connection, Refusals(an_id(), "quay", OFFICE, TODAY, 4))
        rows = [FilesFinished(OFFICE, OCTOBER, 1240)]
        keep_finished_files(connection, rows, PERSON, OPERATOR)
    with answering(app) as live:
        yield live


@pytest.fixture
def look(chromium: Browser, office, enter) -> Iterator[Callable[..., Page]]:
    """Open a browser with the session of a role; its console must stay silent."""
    said: list[str] = []
    pages: list[Page] = []

    def open_page(role: Role, language: str = "vi", place: str | None = None) -> Page:
        with office.app.test_request_context("/"):
            name = cookie_name()
        kept = enter(role, place).get_cookie(name)
        context = chromium.new_context(locale=language, base_url=office.address)
        context.add_cookies([{"name": name, "value": kept.value, "url": office.address}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    refused = "Failed to load resource: the server responded with a status of 422"
    assert [words for words in said if not words.startswith(refused)] == []


def hold_well(page: Page, path: str, language: str) -> None:
    """Show a page at every size: nothing runs off the side, axe finds no barrier.

    English is looked at on a phone, where its words have the least room.
    """
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    for width, height in SIZES if language == "vi" else SIZES[:1]:
        page.set_viewport_size({"width": width, "height": height})
        is_within = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert is_within, f"{path} at {width}"
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()


@LANGUAGES
def test_people_of_a_counter_see_counts_and_tablets_and_never_an_answer(look, language):
    page = look(Role.SUPERVISOR, language, "14")
    for path in OF_SUPERVISORS:
        hold_well(page, path, language)
        assert "CANARY" not in page.content()
    page.goto(COUNTERS)
    words = {"vi": ("sáng 11, chiều 12", "trình duyệt có thể xóa"), "en": ("11", "may clear")}
    for said in words[language]:
        expect(page.locator("table").first).to_contain_text(said)
    assert page.locator("dd.big").all_inner_texts() == ["23", "4"]
    assert f"Quầy {FAR_OFFICE}" not in page.content()


@LANGUAGES
def test_analysts_read_the_month_and_the_suspects_of_counters(look, language):
    page = look(Role.ANALYST, language)
    for path in OF_ANALYSTS:
        hold_well(page, path, language)
        assert "CANARY" not in page.content()
    page.goto(MONTHS)
    row = page.locator("tbody tr", has_text="1.240" if language == "vi" else "1,240")
    expect(row).to_contain_text({"vi": "2,9", "en": "2.9"}[language])
    expect(row).to_contain_text({"vi": "Tốt", "en": "Good"}[language])
    page.goto(f"{ROUND}/one_stop")
    page.locator("a[href$='quality#suspects']").click()
    expect(page.locator("#suspects ~ div table tbody tr").first).to_contain_text("130")


def test_a_figure_is_entered_by_form_and_many_by_file(look, database):
    page = look(Role.SUPERVISOR, place="14")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(FILES)
    page.get_by_label("Nơi giải quyết thủ tục").select_option(OTHER_OFFICE)
    page.get_by_label("Tháng", exact=True).fill("2026-10")
    page.get_by_label("Số hồ sơ đã giải quyết").fill("-1")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("từ 0 trở lên")
    page.get_by_label("Số hồ sơ đã giải quyết").fill("310")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu 1 số liệu")
    page.get_by_text("Tải lên tệp CSV cho nhiều nơi").click()
    table = f"place,month,finished_files\n{OFFICE},2026-09,900\n{OTHER_OFFICE},2026-09,250\n"
    _upload(page, table.replace("250", "nhiều"))
    expect(page.get_by_role("alert").first).to_be_visible()
    _upload(page, table)
    expect(page.get_by_role("status")).to_contain_text("Đã lưu 2 số liệu")
    with database.reading() as connection:
        rows = finished_files(connection, None)
    kept = {(row.place, row.month.month): row.files_count for row in rows}
    assert kept == {
        (OFFICE, 10): 1240, (OTHER_OFFICE, 10): 310, (OFFICE, 9): 900, (OTHER_OFFICE, 9): 250,
    }  # fmt: skip


def _upload(page: Page, table: str) -> None:
    file = {"name": "ho-so.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên", exact=True).click()


def test_paper_carries_the_warning_and_the_figures_and_no_menus(look):
    page = look(Role.ANALYST)
    page.goto(f"{MONTHS}?month=2026-10&office={OFFICE}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator(".band")).to_contain_text("không phải kết quả chính thức")
    expect(page.locator("table").first).to_be_visible()
    expect(page.locator(".staff-nav")).to_be_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if os.environ.get("PICS"):
        page.screenshot(path=Path(os.environ["PICS"]) / "print.png", full_page=True)
