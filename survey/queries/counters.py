"""Reads about counters for the people who run them: counts and devices, never an answer."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from survey.clock import VIETNAM
from survey.models import Declined, Device, DeviceReport, FinishedFiles, Kiosk, Response, SlipBatch
from survey.queries.devices import heard_hour
from survey.queries.place_scope import is_within


@dataclass(frozen=True)
class Tablet:
    """One tablet of a counter; what it last said of itself is None as long as it has not."""

    id: str
    name: str
    place: str
    round: str
    revoked_at: dt.datetime | None
    heard_hour: dt.datetime | None
    waiting_count: int | None
    keeping: str | None


@dataclass(frozen=True)
class FilesFinished:
    """How many files an office finished in a month, which is named by its first day."""

    place: str
    month: dt.date
    files_count: int


def tablets(connection: Connection, place: str | None, limit: int) -> list[Tablet]:
    """Return the tablets within a place (None: all), those in use first, then by name."""
    rows = connection.execute(
        select(
            *(Device.id, Device.name, Device.place, Kiosk.round, Device.revoked_at),
            *(heard_hour(), DeviceReport.waiting_count, DeviceReport.keeping),
        )
        .join(Kiosk, Kiosk.device == Device.id)
        .outerjoin(DeviceReport, DeviceReport.device == Device.id)
        .where(is_within(Device.__table__.c.place, place))
        .order_by(Device.revoked_at.is_not(None), Device.place, Device.name, Device.id)
        .limit(limit)
    )
    return [Tablet(*row) for row in rows]


def forms_by_hour(
    connection: Connection, devices: Collection[str], day: dt.date
) -> dict[tuple[str, int], int]:
    """Return how many responses came in on a day, by device and hour of the day in Vietnam."""
    start = dt.datetime.combine(day, dt.time(), VIETNAM)
    rows = connection.execute(
        select(Response.device, Response.received_hour, func.count())
        .where(
            Response.device.in_(devices),
            Response.received_hour >= start,
            Response.received_hour < start + dt.timedelta(days=1),
        )
        .group_by(Response.device, Response.received_hour)
    )
    return {(str(device), hour.astimezone(VIETNAM).hour): n for device, hour, n in rows}


def declined_on(connection: Connection, place: str | None, day: dt.date) -> dict[str, int]:
    """Return how many people said no on a day, by place, within a place (None: everywhere)."""
    rows = connection.execute(
        select(Declined.place, func.sum(Declined.count))
        .where(Declined.day == day, is_within(Declined.__table__.c.place, place))
        .group_by(Declined.place)
    )
    return {code: int(n) for code, n in rows}


def device_names(connection: Connection, devices: Collection[str]) -> dict[str, str]:
    """Return the names of devices, by id."""
    rows = connection.execute(select(Device.id, Device.name).where(Device.id.in_(devices)))
    return {row.id: row.name for row in rows}


def counter_places(connection: Connection, place: str | None) -> list[str]:
    """Return the places within a place (None: all) that have a device or slips, in order."""
    sent = select(Device.place).union(select(SlipBatch.place)).subquery()
    rows = connection.scalars(
        select(sent.c.place).where(is_within(sent.c.place, place)).order_by(sent.c.place)
    )
    return list(rows)


def finished_files(
    connection: Connection, place: str | None, month: dt.date | None = None
) -> list[FilesFinished]:
    """Return what was entered within a place (None: everywhere), the newest month first."""
    columns = FinishedFiles.__table__.c
    wanted = select(columns.place, columns.month, columns.files_count)
    wanted = wanted.where(is_within(columns.place, place))
    if month is not None:
        wanted = wanted.where(columns.month == month)
    rows = connection.execute(wanted.order_by(columns.month.desc(), columns.place))
    return [FilesFinished(*row) for row in rows]
