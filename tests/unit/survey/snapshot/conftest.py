"""A round's snapshot on each database, and responses that reach its table without a door."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert

from config import Settings
from survey.models import Response
from survey.operations.rounds import publish_instrument
from survey.operations.snapshots import snapshot_source
from survey.snapshot.build import Source
from tests.build import a_body, an_id, an_instrument, with_rounds

HOUR = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)


@pytest.fixture
def settings(settings, database_url) -> Settings:
    return replace(settings, database_url=database_url)


@pytest.fixture
def source(database) -> Source:
    """The open round ``mo``, whose instrument has two published versions."""
    with_rounds(database)
    with database.writing() as connection:
        publish_instrument(connection, an_instrument("2"))
    return snapshot_source(database, "mo")


@pytest.fixture
def store_responses(database) -> Callable[..., list[str]]:
    """Store responses to the round ``mo`` as they are; return their ids."""

    def put(
        count: int, *, version: str = "1", notes: tuple[str, ...] = (), **changes
    ) -> list[str]:
        body = a_body(**changes)
        rows = [
            {
                "id": an_id(), "round": "mo", "instrument": "small",
                "instrument_version": version, "instrument_sha256": "a" * 64, "place": "00001",
                "channel": "device", "device": None, "state": "complete", "notes": list(notes),
                "received_hour": HOUR, "sha256": hashlib.sha256(body).hexdigest(), "body": body,
            }
            for _ in range(count)
        ]  # fmt: skip
        with database.writing() as connection:
            connection.execute(insert(Response), rows)
        return [row["id"] for row in rows]

    return put
