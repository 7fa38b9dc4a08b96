"""The commands of the demonstration: what is done once, and what arrives after READY."""

import pytest

from survey.queries.fieldwork import round_progress
from survey.queries.releases import latest_release
from survey.simulate import commands, counters, demonstration
from survey.simulate.counters import open_counters
from survey.simulate.demonstration import build_demonstration
from survey.simulate.rounds import COUNTER, SAMPLED
from survey.simulate.sending import Installation


@pytest.fixture
def place(store) -> Installation:
    return Installation(store.database, store.keys)


def test_estimates_are_released_by_group_once(place, monkeypatch):
    monkeypatch.setattr(demonstration, "PER_VILLAGE", 2)
    monkeypatch.setattr(demonstration, "N_OPEN", 10)
    build_demonstration(place, lambda *_: None)
    commands._release_once(place.database, SAMPLED)
    with place.database.reading() as connection:
        first = latest_release(connection, SAMPLED)
    commands._release_once(place.database, SAMPLED)
    with place.database.reading() as connection:
        assert latest_release(connection, SAMPLED) == first
    assert first is not None


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", None])
def test_ratings_arrive_once_the_server_answers(app, place, monkeypatch, address):
    monkeypatch.setattr(counters, "N_RATINGS", 20)
    monkeypatch.setattr(commands, "await_ready", lambda *_: address)
    monkeypatch.setattr(commands, "_die_with_parent", lambda: None)
    open_counters(place)
    outcome = app.test_cli_runner().invoke(args=[commands.ARRIVALS, "127.0.0.1", "8000"])
    assert outcome.exit_code == 0
    with place.database.reading() as connection:
        received = round_progress(connection, COUNTER).received_count
    assert received == (20 if address else 0)
    assert ("20/20" in outcome.output) == (received == 20)
