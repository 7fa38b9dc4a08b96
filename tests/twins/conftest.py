"""A page of the real browser that has loaded the JavaScript twins, as they are sent to people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from survey.web.assets import sent_files

SENT = sent_files()
ORIGIN = "http://twins.test"
LOAD = """async () => {
  window.twin = {...await import('/evaluate.js'), ...await import('/flow.js')};
}"""


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(ORIGIN + "/")
    if name:
        script = SENT[name]
        route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
    else:
        route.fulfill(body="<!doctype html><title>twins</title>", content_type="text/html")


@pytest.fixture(scope="session")
def twin(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.route("**/*", _serve)
    page.goto(ORIGIN + "/")
    page.evaluate(LOAD)
    yield page
    page.close()
