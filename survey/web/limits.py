"""How much one sender may ask for in a minute; the counts are never stored."""

import time
from typing import cast

from flask import Flask, current_app
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from survey.errors import Throttled


def init_limits(app: Flask) -> None:
    """Give the application its own counts, in the memory of the process."""
    app.extensions["limits"] = FixedWindowRateLimiter(MemoryStorage())


def spend(purpose: str, allowed: int, *who: str) -> None:
    """Count one request of ``who``; raise Throttled beyond ``allowed`` a minute."""
    counts = cast("FixedWindowRateLimiter", current_app.extensions["limits"])
    item = RateLimitItemPerMinute(allowed)
    if not counts.hit(item, purpose, *who):
        reset_at = counts.get_window_stats(item, purpose, *who).reset_time
        raise Throttled(retry_after=max(1, round(reset_at - time.time())))
