"""Scores of large rounds, computed while the server runs, by a process of their own.

A process of its own, because counting a million answers would slow down the people who answer.
"""

import datetime as dt
import subprocess
import sys
import threading
from typing import Final

import structlog

from survey import clock
from survey.db.database import Database
from survey.errors import SurveyError
from survey.operations.fresh_scores import rounds_to_score

LOOK_EVERY_SECONDS: Final = 60.0
AT_MOST_EVERY: Final = dt.timedelta(minutes=15)
COMMAND: Final = (sys.executable, "-m", "flask", "--app", "wsgi", "score", "--")
LOG = structlog.get_logger()


class Scorekeeper:
    """Computes what waits, each round at most once in a quarter of an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tried: dict[str, dt.datetime] = {}

    def look(self) -> None:
        """Compute the rounds whose turn it is."""
        now = clock.now()
        for code in rounds_to_score(self._database):
            last = self._tried.get(code)
            if last is None or now - last >= AT_MOST_EVERY:
                self._tried[code] = now
                _score(code)


def keep_scores_fresh(database: Database) -> None:
    """Start the thread that looks, once a minute."""
    keeper = Scorekeeper(database)
    threading.Thread(target=_watch, args=(keeper,), name="scorekeeper", daemon=True).start()


def _watch(keeper: Scorekeeper) -> None:
    pause = threading.Event()
    while not pause.wait(LOOK_EVERY_SECONDS):
        try:
            keeper.look()
        except SurveyError as error:
            LOG.warning("scores", error=error.code)


def _score(code: str) -> None:
    outcome = subprocess.run([*COMMAND, code], stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - fixed words, a round's code
    say = LOG.info if outcome.returncode == 0 else LOG.error
    say("scores", round=code, status=outcome.returncode)
