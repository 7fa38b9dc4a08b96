"""A backup every night while the server runs, made and checked by a process of its own.

On by default, so that an installation of two commands has backups too; a process of its own,
because reading a whole database would slow down the people who are answering.
"""

import datetime as dt
import subprocess
import sys
import threading
from typing import Final

import structlog

from config import Settings
from survey import clock
from survey.operations.backups import all_backups

LOG = structlog.get_logger()

HOUR: Final = 2
"""Two in the morning in Vietnam: nobody stands at a counter."""

LOOK_EVERY_SECONDS: Final = 60.0
TRY_AGAIN: Final = dt.timedelta(hours=1)
COMMAND: Final = (sys.executable, "-m", "flask", "--app", "wsgi", "backup", "--check")


def keep_nightly_backups(settings: Settings) -> None:
    """Start the thread that looks at the clock, unless a timer of the system does it."""
    if settings.backup_nightly:
        threading.Thread(target=_watch, args=(settings,), name="nightly", daemon=True).start()


def is_due(now: dt.datetime, last: dt.datetime) -> bool:
    """Tell whether a night has begun since the last backup (or since the start, before one)."""
    local = now.astimezone(clock.VIETNAM)
    night = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if night > local:
        night -= dt.timedelta(days=1)
    return last < night


def _watch(settings: Settings) -> None:
    started, tried = clock.now(), dt.datetime.min.replace(tzinfo=dt.UTC)
    pause = threading.Event()
    while not pause.wait(LOOK_EVERY_SECONDS):
        now, backups = clock.now(), all_backups(settings)
        last = backups[0].made_at if backups else started
        if is_due(now, last) and now - tried >= TRY_AGAIN:
            tried = now
            outcome = subprocess.run(COMMAND, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - fixed words
            say = LOG.info if outcome.returncode == 0 else LOG.error
            say("backup", status=outcome.returncode)
