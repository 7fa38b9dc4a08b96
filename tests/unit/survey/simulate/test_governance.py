"""The PAPI-like round of the demonstration: a design, honest weights, and nothing refused."""

import json

import pytest
from sqlalchemy import func, select

from survey.models import Place, Quarantine, Response
from survey.operations.places import bring_builtin_places
from survey.queries.fieldwork import place_progress, round_progress
from survey.queries.place_scope import within
from survey.queries.rounds import round_facts, sampled_places
from survey.queries.scores import Part, latest_run
from survey.queries.weighting import weighting_in_force
from survey.simulate.governance import build_governance_round, seeded_fieldwork
from survey.simulate.people import seeded_people
from survey.simulate.places import bring_villages
from survey.simulate.rounds import PAPI_LIKE, PROVINCE
from survey.simulate.sample import demonstration_sample
from survey.simulate.sending import Installation


@pytest.fixture(scope="module")
def fieldwork():
    return seeded_fieldwork()


def build(store, fieldwork) -> None:
    place = Installation(store.database, store.keys)
    build_governance_round(place, fieldwork, lambda *_: None)


def bodies(database) -> dict[str, bytes]:
    with database.reading() as connection:
        return dict(connection.execute(select(Response.id, Response.body)).all())


def test_240_interviews_are_scored_with_their_design_and_kept_when_run_again(
    store, database, fieldwork
):
    build(store, fieldwork)
    before = bodies(database)
    build(store, fieldwork)
    assert bodies(database) == before
    with database.reading() as connection:
        progress = round_progress(connection, PAPI_LIKE)
        places = place_progress(connection, PAPI_LIKE)
        run = latest_run(connection, PAPI_LIKE, Part.SAMPLE)
        assert connection.scalar(select(func.count()).select_from(Quarantine)) == 0
        assert round_facts(connection, PAPI_LIKE).is_simulated
    assert (progress.sampled_count, progress.placeless_count, progress.waiting_count) == (
        240,
        0,
        0,
    )
    assert [(place.received_count, place.target_count) for place in places] == [(20, 20)] * 12
    rows = {row["node"]: row for row in run.results["estimates"]}
    assert rows["total"]["df"] == 3
    assert all(rows["total"][bound] is not None for bound in ("low", "high"))
    hours = {json.loads(body)["answered_hour"] for body in before.values()}
    assert len({hour[:10] for hour in hours}) == 24


def test_weights_stand_for_all_adults_of_a_stratum(store, database, fieldwork):
    build(store, fieldwork)
    with database.reading() as connection:
        places = sampled_places(connection, PAPI_LIKE)
    assert len({place.psu for place in places}) == 6
    assert {place.ssu for place in places} == {place.place for place in places}
    for stratum in {place.stratum for place in places}:
        adults = sum(20 * place.base_weight for place in places if place.stratum == stratum)
        assert 280_000 < adults < 295_000


def test_the_sample_is_raked_to_the_adults_of_the_province(store, database, fieldwork):
    build(store, fieldwork)
    build(store, fieldwork)
    with database.reading() as connection:
        weighting = weighting_in_force(connection, PAPI_LIKE)
        run = latest_run(connection, PAPI_LIKE, Part.SAMPLE)
    assert weighting.number == 1
    asked = run.options["calibration"]
    assert (asked["kind"], asked["margins"]) == ("raking", fieldwork.margins)
    assert {sum(margin.values()) for margin in fieldwork.margins.values()} == {
        float(len(seeded_people()[1].village))
    }
    notes = {note["code"] for row in run.results["estimates"] for note in row["notes"]}
    assert "calibrated" in notes
    assert "not-converged" not in notes


def test_its_villages_lie_in_the_province(database, fieldwork):
    villages = [village.place for village in demonstration_sample()]
    with database.writing() as connection:
        bring_builtin_places(connection)
        bring_villages(connection, [*villages, *fieldwork.places])
        bring_villages(connection, [*villages, *fieldwork.places])
    with database.reading() as connection:
        codes = [place.place for place in (*villages, *fieldwork.places)]
        stored = select(func.count()).where(Place.code.in_(codes))
        assert connection.scalar(stored) == len(codes) == 42
        assert all(within(connection, code, PROVINCE) for code in codes)
        assert not any(within(connection, code, "20") for code in codes)
