"""Fixtures of the browser: one running installation, a respondent for each test."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.line import Line
from tests.browser.live import Live, serving
from tests.browser.respondent import PATIENCE, Respondent

expect.set_options(timeout=PATIENCE * 1000)

SMALL, LARGE = (360, 640), (1280, 800)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as needing a browser; such a test is tried twice, aloud."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def live(tmp_path_factory) -> Iterator[Live]:
    """A server with open rounds, shared by every test."""
    with serving(tmp_path_factory.mktemp("installation")) as live:
        yield live


@pytest.fixture
def line(live: Live) -> Iterator[Line]:
    """A cable to the server that can be cut."""
    made = Line(live.address)
    yield made
    made.close()


@pytest.fixture
def far(live: Live, line: Line) -> Live:
    """The server, at the far end of the cable."""
    return dataclasses.replace(live, address=line.address)


@pytest.fixture
def respondent(chromium: Browser, live: Live) -> Iterator[Callable[..., Respondent]]:
    """Make respondents with a browser of their own; none may see an error in its console."""
    made: list[Respondent] = []

    def make(size: tuple[int, int] = SMALL, language: str = "vi", **options: object) -> Respondent:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, **options
        )
        made.append(Respondent(context.new_page(), live, language))
        return made[-1]

    yield make
    for one in made:
        one.page.context.close()
    assert [error for one in made for error in one.errors] == []
