"""Deeds about snapshots: bring one up to its documents, make it anew, hold it against them."""

from survey.db.database import Database
from survey.instruments.model import Instrument
from survey.queries.rounds import published_instrument, round_facts
from survey.snapshot.build import Differences, Source, differences, rebuild, update
from survey.snapshot.store import Manifest


def snapshot_source(database: Database, round_code: str) -> Source:
    """Return where the documents of a round are and how to read them; raise NotFound."""
    with database.reading() as connection:
        facts = round_facts(connection, round_code)

    def instrument_of(version: str) -> Instrument:
        with database.reading() as connection:
            return published_instrument(connection, facts.instrument, version).instrument

    return Source(database, round_code, instrument_of)


def update_snapshot(database: Database, round_code: str) -> Manifest:
    """Bring a round's snapshot up to what arrived, changed or was withdrawn."""
    source = snapshot_source(database, round_code)
    with source.store.held():
        return update(source)


def rebuild_snapshot(database: Database, round_code: str) -> Manifest:
    """Make a round's snapshot anew from all its documents."""
    source = snapshot_source(database, round_code)
    with source.store.held():
        return rebuild(source)


def check_snapshot(database: Database, round_code: str) -> Differences:
    """Compare a round's snapshot with its documents, leaving out what is due."""
    source = snapshot_source(database, round_code)
    with source.store.held():
        return differences(source)
