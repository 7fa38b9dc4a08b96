"""A flood at a tablet without codes: everything is stored, next to nothing of it counts."""

import datetime as dt

from survey.clock import VIETNAM
from survey.models import Response
from survey.operations.fresh_scores import score_at_a_look
from survey.operations.score_runs import is_due, repeat, run_scores
from survey.operations.suspects import round_suspects
from survey.queries.fieldwork import response_ids
from survey.queries.scores import Part, latest_run
from survey.terms import Role
from tests.unit.survey.counters.conftest import OFFICE, OTHER_OFFICE

TEN = dt.datetime(2026, 11, 20, 10, tzinfo=VIETNAM)


def newest(database):
    with database.reading() as connection:
        return latest_run(connection, "quay", Part.INDICATIVE)


def test_two_hundred_in_ten_minutes_are_stored_flagged_and_left_out(rate, database, enter):
    rate(OFFICE, 12, TEN - dt.timedelta(hours=4))
    rate(OTHER_OFFICE, 12, TEN)
    rate(OFFICE, 130, TEN, points=0)
    rate(OFFICE, 70, TEN + dt.timedelta(hours=1), points=0)
    run_scores(database, "quay")
    with database.reading() as connection:
        assert len(response_ids(connection, "quay")) == 224
    assert newest(database).responses_count == 24
    (source,) = round_suspects(database, "quay").sources
    assert (source.device, source.told.received) == (f"Quầy {OFFICE}", 212)
    assert (source.told.burst, source.told.out) == (200, 200)
    analyst = enter(Role.ANALYST)
    page = analyst.get("/analyst/rounds/quay/quality").text
    assert f"Quầy {OFFICE}" in page
    assert "200 trong 224 phiếu" in page
    assert "Gửi dồn" in page
    index = analyst.get("/analyst/rounds/quay/one_stop").text
    assert "200 phiếu nghi ngờ đứng ngoài ước lượng này" in index
    assert "/analyst/rounds/quay/quality#suspects" in index
    repeat(database, newest(database))


def test_a_flood_is_looked_at_once_and_then_waits_for_nothing(rate, database):
    rate(OFFICE, 12, TEN - dt.timedelta(hours=4))
    run_scores(database, "quay")
    first = newest(database)
    rate(OFFICE, 200, TEN)
    assert is_due(database, "quay")
    assert score_at_a_look(database, "quay") is False
    assert not is_due(database, "quay")
    assert newest(database) == first


def test_whoever_was_counted_before_the_flood_is_taken_out_by_the_next_batch(rate, database):
    rate(OFFICE, 12, TEN)
    run_scores(database, "quay")
    rate(OFFICE, 100, TEN, points=0)
    rate(OTHER_OFFICE, 30, TEN)
    run_scores(database, "quay")
    assert newest(database).responses_count == 30


def test_a_response_stays_as_it_was_received(rate, database):
    rate(OFFICE, 100, TEN, seconds=3)
    run_scores(database, "quay")
    with database.reading() as connection:
        rows = connection.execute(Response.__table__.select()).all()
    assert len(rows) == 100
    assert {tuple(row.notes) for row in rows} == {()}
    told = round_suspects(database, "quay")
    assert (told.out_count, told.sources[0].told.too_fast) == (100, 100)


def test_a_round_without_suspects_says_so(rate, database, enter):
    rate(OFFICE, 12, TEN)
    page = enter(Role.SUPERVISOR).get("/analyst/rounds/quay/quality").text
    assert "không có phiếu nào bị nghi ngờ" in page
    assert "nghi ngờ" not in enter(Role.ANALYST).get("/analyst/rounds/quay/one_stop").text
    assert round_suspects(database, "quay").sources == []
