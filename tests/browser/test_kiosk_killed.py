"""A tablet whose browser is killed, at any question: the person is gone, earlier forms arrive."""

import dataclasses
import os
import shutil
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from survey.instruments.loader import load_builtin
from tests.browser.line import Line
from tests.browser.live import Live
from tests.browser.respondent import PATIENCE
from tests.browser.tablet import Tablet, tablet_in
from tests.chromium import ARGUMENTS

ASKED = [item.name for item in load_builtin("one_stop").items if item.is_asked]
WAITING = """async () => {
  const base = await new Promise((done) => {
    const request = indexedDB.open('lang-nghe-outbox');
    request.onsuccess = () => done(request.result);
  });
  const request = base.transaction('items').objectStore('items').getAllKeys();
  await new Promise((done) => { request.onsuccess = done; });
  base.close();
  return request.result;
}"""
MARKED = "() => document.querySelectorAll('[data-item] input:checked').length"


class Bench:
    """One tablet whose disk outlives its browser."""

    def __init__(self, chromium: Browser, live: Live, profile: Path) -> None:
        self.chromium = chromium
        self.line = Line(live.address)
        self.live = dataclasses.replace(live, address=self.line.address)
        self.profile = profile
        self.context: BrowserContext | None = None

    def start(self) -> Tablet:
        """Start the browser on its old profile."""
        self.context = self.chromium.browser_type.launch_persistent_context(
            self.profile,
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=ARGUMENTS,
            viewport={"width": 800, "height": 1280},
            locale="vi",
        )
        one = tablet_in(self.context, self.live)
        one.round = "one-stop"
        return one

    def start_offline(self) -> Tablet:
        """Start it in a building without a network: its screens are there."""
        one = self.start()
        one.open("/k")
        one.expect_screen("attract")
        return one

    def kill(self) -> None:
        """Take the power away: no page hears that it ends."""
        (browser,) = self._processes()
        os.kill(browser, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while self._processes() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self._processes() == []
        self.context = None

    def _processes(self) -> list[int]:
        """Return the browser that uses this profile; its helpers end with it."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                is_helper = any(word.startswith(b"--type=") for word in words)
                if f"--user-data-dir={self.profile}".encode() in words and not is_helper:
                    found.append(int(folder.name))
        return found

    def on_disk(self, word: str) -> list[Path]:
        """Return the files of the profile in which a word stands."""
        spellings = [word.encode(), word.encode("utf-16-le")]
        return [
            path
            for path in self.profile.rglob("*")
            if path.is_file() and any(one in path.read_bytes() for one in spellings)
        ]


@pytest.fixture
def bench(chromium: Browser, live: Live, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(chromium, live, tmp_path / "profile")
    one = made.start()
    one.enrol("one-stop")
    one.be_ready()
    made.context.close()
    made.line.cut()
    yield made
    if made.context is not None:
        made.context.close()
    made.line.close()


def test_killed_at_each_question_the_person_is_gone_and_earlier_forms_arrive(bench) -> None:
    before = len(bench.live.stored())
    finished = 0
    for question in ASKED:
        one = bench.start_offline()
        assert len(one.page.evaluate(WAITING)) == finished
        assert one.page.evaluate(MARKED) == 0
        if finished < 3:
            answer_up_to(one, "check")
            one.press_at_once("send")
            one.expect_screen("kept")
            one.press("finish")
            finished += 1
        answer_up_to(one, question)
        one.expect_question(question)
        assert one.page.evaluate(MARKED) == ASKED.index(question)
        bench.kill()
    one = bench.start_offline()
    assert one.page.evaluate(MARKED) == 0
    assert len(one.page.evaluate(WAITING)) == finished
    bench.line.mend()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.until(lambda: len(bench.live.stored()) == before + finished)
    one.until(lambda: one.page.evaluate(WAITING) == [])
    assert len(bench.live.stored()) == before + finished


def test_killed_while_words_are_written_or_sent_they_are_nowhere_on_the_disk(bench) -> None:
    word = f"chim{uuid.uuid4().hex}"
    one = bench.start_offline()
    for is_sent in (False, True):
        answer_up_to(one, "opinion")
        one.write(word)
        if is_sent:
            one.forward()
            one.press("send")
            one.expect_screen("kept")
        one.page.wait_for_timeout(1_000)
        bench.kill()
        assert bench.on_disk(word) == []
        one = bench.start_offline()
        assert word not in one.everything_kept()


def answer_up_to(one: Tablet, question: str) -> None:
    """Come to the tablet and choose the first answer of every question before that one."""
    one.arrive()
    one.page.evaluate(
        """(until) => {
          for (let turn = 0; turn < 50; turn += 1) {
            const question = document.querySelector('[data-item]:not([hidden])');
            if (!question || question.dataset.item === until) return;
            const all = '.choice input[value="result"]'; // this purpose leads to every question
            (question.querySelector(all) ?? question.querySelector('.choice input'))?.click();
            document.querySelector('[data-do="next"]').click();
          }
        }""",
        question,
    )
