"""The page that hangs beside a tablet: one sheet of A4, readable by everyone, fetching nothing."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

CARD = Path(__file__).parents[2] / "docs" / "counter-card.html"


def test_the_card_is_one_sheet_for_everyone(chromium) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(CARD.as_uri())
    assert Axe().run(page).response["violations"] == []
    sheets = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    assert asked == [CARD.as_uri()]
