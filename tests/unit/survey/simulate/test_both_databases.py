"""The demonstration and its estimates come out the same on SQLite and on PostgreSQL."""

import dataclasses

import pytest

from config import Settings
from survey.queries.fieldwork import place_progress, round_progress
from survey.queries.scores import Part, latest_run
from survey.simulate import demonstration
from survey.simulate.demonstration import Installation, build_demonstration
from survey.simulate.governance import build_governance_round, seeded_fieldwork
from survey.simulate.rounds import PAPI_LIKE, SAMPLED


@pytest.fixture
def settings(settings, database_url) -> Settings:
    return dataclasses.replace(settings, database_url=database_url)


def test_a_round_is_read_and_scored_on_either(store, database, monkeypatch):
    monkeypatch.setattr(demonstration, "PER_VILLAGE", 2)
    monkeypatch.setattr(demonstration, "N_OPEN", 10)
    build_demonstration(Installation(store.database, store.keys), lambda *_: None)
    with database.reading() as connection:
        progress = round_progress(connection, SAMPLED)
        places = place_progress(connection, SAMPLED)
        run = latest_run(connection, SAMPLED, Part.SAMPLE)
    assert progress.sampled_count == run.responses_count == 60
    assert {place.received_count for place in places} == {2}
    total = next(row for row in run.results["estimates"] if row["node"] == "total")
    assert total["df"] == 27
    assert total["low"] < total["estimate"] < total["high"]


def test_a_round_with_second_stage_units_is_read_and_scored_on_either(store, database):
    place = Installation(store.database, store.keys)
    build_governance_round(place, seeded_fieldwork(), lambda *_: None)
    with database.reading() as connection:
        progress = round_progress(connection, PAPI_LIKE)
        run = latest_run(connection, PAPI_LIKE, Part.SAMPLE)
    assert progress.sampled_count == run.responses_count == 240
    total = next(row for row in run.results["estimates"] if row["node"] == "total")
    assert total["df"] == 3
    assert total["low"] < total["estimate"] < total["high"]
