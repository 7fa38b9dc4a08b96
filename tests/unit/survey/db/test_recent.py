"""Values that may be a second old."""

import time

from survey.db import recent
from survey.db.recent import Recent


def test_a_value_is_fetched_once_and_again_when_it_is_old(monkeypatch) -> None:
    moment = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    fetched = iter(range(10))
    known: Recent[str, int] = Recent(seconds=1.0)
    assert [known.get("a", fetched.__next__) for _ in range(3)] == [0, 0, 0]
    moment[0] += 1.1
    assert known.get("a", fetched.__next__) == 1
    known.forget()
    assert known.get("a", fetched.__next__) == 2


def test_memory_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(recent, "MAX_ENTRIES", 3)
    known: Recent[int, int] = Recent(seconds=1000.0)
    for key in range(10):
        known.get(key, lambda: 0)
    assert len(known._values) <= 3
