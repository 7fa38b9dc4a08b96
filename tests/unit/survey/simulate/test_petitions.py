"""Petition ratings of the demonstration: each by a code of its own, sent once, scored."""

import json

import pytest
from sqlalchemy import func, select

from survey.models import Quarantine, Response, Slip
from survey.queries.fieldwork import channel_counts, round_progress
from survey.queries.rounds import round_facts
from survey.queries.scores import Part, latest_run
from survey.simulate import petitions
from survey.simulate.petitions import N_PEOPLE, rate_petitions
from survey.simulate.rounds import PETITION
from survey.simulate.sending import Installation


class Interrupted(Exception):
    pass


@pytest.fixture
def place(store) -> Installation:
    return Installation(store.database, store.keys)


def stored(database) -> dict[str, bytes]:
    with database.reading() as connection:
        return dict(connection.execute(select(Response.id, Response.body)).all())


def used_slips(database) -> int:
    with database.reading() as connection:
        counted = select(func.count()).select_from(Slip).where(Slip.is_used)
        return connection.scalars(counted).one()


def test_everyone_answers_by_a_code_and_the_round_is_scored(place, database):
    rate_petitions(place, lambda *_: None)
    with database.reading() as connection:
        facts = round_facts(connection, PETITION)
        progress = round_progress(connection, PETITION)
        channels = channel_counts(connection, PETITION)
        run = latest_run(connection, PETITION, Part.INDICATIVE)
        assert connection.scalar(select(func.count()).select_from(Quarantine)) == 0
    assert facts.is_simulated
    assert not facts.is_open_access
    assert channels == {"device": 0, "slip": N_PEOPLE, "open": 0}
    assert progress.waiting_count == 0
    assert used_slips(database) == N_PEOPLE
    assert run.responses_count == N_PEOPLE
    answered = [json.loads(body)["answers"].get("answered") for body in stored(database).values()]
    assert {"0", "1", "2"} <= set(answered)


def test_an_interrupted_sending_is_finished_once(place, database, monkeypatch):
    send = petitions.send

    def half(place, code, letters, progress):
        send(place, code, letters[: N_PEOPLE // 2], progress)
        raise Interrupted

    monkeypatch.setattr(petitions, "send", half)
    with pytest.raises(Interrupted):
        rate_petitions(place, lambda *_: None)
    part = stored(database)
    assert len(part) == N_PEOPLE // 2
    monkeypatch.undo()
    for _ in range(2):
        rate_petitions(place, lambda *_: None)
        whole = stored(database)
        assert part.items() <= whole.items()
        assert (len(whole), used_slips(database)) == (N_PEOPLE, N_PEOPLE)
