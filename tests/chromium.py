"""The system's Chromium, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
"""Root may not use the sandbox, and a closed network refuses what Chromium asks by itself."""


@contextmanager
def system_chromium() -> Iterator[Browser]:
    """Open the browser; playwright allows one driver in a thread at a time."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
