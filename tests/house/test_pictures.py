"""The pictures of the documentation: every state has one, every one is shown, all are light."""

import re
from pathlib import Path

import pytest

from tests.browser.picture_index import PAGE, index_of
from tests.browser.screenshots import FOLDER, NAMES

DOCS = FOLDER.parent
IMAGE = re.compile(r"images/([\w-]+)\.png")
GUIDES = sorted(DOCS.glob("guide-*.md"))
COLOUR_TYPE, PALETTE = 25, 3
"""Where a PNG says how it holds colours, and what it says there of a palette."""

MOST_BYTES = 250_000
ALL_BYTES = 8_000_000


def test_every_state_has_its_picture_and_no_picture_is_left_over():
    assert {path.stem for path in FOLDER.glob("*")} == NAMES


def test_the_page_of_pictures_shows_them_all():
    assert PAGE.read_text(encoding="utf-8") == index_of(NAMES)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_shows_pictures_that_exist(guide: Path):
    shown = set(IMAGE.findall(guide.read_text(encoding="utf-8")))
    assert shown <= NAMES


@pytest.mark.parametrize("subject", ["kiosk", "slip", "withdrawal", "check", "paper", "counter"])
def test_the_guide_of_the_counter_shows_something_of_each(subject: str):
    shown = IMAGE.findall((DOCS / "guide-counter.md").read_text(encoding="utf-8"))
    assert any(name.startswith(f"{subject}-") for name in shown)


def test_pictures_are_kept_with_a_palette():
    plain = [
        path.stem for path in FOLDER.glob("*.png") if path.read_bytes()[COLOUR_TYPE] != PALETTE
    ]
    assert plain == []


def test_pictures_are_light():
    sizes = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert [name for name, size in sizes.items() if size > MOST_BYTES] == []
    assert sum(sizes.values()) < ALL_BYTES
