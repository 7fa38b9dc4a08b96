"""The table of conditions of the single PUT, row by row, as a device or a browser meets it."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from survey.models import Quarantine, Response
from survey.operations.rounds import close_round
from tests.build import a_body, a_document, an_id, answers, digest_of, with_rounds


@pytest.fixture
def settings(settings, database_url):
    """Every row of the table holds on both databases."""
    return replace(settings, database_url=database_url)


@pytest.fixture
def key(database) -> str:
    return with_rounds(database)


@pytest.fixture
def put(client, key):
    """Send a body as a browser does (no credential) or as the device does."""

    def send(body: bytes, interview: str | None = None, *, device=False, **headers: str):
        sent = {"Content-Type": "application/json"}
        if device:
            sent |= {"Authorization": f"Bearer {key}", "Content-Digest": digest_of(body)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        path = f"/api/v1/interviews/{interview or an_id()}"
        return client.put(path, data=body, headers=sent)

    return send


@pytest.fixture
def stored(database):
    """Count what is in the two tables: (responses, quarantine)."""

    def count() -> tuple[int, int]:
        with database.reading() as connection:
            return tuple(
                connection.scalars(select(func.count()).select_from(table)).one()
                for table in (Response, Quarantine)
            )

    return count


def is_error(reply, status: int, code: str, where: str | None = None) -> bool:
    """Check the whole shape of an error, so that every row of the table says the same four."""
    said = reply.get_json()
    assert set(said) == {"error", "where", "expected", "message"}, said
    assert said["message"]["vi"]
    assert said["message"]["en"]
    assert (reply.status_code, said["error"]) == (status, code), said
    assert where is None or said["where"] == where, said
    return True


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


@pytest.mark.parametrize(
    "interview",
    ["x", "00000000-0000-1000-8000-000000000000", "6f2c1d04a3f24c5e8b9a0d1e2f3a4b5c", "%7Bx%7D"],
)
def test_an_id_that_is_not_a_uuid4_is_not_found(put, stored, interview) -> None:
    assert is_error(put(a_body(), interview), 404, "bad-id")
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "application/vnd.langnghe.sealed+json"},
        {"Content_Type": "text/plain"},
        {"Content_Type": ""},
        {"Content_Encoding": "gzip"},
    ],
)
def test_another_kind_of_content_is_not_taken(put, stored, headers) -> None:
    assert is_error(put(a_body(), **headers), 415, "unsupported")
    assert stored() == (0, 0)


def test_a_device_must_send_a_digest(put, stored) -> None:
    reply = put(a_body(), device=True, Content_Digest="")
    assert is_error(reply, 400, "digest-missing")
    assert stored() == (0, 0)


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize("digest", [digest_of(b"other"), "sha-256=:AAAA:", "sha-256=abc"])
def test_a_wrong_digest_is_refused_from_anyone(put, stored, device, digest) -> None:
    reply = put(a_body(), device=device, Content_Digest=digest)
    assert is_error(reply, 400, "digest-mismatch")
    assert stored() == (0, 0)


def test_a_right_digest_among_others_is_found(put) -> None:
    body = a_body()
    assert put(body, Content_Digest=f"sha-512=:AAAA:, {digest_of(body)}").status_code == 201


def _without(name: str) -> bytes:
    return json.dumps({key: value for key, value in a_document().items() if key != name}).encode()


MALFORMED = {
    "not-json": (b"{", "line 1, column 2"),
    "empty": (b"", None),
    "a-list": (b"[]", ""),
    "not-utf8": (a_body().replace(b'"vi"', b'"\xff"'), None),
    "byte-order-mark": (b"\xef\xbb\xbf" + a_body(), None),
    "twice": (a_body().replace(b'"seconds"', b'"round": "mo", "seconds"'), "round"),
    "twice-inside": (a_body().replace(b'"sex"', b'"s01": "1", "sex"'), "s01"),
    "twice-in-nfd": ('{"ệ": 1, "e\u0323\u0302": 1}'.encode(), "ệ"),
    "too-deep": (a_body(missing={"a": json.loads("[" * 33 + "]" * 33)}), None),
    "bottomless": (b"[" * 100_000 + b"]" * 100_000, None),
    "nan": (a_body().replace(b"312", b"NaN"), None),
    "infinite": (a_body().replace(b"1.5", b"1e400"), None),
    "huge-integer": (a_body().replace(b"47", b"9" * 5000), None),
    "lone-surrogate": (a_body().replace(b'"vi"', b'"\\ud800"'), None),
    "zero-character": (a_body().replace(b'"vi"', b'"\\u0000"'), None),
    "unknown-key": (a_body(device_seq=1), "device_seq"),
    "minutes": (a_body(answered_hour="2026-11-21T09:15+07:00"), "answered_hour"),
    "no-offset": (a_body(answered_hour="2026-11-21T09:00"), "answered_hour"),
    "no-such-day": (a_body(answered_hour="2026-02-30T09:00+07:00"), "answered_hour"),
    "hour-as-number": (a_body(answered_hour=9), "answered_hour"),
    "edge-of-time": (a_body(answered_hour="9999-12-31T23:00-12:00"), "answered_hour"),
    "negative-seconds": (a_body(seconds=-1), "seconds"),
    "true-seconds": (a_body(seconds=True), "seconds"),
    "assisted": (a_body(assisted="no"), "assisted"),
    "state": (a_body(state="done"), "state"),
    "answers": (a_body(answers=[]), "answers"),
    "round": (a_body(round=1), "round"),
    **{f"without-{name}": (_without(name), name) for name in a_document()},
}


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize(("body", "where"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_in_the_agreed_form_names_the_spot(put, stored, device, body, where) -> None:
    assert is_error(put(body, device=device), 400, "malformed", where)
    assert stored() == (0, 0)


@pytest.mark.parametrize("device", [False, True])
def test_more_than_256_kib_is_too_large(put, stored, device) -> None:
    body = a_body(answers=answers(note="a" * 256 * 1024))
    assert is_error(put(body, device=device), 413, "too-large")
    assert stored() == (0, 0)


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
