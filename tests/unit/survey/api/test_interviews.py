"""The table of conditions of the single PUT on both databases: what is stored, what is refused."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.models import Response
from survey.operations.rounds import close_round
from tests.build import a_body, an_id, answers
from tests.wire import is_error


@pytest.fixture
def settings(settings, database_url):
    """Every row of the table holds on both databases."""
    return replace(settings, database_url=database_url)


def test_a_new_response_is_acknowledged_and_kept_byte_for_byte(put, database) -> None:
    body, interview = a_body(), an_id()
    reply = put(body, interview)
    said = reply.get_json()
    assert reply.status_code == 201
    assert set(said) == {"id", "sha256", "receipt", "proof", "notes"}
    assert said["id"] == interview
    assert said["notes"] == []
    with database.reading() as connection:
        row = connection.execute(select(Response)).one()
    assert (row.id, row.body, row.sha256) == (interview, body, said["sha256"])
    assert (row.place, row.channel, row.device) == ("00001", "open", None)
    assert row.received_hour == dt.datetime(2026, 11, 21, 5, 0, tzinfo=dt.UTC)


def test_the_receipt_can_be_read_aloud_and_the_proof_is_hexadecimal(put) -> None:
    said = put(a_body()).get_json()
    parts = said["receipt"].split("-")
    assert [len(part) for part in parts] == [4, 4, 4]
    assert set("".join(parts)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len(bytes.fromhex(said["proof"])) == 32


def test_the_same_bytes_again_get_the_same_receipt(put, stored, clock) -> None:
    body, interview = a_body(), an_id()
    first = put(body, interview)
    clock.moment += dt.timedelta(hours=5)
    again = put(body, interview)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert stored() == (1, 0)


def test_an_id_in_capitals_is_the_same_id(put, stored) -> None:
    body, interview = a_body(), an_id()
    assert put(body, interview).status_code == 201
    again = put(body, interview.upper())
    assert (again.status_code, again.get_json()["id"]) == (200, interview)
    assert stored() == (1, 0)


@pytest.mark.parametrize(("device", "kept"), [(False, 0), (True, 1)])
def test_other_bytes_under_the_same_id_are_a_conflict(put, stored, database, device, kept) -> None:
    interview = an_id()
    first = a_body()
    put(first, interview, device=device)
    reply = put(a_body(seconds=1), interview, device=device)
    assert is_error(reply, 409, "conflict")
    assert stored() == (1, kept)
    with database.reading() as connection:
        assert connection.scalars(select(Response.body)).one() == first


def test_a_retry_of_an_acknowledged_response_outlives_the_round(put, database, stored) -> None:
    body, interview = a_body(), an_id()
    first = put(body, interview)
    with database.writing() as connection:
        close_round(connection, "mo")
    again = put(body, interview)
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert is_error(put(a_body()), 410, "closed")
    assert stored() == (1, 0)


UNKNOWN = {
    "unknown-round": ({"round": "x"}, "round"),
    "unknown-instrument": ({"instrument": "x"}, "instrument"),
    "unknown-version": ({"version": "2"}, "version"),
    "unknown-language": ({"language": "fr"}, "language"),
    "unknown-consent": ({"consent": "0"}, "consent"),
}


@pytest.mark.parametrize(("device", "kept"), [(False, 0), (True, 1)])
@pytest.mark.parametrize(("code", "case"), UNKNOWN.items(), ids=UNKNOWN)
def test_a_name_that_the_round_does_not_know_is_refused(
    put, stored, code, case, device, kept
) -> None:
    changes, where = case
    code = code.replace("instrument", "version")
    assert is_error(put(a_body(**changes), device=device), 422, code, where)
    assert stored() == (0, kept)


INVALID = {
    "unknown-item": (answers(x="1"), {}, "answers.x"),
    "outside-the-list": (answers(sex="3"), {}, "answers.sex"),
    "wrong-type": (answers(age="47"), {}, "answers.age"),
    "constraint": (answers(age=17), {}, "answers.age"),
    "skipped": (answers(why="slow"), {}, "answers.why"),
    "unanswered": (answers(age=None), {}, "answers.age"),
    "in-both-maps": (answers(), {"age": "dk"}, "missing.age"),
    "missing-kind": (answers(age=None), {"age": "lost"}, "missing.age"),
    "order": (answers(channels=["zalo", "tv"]), {}, "answers.channels"),
    "missing-as-answer": (answers(s01="dk"), {}, "answers.s01"),
}


@pytest.mark.parametrize(("device", "kept"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("case", INVALID.values(), ids=INVALID)
def test_an_answer_that_the_instrument_does_not_allow_is_refused(
    put, stored, case, device, kept
) -> None:
    given, missing, where = case
    reply = put(a_body(answers=given, missing=missing), device=device)
    assert is_error(reply, 422, "invalid-answer", where)
    assert reply.get_json()["expected"]
    assert stored() == (0, kept)


def test_an_abandoned_response_holds_only_the_reached_part(put) -> None:
    part = {"sex": "1", "place": "00004", "s01": "1"}
    assert put(a_body(state="abandoned", answers=part)).status_code == 201
    assert is_error(put(a_body(answers=part)), 422, "invalid-answer", "answers.why")
