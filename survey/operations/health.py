"""Is the installation able to take a response now? Each check answers with one word."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from survey import clock
from survey.db.database import Database
from survey.db.schema import require_newest
from survey.db.writer import STALE_SECONDS
from survey.errors import SurveyError, Unavailable
from survey.models import Probe

SLOWEST_PROBE_SECONDS = 1.0


def readiness(database: Database) -> Mapping[str, str]:
    """Return each check by name, ``ok`` or the code of what is wrong."""
    database.writer.start()
    checks: dict[str, Callable[[Database], None]] = {
        "writer": _writer_moves,
        "disk": _disk_has_room,
        "schema": require_newest,
        "store": _write_is_durable,
    }
    return {name: _outcome(check, database) for name, check in checks.items()}


def _outcome(check: Callable[[Database], None], database: Database) -> str:
    try:
        check(database)
    except SurveyError as error:
        return error.code
    return "ok"


def _writer_moves(database: Database) -> None:
    if database.writer.heartbeat_age() > STALE_SECONDS:
        raise Unavailable("busy", "the writer has not moved for five seconds")


def _disk_has_room(database: Database) -> None:
    if not database.writer.has_room():
        raise Unavailable("full", "the disk is almost full")


def _write_is_durable(database: Database) -> None:
    """Write a row through the writer and read it back through a reader, within a second."""
    started, now = time.monotonic(), clock.now()
    database.writer.submit(_prove, now)
    with database.reading() as connection:
        proved_at = connection.scalars(select(Probe.proved_at)).one()
    if proved_at < now or time.monotonic() - started > SLOWEST_PROBE_SECONDS:
        raise Unavailable("busy", "the store is slow")


def _prove(connection: Connection, moments: Sequence[dt.datetime]) -> Sequence[None]:
    connection.execute(delete(Probe))
    connection.execute(insert(Probe).values(id=1, proved_at=max(moments)))
    return [None] * len(moments)
