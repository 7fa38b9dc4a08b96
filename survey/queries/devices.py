"""Reads about devices: who holds a key."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, select

from survey.db.database import Database
from survey.errors import NotAllowed
from survey.models import Device


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
