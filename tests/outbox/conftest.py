"""Pages of the real browser that have loaded the outbox: over https, and over plain http."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

STATIC = Path(__file__).resolve().parents[2] / "survey" / "web" / "static"
WORLD = Path(__file__).with_name("world.js")
LOAD = """async () => {
  window.outbox = {
    ...await import('/queue.js'), ...await import('/sha256.js'),
    ...await import('/outbox_store.js'), ...await import('/outbox.js'),
    ...await import('/world.js'),
  };
}"""


def _serve(route: Route) -> None:
    name = route.request.url.split("/", 3)[3]
    if name.endswith(".js"):
        path = WORLD if name == WORLD.name else STATIC / name
        script = path.read_text(encoding="utf-8")
        route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
    else:
        route.fulfill(body="<!doctype html><title>outbox</title>", content_type="text/html")


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """Open pages of one browser profile; a second page finds what the first one kept."""
    context = chromium.new_context()
    context.route("**/*", _serve)

    def load(origin: str = "https://outbox.test") -> Page:
        page = context.new_page()
        page.goto(f"{origin}/")
        page.evaluate(LOAD)
        return page

    yield load
    context.close()


@pytest.fixture
def page(opened: Callable[[str], Page]) -> Page:
    """A page over https."""
    return opened("https://outbox.test")
