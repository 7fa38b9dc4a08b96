"""The counters of the demonstration: ratings of half a year, sent again until all are there."""

import json

import pytest
from sqlalchemy import func, select

from survey import clock
from survey.clock import VIETNAM
from survey.models import Quarantine, Response
from survey.operations.places import bring_builtin_places
from survey.queries.counters import forms_by_hour, tablets
from survey.queries.fieldwork import round_progress
from survey.queries.rounds import round_facts
from survey.queries.scores import Part, latest_run
from survey.simulate import counters
from survey.simulate.accounts import PEOPLE
from survey.simulate.counters import open_counters, rate_at_counters
from survey.simulate.rounds import COUNTER
from survey.simulate.sending import Installation
from survey.terms import Role
from tests.build import settle


class Interrupted(Exception):
    pass


@pytest.fixture
def place(store, monkeypatch) -> Installation:
    """A few hundred ratings, a hundred at once."""
    monkeypatch.setattr(counters, "N_RATINGS", 300)
    monkeypatch.setattr(counters, "AT_ONCE", 100)
    place = Installation(store.database, store.keys)
    open_counters(place)
    return place


def stored(database) -> dict[str, bytes]:
    with database.reading() as connection:
        return dict(connection.execute(select(Response.id, Response.body)).all())


def test_ratings_come_from_every_counter_over_months_and_none_is_doubted(place, database):
    told = []
    rate_at_counters(place, lambda *step: told.append(step))
    assert told[-1] == (COUNTER, 300, 300)
    with database.reading() as connection:
        facts = round_facts(connection, COUNTER)
        progress = round_progress(connection, COUNTER)
        run = latest_run(connection, COUNTER, Part.INDICATIVE)
        places = set(connection.scalars(select(Response.place)))
        assert connection.scalar(select(func.count()).select_from(Quarantine)) == 0
    assert (progress.received_count, progress.waiting_count) == (300, 0)
    assert not progress.has_design
    assert not facts.is_open_access
    assert places == {commune.code for commune in counters.counters()}
    days = {json.loads(body)["answered_hour"][:10] for body in stored(database).values()}
    assert len({day[:7] for day in days}) >= 6
    assert min(days) >= facts.opens_on.isoformat()
    assert run.responses_count == 300


def test_the_supervisor_of_the_demonstration_sees_every_counter_at_work(place, database):
    rate_at_counters(place, lambda *_: None)
    open_counters(place)
    scope = next(person.place for person in PEOPLE if person.role is Role.SUPERVISOR)
    today = clock.now().astimezone(VIETNAM).date()
    settle(database)
    with database.writing() as connection:
        bring_builtin_places(connection)
        found = tablets(connection, scope, 100)
        forms = forms_by_hour(connection, [tablet.id for tablet in found], today)
    assert {tablet.place for tablet in found} == {one.code for one in counters.counters()}
    assert len(found) == len(counters.counters())
    assert sum(forms.values()) == 300
    told = {(tablet.waiting_count, tablet.keeping) for tablet in found}
    assert told == {(0, "safe"), (3, "perhaps")}


def test_an_interrupted_half_year_is_finished_with_the_same_ratings(place, database):
    def stop(_code, count, _total):
        if count >= 200:
            raise Interrupted

    with pytest.raises(Interrupted):
        rate_at_counters(place, stop)
    part = stored(database)
    assert len(part) == 200
    rate_at_counters(place, lambda *_: None)
    whole = stored(database)
    assert len(whole) == 300
    assert part.items() <= whole.items()


def test_the_same_seed_gives_the_same_ratings(place, database):
    rate_at_counters(place, lambda *_: None)
    letters = counters._letters(place)
    assert {letter.id: letter.write() for letter in letters} == stored(database)
