"""Deeds of devices that say how they are: when heard, how many interviews wait, how safely."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from survey import clock
from survey.db.database import Database
from survey.models import DeviceReport
from survey.terms import Keeping


@dataclass(frozen=True)
class Heard:
    """A device was heard; how many wait on it and how safely are None if it did not say."""

    device: str
    waiting: int | None
    keeping: Keeping | None


def note_heard(database: Database, heard: Heard) -> None:
    """Note that a device was heard, with the next transaction; the same at most once a second."""
    key = ("heard", heard.device, str(heard.waiting), str(heard.keeping))
    database.recent.get(key, lambda: database.writer.post(_note_all, heard))


def _note_all(connection: Connection, many: Sequence[Heard]) -> Sequence[None]:
    """Keep of each device what it said last; what it leaves out stays as it said before."""
    hour = clock.to_hour(clock.now())
    for heard in many:
        said = {"waiting_count": heard.waiting, "keeping": heard.keeping}
        told = {name: value for name, value in said.items() if value is not None}
        known = update(DeviceReport).where(DeviceReport.device == heard.device)
        done = connection.execute(known.values(heard_hour=hour, **told))
        if done.rowcount == 0:
            row = insert(DeviceReport).values(device=heard.device, heard_hour=hour, **told)
            connection.execute(row)
    return [None] * len(many)
