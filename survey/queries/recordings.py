"""Questions read aloud: which there are, which are missing, and the sound itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from sqlalchemy import Connection, func, select

from survey.db.database import Database
from survey.errors import NotFound
from survey.models import Recording

Sounds: TypeAlias = Mapping[str, Mapping[str, str]]
"""Item -> language -> SHA-256 of the sound."""


@dataclass(frozen=True)
class Sound:
    """The bytes of one recording and what they are."""

    media_type: str
    content: bytes


def sounds_of(connection: Connection, instrument: str, version: str) -> Sounds:
    """Return every recording of a version."""
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(
        select(Recording.item, Recording.language, Recording.sha256)
        .where(Recording.instrument == instrument, Recording.version == version)
        .order_by(Recording.item, Recording.language)
    ):
        found.setdefault(row.item, {})[row.language] = row.sha256
    return found


def recent_sounds(database: Database, instrument: str, version: str) -> Sounds:
    """Return every recording of a version, at most a second old."""

    def fetch() -> Sounds:
        with database.reading() as connection:
            return sounds_of(connection, instrument, version)

    return cast("Sounds", database.recent.get(("sounds", instrument, version), fetch))


def sound(connection: Connection, sha256: str) -> Sound:
    """Return the sound of that digest; raise NotFound."""
    row = connection.execute(
        select(Recording.media_type, Recording.content).where(Recording.sha256 == sha256).limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("unknown-recording", where="recording", got=sha256)
    return Sound(row.media_type, row.content)


def bytes_of_version(connection: Connection, instrument: str, version: str) -> int:
    """Return how much all recordings of a version weigh."""
    total = select(func.coalesce(func.sum(func.length(Recording.content)), 0))
    where = total.where(Recording.instrument == instrument, Recording.version == version)
    return int(connection.execute(where).scalar_one())
