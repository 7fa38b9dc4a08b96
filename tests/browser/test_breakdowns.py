"""An analyst from log-in to an exported table: sizes, languages, keyboard, paper, axe."""

import re

import pytest
from playwright.sync_api import expect

from survey.operations.releases import release_scores
from survey.queries.releases import latest_release
from survey.queries.staff import OPERATOR
from survey.simulate.rounds import OPEN, SAMPLED
from tests.browser.conftest import LARGE, SMALL
from tests.browser.test_analyst import (
    TABLET,
    Office,
    enter,
    has_no_sideways_scroll,
    hold_well,
    office,
)

__all__ = ["enter", "office"]

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
VI = (
    "vi",
    "Khảo sát hộ gia đình tỉnh Sơn La",
    ("Xem theo khu vực", "Giới tính", "Xem", "Ước lượng nội bộ"),
)
EN = (
    "en",
    "Household survey in Sơn La province",
    ("See by area", "Sex", "Show", "Internal estimate"),
)


@pytest.fixture(autouse=True)
def released(office: Office) -> None:
    """See that the round of the demonstration is released by group."""
    database = office.live.app.extensions["store"].database
    with database.reading() as connection:
        is_released = latest_release(connection, SAMPLED) is not None
    if not is_released:
        release_scores(database, SAMPLED, OPERATOR, "thử")


@pytest.mark.parametrize(
    ("size", "words"),
    [(SMALL, VI), (SMALL, EN), (TABLET, EN), (LARGE, VI)],
    ids=["phone-vi", "phone-en", "tablet-en", "desk-vi"],
)
def test_from_log_in_to_an_exported_table(enter, size, words):
    language, round_name, (by_groups, sex, show, warning) = words
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


def test_every_page_is_free_of_known_barriers(enter):
    page = enter()
    for path in PAGES:
        hold_well(page, path)


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
