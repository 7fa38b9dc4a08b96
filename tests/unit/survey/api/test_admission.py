"""The table of conditions, second half: who may send, when, how often, and what is doubted."""

import datetime as dt
import unicodedata
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.models import Device, Quarantine, Response
from survey.operations.devices import revoke_device
from survey.operations.rounds import close_round
from tests.build import a_body, an_id, answers
from tests.wire import is_error


@pytest.fixture
def settings(settings, database_url):
    """Every row of the table holds on both databases."""
    return replace(settings, database_url=database_url)


def test_the_place_of_a_device_counts_and_not_the_answer(put, database) -> None:
    assert put(a_body(round="kin", answers=answers(place="00004")), device=True).status_code == 201
    with database.reading() as connection:
        row = connection.execute(select(Response)).one()
        device = connection.scalars(select(Device.id)).one()
    assert (row.place, row.channel, row.device) == ("00001", "device", device)


@pytest.mark.parametrize("round_code", ["mo", "kin"])
@pytest.mark.parametrize("header", ["Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer "])
def test_a_bad_credential_is_refused_everywhere(put, stored, round_code, header) -> None:
    reply = put(a_body(round=round_code), Authorization=header)
    assert is_error(reply, 401, "unauthorised")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert stored() == (0, 0)


def test_without_a_credential_only_an_open_round_takes_anything(put, stored) -> None:
    assert is_error(put(a_body(round="kin")), 401, "unauthorised")
    assert stored() == (0, 0)


@pytest.mark.parametrize("round_code", ["mo", "kin"])
def test_what_a_revoked_device_sends_is_refused_and_kept_apart(
    put, stored, database, round_code
) -> None:
    with database.writing() as connection:
        revoke_device(connection, connection.scalars(select(Device.id)).one())
    assert is_error(put(a_body(round=round_code), device=True), 403, "revoked")
    assert stored() == (0, 1)


@pytest.mark.parametrize("way", ["by hand", "by date"])
def test_an_open_round_that_is_closed_is_gone_but_a_device_is_late(
    put, stored, database, clock, way
) -> None:
    if way == "by hand":
        with database.writing() as connection:
            close_round(connection, "mo")
    else:
        clock.moment = dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)
    assert is_error(put(a_body()), 410, "closed")
    reply = put(a_body(), device=True)
    assert (reply.status_code, reply.get_json()["notes"]) == (201, ["late"])
    assert stored() == (1, 0)


def test_an_open_round_that_has_not_begun_takes_nothing(put, clock) -> None:
    clock.moment = dt.datetime(2026, 10, 31, 16, 59, tzinfo=dt.UTC)
    assert is_error(put(a_body()), 410, "closed")
    clock.moment += dt.timedelta(minutes=1)
    assert put(a_body(answered_hour="2026-11-01T00:00+07:00")).status_code == 201


DOUBTS = {
    "fine": ("2026-11-21T12:00+07:00", []),
    "an-hour-ahead": ("2026-11-21T13:00+07:00", []),
    "two-hours-ahead": ("2026-11-21T14:00+07:00", ["clock"]),
    "elsewhere": ("2026-11-21T05:00Z", []),
    "before-publication": ("2026-11-21T11:00+07:00", ["clock"]),
    "before-the-round": ("2026-10-31T23:00+07:00", ["out-of-period", "clock"]),
    "its-first-hour-in-vietnam": ("2026-10-31T17:00Z", ["clock"]),
    "after-the-round": ("2026-12-01T00:00+07:00", ["out-of-period", "clock"]),
    "the-epoch": ("1970-01-01T00:00+07:00", ["out-of-period", "clock"]),
    "far": ("2038-01-19T03:00+07:00", ["out-of-period", "clock"]),
}


@pytest.mark.parametrize(("hour", "notes"), DOUBTS.values(), ids=DOUBTS)
def test_a_doubtful_hour_is_stored_with_its_notes(put, database, hour, notes) -> None:
    reply = put(a_body(answered_hour=hour))
    assert (reply.status_code, reply.get_json()["notes"]) == (201, notes)
    with database.reading() as connection:
        assert connection.scalars(select(Response.notes)).one() == notes


def test_text_is_read_in_nfc_while_the_bytes_stay(put, database) -> None:
    body = unicodedata.normalize("NFD", a_body(answers=answers(note="Thủ tục nhanh")).decode())
    assert put(body.encode()).status_code == 201
    with database.reading() as connection:
        assert connection.scalars(select(Response.body)).one() == body.encode()


def test_a_name_written_in_nfd_finds_its_round(put, database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE round SET consent_version = 'bản 1'")
    assert put(a_body(consent=unicodedata.normalize("NFD", "bản 1"))).status_code == 201


def test_the_same_refused_bytes_are_kept_once(put, stored) -> None:
    body, interview = a_body(round="x"), an_id()
    for _ in range(3):
        assert is_error(put(body, interview, device=True), 422, "unknown-round")
    assert stored() == (0, 1)


class TestLimits:
    """The counts of a minute."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, rate_open=3, rate_device=2)

    def test_an_open_round_takes_so_many_a_minute(self, put, stored) -> None:
        replies = [put(a_body()) for _ in range(4)]
        assert [reply.status_code for reply in replies] == [201, 201, 201, 429]
        assert is_error(replies[-1], 429, "rate-limit")
        assert 1 <= int(replies[-1].headers["Retry-After"]) <= 60
        assert stored() == (3, 0)

    def test_a_device_may_send_so_many_a_minute(self, put, stored) -> None:
        replies = [put(a_body(round="kin"), device=True) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [201, 201, 429]
        assert put(a_body()).status_code == 201
        assert stored() == (3, 0)

    def test_unreadable_bodies_are_counted_too(self, put) -> None:
        replies = [put(b"{") for _ in range(4)]
        assert [reply.status_code for reply in replies] == [400, 400, 400, 429]


class TestQuarantineRoom:
    """A known sender has a room of its own for what is refused, and no more."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, quarantine_mb=1)

    def test_a_full_quarantine_says_full_and_keeps_the_rest(self, put, stored, database) -> None:
        for _ in range(5):
            put(a_body(round="x", answers=answers(note="a" * 250_000)), device=True)
        reply = put(a_body(round="x", answers=answers(note="a" * 250_000)), device=True)
        assert is_error(reply, 503, "full")
        assert int(reply.headers["Retry-After"]) > 0
        assert stored() == (0, 4)
        with database.reading() as connection:
            assert set(connection.scalars(select(Quarantine.error))) == {"unknown-round"}
        assert put(a_body(), device=True).status_code == 201
