"""What designers have published: versions of instruments, and the trees that score them."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from survey.models import IndexTreeVersion, InstrumentVersion


@dataclass(frozen=True)
class PublishedVersion:
    """One published version of an instrument as lists show it."""

    code: str
    version: str
    sha256: str
    title: dict[str, str]
    published_at: dt.datetime

    @property
    def name(self) -> str:
        """The version as forms and addresses name it."""
        return f"{self.code}/{self.version}"


@dataclass(frozen=True)
class ListedTree:
    """One index tree as lists show it."""

    sha256: str
    code: str
    instrument: str
    title: dict[str, str]


def published_versions(connection: Connection) -> list[PublishedVersion]:
    """Return every published version of every instrument, the newest first."""
    rows = connection.execute(
        select(
            *(InstrumentVersion.code, InstrumentVersion.version, InstrumentVersion.sha256),
            *(InstrumentVersion.document["title"], InstrumentVersion.published_at),
        ).order_by(InstrumentVersion.published_at.desc(), InstrumentVersion.code)
    )
    return [PublishedVersion(*row) for row in rows]


def listed_trees(connection: Connection, instrument: str | None = None) -> list[ListedTree]:
    """Return the index trees of an instrument, or of all, by code."""
    columns = IndexTreeVersion.__table__.c
    query = select(columns.sha256, columns.code, columns.instrument, columns.title)
    if instrument is not None:
        query = query.where(columns.instrument == instrument)
    rows = connection.execute(query.order_by(columns.instrument, columns.code, columns.sha256))
    return [ListedTree(*row) for row in rows]
