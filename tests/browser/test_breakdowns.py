"""An analyst from log-in to an exported table: sizes, languages, keyboard, paper, axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from survey.operations.releases import release_scores
from survey.queries.releases import latest_release
from survey.queries.staff import OPERATOR
from survey.simulate.rounds import OPEN, SAMPLED
from tests.browser.conftest import LARGE, SMALL
from tests.browser.test_analyst import Office, enter, has_no_sideways_scroll, office

__all__ = ["enter", "office"]

TABLET = (800, 1280)
TREE = f"/analyst/rounds/{SAMPLED}/sipas_mean5"
PAGES = (
    "/analyst/",
    f"{TREE}/by/stratum",
    f"{TREE}/by/age_band?node=I.C",
    f"{TREE}/by/commune",
    f"{TREE}?node=I.C",
    f"/analyst/rounds/{SAMPLED}/quality",
    f"/analyst/rounds/{OPEN}/quality",
)
SIZES = pytest.mark.parametrize("size", [SMALL, TABLET, LARGE], ids=["phone", "tablet", "desk"])


@pytest.fixture(autouse=True)
def released(office: Office) -> None:
    """See that the round of the demonstration is released by group."""
    database = office.live.app.extensions["store"].database
    with database.reading() as connection:
        is_released = latest_release(connection, SAMPLED) is not None
    if not is_released:
        release_scores(database, SAMPLED, OPERATOR, "thử")


@SIZES
@pytest.mark.parametrize(
    ("language", "round_name", "words"),
    [
        (
            "vi",
            "Khảo sát hộ gia đình tỉnh Sơn La",
            ("Xem theo khu vực", "Giới tính", "Xem", "Ước lượng nội bộ"),
        ),
        (
            "en",
            "Household survey in Sơn La province",
            ("See by area", "Sex", "Show", "Internal estimate"),
        ),
    ],
)
def test_from_log_in_to_an_exported_table(enter, size, language, round_name, words):
    by_groups, sex, show, warning = words
    page = enter(size, language)
    page.get_by_role("link", name=round_name).first.click()
    page.locator(".tree-list a[href$=sipas_mean5]").click()
    page.get_by_role("link", name=re.compile(f"^{by_groups}")).click()
    page.locator(".levels").get_by_role("link", name=sex).click()
    page.locator("#node").select_option("I.C")
    page.get_by_role("button", name=show, exact=True).click()
    page.wait_for_url(re.compile(r"/by/sex\?node=I\.C"))
    expect(page.locator(".band")).to_contain_text(warning)
    expect(page.locator("tbody tr")).to_have_count(2)
    assert has_no_sideways_scroll(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"by","group"')
    assert any('"I.C"' in line for line in lines[1:])


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_free_of_known_barriers(enter, size, scheme):
    page = enter(size, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert has_no_sideways_scroll(page), path


def test_the_keyboard_alone_chooses_another_component(enter):
    page = enter()
    page.goto(f"{TREE}/by/stratum")
    page.locator("#node").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("node="))


def test_paper_carries_the_warning_the_intervals_and_the_table(enter):
    page = enter()
    page.goto(f"{TREE}/by/stratum")
    page.emulate_media(media="print")
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator(".chart-wide")).to_be_visible()
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator("tbody")).to_be_visible()
