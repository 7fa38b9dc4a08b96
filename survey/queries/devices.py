"""Reads about devices: who holds a key, and when each was last heard."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, func, select

from survey.db.database import Database
from survey.errors import NotAllowed
from survey.models import Device, DeviceReport, Response, SampledPlace
from survey.queries.place_scope import is_within


@dataclass(frozen=True)
class Sender:
    """A known credential: the device, the place it sends for, and whether it was revoked."""

    device: str
    place: str
    is_revoked: bool


def device_of_key(connection: Connection, key_digest: bytes) -> Sender:
    """Return the device whose key has this digest; raise NotAllowed."""
    row = connection.execute(
        select(Device.id, Device.place, Device.revoked_at).where(Device.key_digest == key_digest)
    ).one_or_none()
    if row is None:
        raise NotAllowed("unauthorised", "no device has this key")
    return Sender(device=row.id, place=row.place, is_revoked=row.revoked_at is not None)


def recent_sender(database: Database, key_digest: bytes) -> Sender:
    """Return the device of a key, at most a second old; raise NotAllowed."""

    def fetch() -> Sender:
        with database.reading() as connection:
            return device_of_key(connection, key_digest)

    return cast("Sender", database.recent.get(("device", key_digest.hex()), fetch))


@dataclass(frozen=True)
class EnrolledDevice:
    """A device as administrators see it; ``heard_hour`` is the last hour in which it spoke.

    ``keeping`` is how safely it said interviews wait on it, None if it never did.
    """

    id: str
    name: str
    place: str
    enrolled_at: dt.datetime
    revoked_at: dt.datetime | None
    heard_hour: dt.datetime | None
    keeping: str | None


def enrolled_devices(
    connection: Connection, place: str | None, limit: int
) -> list[EnrolledDevice]:
    """Return the devices that send for a place (None: for any), the newest first."""
    columns = Device.id, Device.name, Device.place, Device.enrolled_at, Device.revoked_at
    rows = connection.execute(
        select(*columns, heard_hour(), DeviceReport.keeping)
        .outerjoin(DeviceReport, DeviceReport.device == Device.id)
        .where(is_within(Device.__table__.c.place, place))
        .order_by(Device.enrolled_at.desc(), Device.id)
        .limit(limit)
    )
    return [EnrolledDevice(*row) for row in rows]


@dataclass(frozen=True)
class DeviceHealth:
    """How a device that may send is: the last hour it spoke, how many it said wait on it then.

    Either is None when the device never said so.
    """

    id: str
    name: str
    place: str
    heard_hour: dt.datetime | None
    waiting_count: int | None


def device_health(connection: Connection, place: str | None, limit: int) -> list[DeviceHealth]:
    """Return the devices that may send for a place (None: for any), the longest silent first."""
    heard = heard_hour()
    columns = Device.id, Device.name, Device.place, heard, DeviceReport.waiting_count
    rows = connection.execute(
        select(*columns)
        .outerjoin(DeviceReport, DeviceReport.device == Device.id)
        .where(Device.revoked_at.is_(None), is_within(Device.__table__.c.place, place))
        .order_by(heard.is_not(None), heard, Device.id)
        .limit(limit)
    )
    return [DeviceHealth(*row) for row in rows]


def heard_hour() -> ColumnElement[dt.datetime | None]:
    """Return the hour of the newest report, or of the newest response from before reports."""
    newest = (
        select(func.max(Response.received_hour))
        .where(Response.device == Device.id)
        .scalar_subquery()
    )
    return func.coalesce(DeviceReport.heard_hour, newest)


def is_sampled_place(connection: Connection, place: str) -> bool:
    """Tell whether a place is in the sample of some round."""
    found = select(SampledPlace.id).where(SampledPlace.place == place).limit(1)
    return connection.scalar(found) is not None
