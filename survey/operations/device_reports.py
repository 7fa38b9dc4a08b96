"""Deeds of devices that say how they are: the hour they were heard, how many interviews wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, update

from survey import clock
from survey.db.database import Database
from survey.models import DeviceReport


@dataclass(frozen=True)
class Heard:
    """A device was heard; ``waiting`` is how many wait on it, None if it did not say."""

    device: str
    waiting: int | None


def note_heard(database: Database, heard: Heard) -> None:
    """Note that a device was heard, with the next transaction; the same at most once a second."""
    key = ("heard", heard.device, str(heard.waiting))
    database.recent.get(key, lambda: database.writer.post(_note_all, heard))


def _note_all(connection: Connection, many: Sequence[Heard]) -> Sequence[None]:
    """Keep of each device what it said last."""
    hour = clock.to_hour(clock.now())
    for heard in {each.device: each for each in many}.values():
        waiting = func.coalesce(heard.waiting, DeviceReport.waiting_count)
        known = update(DeviceReport).where(DeviceReport.device == heard.device)
        done = connection.execute(known.values(heard_hour=hour, waiting_count=waiting))
        if done.rowcount == 0:
            row = {"device": heard.device, "heard_hour": hour, "waiting_count": heard.waiting}
            connection.execute(insert(DeviceReport).values(row))
    return [None] * len(many)
