"""What a test must not wait with: ways that look as if they waited and do not."""

import re

import pytest

from tests.house.source import ROOT, files, name_of

TRAPS = {
    r"\.set_offline\(": "binds no service worker: cut the cable of tests/browser/line.py",
    r"wait_for_function\(\s*[\"']+\s*async": "a promise counts as true at once: use until()",
    r"set_default_timeout\(": "every limit is a patience of its own: keep the long one",
    r"expect\([^\n]*timeout=": "likewise",
}
WAITING = [
    path
    for path in files(".py")
    if name_of(path).startswith(("tests/browser/", "tests/outbox/", "tests/twins/"))
]


@pytest.mark.parametrize("path", WAITING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_browser_is_waited_for_in_ways_that_wait(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [why for trap, why in TRAPS.items() if re.search(trap, text)] == []
