"""How much one sender may ask for in a minute; the counts live in memory and are never stored."""

import threading
import time
from typing import Final, cast

from flask import Flask, current_app

from survey.errors import Throttled

WINDOW_SECONDS: Final = 60.0
MOST_SENDERS: Final = 100_000


class MinuteCounts:
    """Counts by sender in windows of a minute that begin with the sender's first request.

    The packages that do this start a thread to clear old counts while a request waits, which
    costs milliseconds under load; here old windows are dropped when there are many.
    """

    def __init__(self) -> None:
        self._windows: dict[tuple[str, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, sender: tuple[str, ...], allowed: int) -> float:
        """Count one request; return 0, or the time until the sender may ask again."""
        now = time.monotonic()
        with self._lock:
            begun, count = self._windows.get(sender, (now, 0))
            if now - begun >= WINDOW_SECONDS:
                begun, count = now, 0
            if count >= allowed:
                return begun + WINDOW_SECONDS - now
            if count == 0 and len(self._windows) >= MOST_SENDERS:
                self._drop_old(now)
            self._windows[sender] = (begun, count + 1)
        return 0.0

    def _drop_old(self, now: float) -> None:
        self._windows = {
            sender: window
            for sender, window in self._windows.items()
            if now - window[0] < WINDOW_SECONDS
        }


def init_limits(app: Flask) -> None:
    """Give the application its own counts."""
    app.extensions["limits"] = MinuteCounts()


def spend(purpose: str, allowed: int, *who: str) -> None:
    """Count one request of ``who``; raise Throttled beyond ``allowed`` a minute."""
    counts = cast("MinuteCounts", current_app.extensions["limits"])
    wait = counts.seconds_to_wait((purpose, *who), allowed)
    if wait > 0:
        raise Throttled(retry_after=max(1, round(wait)))
