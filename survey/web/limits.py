"""How much one sender may ask for in a time; the counts live in memory and are never stored."""

import threading
import time
from typing import Final, cast

from flask import Flask, current_app

from survey.errors import Throttled

A_MINUTE: Final = 60.0
AN_HOUR: Final = 3600.0
MOST_SENDERS: Final = 100_000


class WindowCounts:
    """Counts by sender in windows of time that begin with the sender's first request.

    The packages that do this start a thread to clear old counts while a request waits, which
    costs milliseconds under load; here old windows are dropped when there are many.
    """

    def __init__(self) -> None:
        self._windows: dict[tuple[str, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(
        self, sender: tuple[str, ...], allowed: int, seconds: float, cost: int = 1
    ) -> float:
        """Count one request; return 0, or the time until the sender may ask again.

        The last request that is let through may cost more than is left: a batch is never cut.
        """
        now = time.monotonic()
        with self._lock:
            ends, count = self._windows.get(sender, (0.0, 0))
            if now >= ends:
                ends, count = now + seconds, 0
            if count >= allowed:
                return ends - now
            if count == 0 and len(self._windows) >= MOST_SENDERS:
                self._drop_old(now)
            self._windows[sender] = (ends, count + cost)
        return 0.0

    def _drop_old(self, now: float) -> None:
        self._windows = {
            sender: window for sender, window in self._windows.items() if now < window[0]
        }


def init_limits(app: Flask) -> None:
    """Give the application its own counts."""
    app.extensions["limits"] = WindowCounts()


def spend(purpose: str, allowed: int, *who: str, seconds: float = A_MINUTE, cost: int = 1) -> None:
    """Count one request of ``who``; raise Throttled beyond ``allowed`` in that time."""
    counts = cast("WindowCounts", current_app.extensions["limits"])
    wait = counts.seconds_to_wait((purpose, *who), allowed, seconds, cost)
    if wait > 0:
        raise Throttled(retry_after=max(1, round(wait)))
