"""A tablet without a network: its screens start after a restart, answers wait, and then go out."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.live import Live
from tests.browser.tablet import Tablet, tablet_in
from tests.chromium import ARGUMENTS

SHELL = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""
SCREENS = ("/static/", "/k", "/audio/")
REACHES = "() => fetch('/livez').then(() => true, () => false)"
SLOWER, LIMIT_SECONDS = 6, 1.0

Start = Callable[[], BrowserContext]


@pytest.fixture
def start(chromium: Browser, tmp_path: Path) -> Iterator[Start]:
    """Start the same tablet again and again: its disk outlives the browser."""
    running: list[BrowserContext] = []

    def again() -> BrowserContext:
        for context in running:
            context.close()
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=path,
            args=ARGUMENTS,
            viewport={"width": 800, "height": 1280},
            locale="vi",
        )
        running[:] = [context]
        return context

    yield again
    for context in running:
        context.close()


def enrolled(context: BrowserContext, live: Live) -> Tablet:
    """Enrol the tablet and wait until its shell is kept."""
    one = tablet_in(context, live)
    one.enrol("one-stop")
    one.be_ready()
    return one


def restarted_offline(start: Start, live: Live) -> Tablet:
    """Return the tablet after a restart in a building without a network."""
    one = tablet_in(start(), live)
    one.round = "one-stop"
    return one


def test_the_shell_is_the_screens_and_nothing_of_anybody(start, live) -> None:
    one = enrolled(start(), live)
    kept = one.page.evaluate(SHELL)
    assert "/k" in kept
    assert [path for path in kept if not path.startswith(SCREENS)] == []
    asked = one.page.evaluate("() => performance.getEntriesByType('resource').map((e) => e.name)")
    static = {path for url in asked if "/static/" in (path := url.removeprefix(live.address))}
    assert static <= set(kept)


def test_answers_given_without_a_network_wait_through_a_restart_and_go_out(
    start, far, line
) -> None:
    enrolled(start(), far)
    line.cut()
    one = restarted_offline(start, far)
    before = len(one.stored_here())
    one.open("/k")
    one.expect_screen("attract")
    assert one.page.evaluate(REACHES) is False
    one.arrive()
    one.pass_all()
    one.press("send")
    one.expect_screen("kept")
    assert len(one.stored_here()) == before
    again = restarted_offline(start, far)
    again.open("/k")
    again.expect_screen("attract")
    assert len(again.stored_here()) == before
    line.mend()
    again.page.evaluate("() => dispatchEvent(new Event('online'))")
    again.until(lambda: len(again.stored_here()) == before + 1)


def test_the_first_question_comes_within_a_second_on_a_slow_tablet_offline(
    start, far, line
) -> None:
    enrolled(start(), far)
    line.cut()
    one = restarted_offline(start, far)
    one.page.context.new_cdp_session(one.page).send(
        "Emulation.setCPUThrottlingRate", {"rate": SLOWER}
    )
    one.open("/k")
    one.expect_screen("attract")
    ready = one.page.evaluate(
        "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    )
    for deed in ("open", "consent"):
        one.press(deed)
    one.rest()
    took = one.page.evaluate(
        """() => new Promise((resolve) => {
          const began = performance.now();
          document.querySelector('[data-do="agree"]').click();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
        })"""
    )
    seconds = (ready + took) / 1000
    print(f"\nfirst question offline, CPU slowed {SLOWER}x: {seconds:.2f} s")  # noqa: T201 - the figure
    expect(one.page.locator("[data-item]:visible")).to_have_count(1)
    if "PYTEST_XDIST_WORKER" in os.environ or os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip(f"other work keeps this machine busy: {seconds:.2f} s proves nothing")
    assert seconds <= LIMIT_SECONDS


def test_a_tablet_that_was_revoked_forgets_its_screens(start, live) -> None:
    one = enrolled(start(), live)
    one.page.context.clear_cookies()
    one.open_door()
    expect(one.page.locator("#code")).to_be_visible()
    assert "/k" not in one.page.evaluate(SHELL)
