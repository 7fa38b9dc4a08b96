"""The system's Chromium, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
"""Root may not use the sandbox, and a closed network refuses what Chromium asks by itself."""


def chromium_path() -> str | None:
    """Return where the system keeps its Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def system_chromium() -> Iterator[Browser]:
    """Open the browser; playwright allows one driver in a thread at a time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
