"""A large round: counts stay true without reading it, its scores wait for the process beside."""

import datetime as dt

import pytest
from sqlalchemy import delete, func, select, update

from survey import scorekeeper
from survey.models import Response, ResponseCount
from survey.operations import fresh_scores
from survey.operations.fresh_scores import rounds_to_score
from survey.operations.score_runs import run_scores
from survey.queries.scores import Part, latest_run
from survey.scorekeeper import AT_MOST_EVERY, Scorekeeper
from tests.unit.survey.analyst.conftest import SAMPLED

PAGE = "/analyst/rounds/mau/nho"


@pytest.fixture
def large(fieldwork, monkeypatch):
    """Ten responses are many here."""
    monkeypatch.setattr(fresh_scores, "AT_A_LOOK", 9)
    fieldwork.answer_everywhere(5)
    return fieldwork


def counted(connection) -> dict[tuple, int]:
    rows = connection.execute(select(ResponseCount.__table__).where(ResponseCount.n > 0))
    return {tuple(row)[:-1]: row.n for row in rows}


def numbered(connection) -> dict[tuple, int]:
    place = func.coalesce(Response.place, "")
    about = Response.round, place, Response.channel, Response.state, Response.notes
    rows = connection.execute(select(*about, func.count()).group_by(*about))
    return {(*row[:4], row[4] != []): row[5] for row in rows}


def test_counts_follow_whatever_happens_to_responses(fieldwork, database):
    fieldwork.answer(SAMPLED[0], 3)
    fieldwork.answer(SAMPLED[1], 2, answered_hour="2026-12-05T12:00+07:00")
    fieldwork.answer(None, 2, state="abandoned")
    with database.writing() as connection:
        assert counted(connection) == numbered(connection)
        some = select(Response.id).where(Response.place == SAMPLED[0]).limit(1)
        connection.execute(update(Response).values(notes=["late"]).where(Response.id.in_(some)))
        assert counted(connection) == numbered(connection)
        connection.execute(delete(Response).where(Response.place == SAMPLED[1]))
        assert counted(connection) == numbered(connection)


def test_a_page_of_a_large_round_waits_for_nothing(large, database, log_in):
    page = log_in("analyst").get(PAGE).text
    assert "Có phiếu mới đang chờ tính" in page
    assert "kết quả lần tính đầu chưa có" in page
    with database.reading() as connection:
        assert latest_run(connection, "mau", Part.SAMPLE) is None
    assert rounds_to_score(database) == ["mau"]
    run_scores(database, "mau")
    assert rounds_to_score(database) == []
    page = log_in("analyst").get(PAGE).text
    assert "Có phiếu mới đang chờ tính" not in page
    large.answer(SAMPLED[0], 9)
    assert rounds_to_score(database) == []
    large.answer(SAMPLED[0], 1)
    assert rounds_to_score(database) == ["mau"]
    assert "Có phiếu mới đang chờ tính" in log_in("analyst").get(PAGE).text


def test_a_round_is_tried_once_in_a_quarter_of_an_hour(large, database, clock, monkeypatch):  # noqa: ARG001
    scored = []
    monkeypatch.setattr(scorekeeper, "_score", scored.append)
    keeper = Scorekeeper(database)
    keeper.look()
    clock.moment += AT_MOST_EVERY - dt.timedelta(seconds=1)
    keeper.look()
    assert scored == ["mau"]
    clock.moment += dt.timedelta(seconds=1)
    keeper.look()
    assert scored == ["mau", "mau"]


def test_interviews_are_told_when_a_batch_is_counted_no_sooner(fieldwork, log_in):
    page = "/analyst/rounds/mau/quality"
    fieldwork.answer(SAMPLED[0], 10, seconds=600)
    assert ">10,0<" in log_in("supervisor").get(page).text
    fieldwork.answer(SAMPLED[0], 9, seconds=60)
    seen = log_in("supervisor").get(page).text
    assert ">10,0<" in seen
    assert ">19<" in seen
    fieldwork.answer(SAMPLED[0], 1, seconds=60)
    assert ">5,5<" in log_in("supervisor").get(page).text
