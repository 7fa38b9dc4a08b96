"""A person before the browser: what they see, choose, write and press."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Page, Request, Response, expect

from tests.browser.live import Live

WORDS = {
    "vi": {"agree": "Tôi đồng ý tham gia", "decline": "Tôi không tham gia", "dk": "Không biết"},
    "en": {"agree": "I agree to take part", "decline": "I will not take part", "dk": "Don't know"},
}

PATIENCE: Final = 30.0
"""Seconds: a machine that others keep busy may be that slow; nothing is judged by it."""

PASS = """(until) => {
  for (let turn = 0; turn < 200; turn++) {
    const question = document.querySelector("[data-item]:not([hidden])");
    if (!question || question.dataset.item === until) return;
    question.querySelector(".way input")?.click();
    document.querySelector('[data-do="next"]').click();
  }
}"""


class Respondent:
    """One person with one page."""

    def __init__(self, page: Page, live: Live, language: str) -> None:
        self.page = page
        self.live = live
        self.words = WORDS[language]
        self.errors: list[str] = []
        self.sent: list[Request] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._watch)

    def _hear(self, message: Any) -> None:
        is_expected = "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not is_expected:
            self.errors.append(message.text)

    def _watch(self, request: Request) -> None:
        if request.method != "GET":
            self.sent.append(request)

    def open(self, address: str) -> Response | None:
        return self.page.goto(self.live.address + address)

    def follow(self, deed: Callable[[], None]) -> None:
        """Do what leads to another page; wait until that page is there."""
        with self.page.expect_navigation():
            deed()

    def begin(self, code: str) -> None:
        self.open(f"/r/{code}")
        self.page.get_by_role("button", name=self.words["agree"]).click()

    def see(self, text: str) -> None:
        """Expect the heading of the present screen, and that it has the focus."""
        heading = self.page.locator(".words:focus, h1:focus")
        expect(heading).to_contain_text(text)

    @property
    def question(self) -> str:
        """The name of the item on the screen, or of the screen."""
        return str(
            self.page.evaluate(
                "() => (document.querySelector('[data-item]:not([hidden])')?.dataset.item)"
                " ?? document.querySelector('[data-screen]:not([hidden])')?.dataset.screen"
            )
        )

    def expect_question(self, name: str) -> None:
        """Wait for the item on the screen, or for the screen; a step back takes a moment."""
        there = f'[data-item="{name}"]:not([hidden]), [data-screen="{name}"]:not([hidden])'
        expect(self.page.locator(there)).to_be_visible()

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that no element of the page tells."""
        deadline = time.monotonic() + PATIENCE
        while not is_so() and time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
        assert is_so()

    def choose(self, text: str) -> None:
        words = self.page.get_by_text(text, exact=True)
        self.page.locator("label.choice:visible").filter(has=words).click()

    def write(self, value: str, field: str = "answer") -> None:
        self.page.locator(f'[data-item]:visible [name$="-{field}"]').first.fill(value)

    def next(self) -> None:
        self.page.locator('[data-do="next"]').click()

    def back(self) -> None:
        self.page.locator('[data-do="back"]').click()

    def send(self) -> None:
        self.page.locator('[data-do="send"]:visible').click()

    def pass_all(self, until: str = "check") -> None:
        """Answer "don't know" to everything up to a question, as fast as the page can."""
        self.page.evaluate(PASS, until)

    def receipt(self) -> str:
        code = self.page.locator(".receipt-code")
        expect(code).to_be_visible()
        return code.inner_text()

    def document(self) -> dict[str, Any]:
        """The stored response that this person sent."""
        interview = self.sent[-1].url.rpartition("/")[2]
        (row,) = [row for row in self.live.stored() if row.id == interview]
        return dict(json.loads(row.body))

    def has_no_sideways_scroll(self) -> bool:
        return bool(self.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
