"""When a device was last heard and how many wait on it: to the hour, in a table of its own."""

import datetime as dt

import pytest
from sqlalchemy import inspect, select

from survey.models import DeviceReport
from survey.operations.devices import enrol_device, revoke_device
from survey.queries.devices import device_health, enrolled_devices
from tests.build import NOON, a_body, settle

AT_NOON = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)


@pytest.fixture
def health(database):
    """Return who was heard when, with how many waiting, the longest silent first."""

    def look() -> list[tuple[str, dt.datetime | None, int | None]]:
        settle(database)
        with database.reading() as connection:
            found = device_health(connection, None, 10)
        return [(each.name, each.heard_hour, each.waiting_count) for each in found]

    return look


def test_a_device_is_heard_to_the_hour_with_what_waits_on_it(put, health) -> None:
    assert health() == [("Máy tính bảng 1", None, None)]
    put(a_body(), device=True)
    assert health() == [("Máy tính bảng 1", AT_NOON, None)]
    put(a_body(), device=True, Outbox_Waiting="7")
    assert health() == [("Máy tính bảng 1", AT_NOON, 7)]
    put(a_body(), device=True)
    assert health() == [("Máy tính bảng 1", AT_NOON, 7)]


@pytest.mark.parametrize("said", ["", "-1", "many", "1" * 7, "١"])
def test_what_is_no_count_is_not_noted(put, health, said) -> None:
    put(a_body(), device=True, Outbox_Waiting=said)
    assert health() == [("Máy tính bảng 1", AT_NOON, None)]


def test_how_safely_a_device_keeps_is_noted_as_it_says_last(put, database) -> None:
    def keeping() -> list[str | None]:
        settle(database)
        with database.reading() as connection:
            return [each.keeping for each in enrolled_devices(connection, None, 10)]

    assert keeping() == [None]
    put(a_body(), device=True, Outbox_Keeping="perhaps")
    assert keeping() == ["perhaps"]
    put(a_body(), device=True, Outbox_Keeping="safe")
    put(a_body(), device=True, Outbox_Keeping="for ever")
    assert keeping() == ["safe"]


def test_what_is_refused_shows_life_too(put, client, key, health, clock) -> None:
    put(b"{", device=True, Outbox_Waiting="3")
    assert health() == [("Máy tính bảng 1", AT_NOON, 3)]
    clock.moment = NOON + dt.timedelta(hours=2)
    headers = {"Authorization": f"Bearer {key}", "Outbox-Waiting": "0"}
    client.post("/api/v1/receipts/query", json={"ids": []}, headers=headers)
    assert health() == [("Máy tính bảng 1", AT_NOON + dt.timedelta(hours=2), 0)]


def test_the_longest_silent_stand_first_and_the_revoked_not_at_all(put, database, health) -> None:
    put(a_body(), device=True)
    with database.writing() as connection:
        enrol_device(connection, "Máy im lặng", "00001")
        gone, _ = enrol_device(connection, "Máy đã thu hồi", "00001")
        revoke_device(connection, gone)
    assert [name for name, _, _ in health()] == ["Máy im lặng", "Máy tính bảng 1"]
    with database.reading() as connection:
        assert device_health(connection, "00004", 10) == []
        heard = {each.name: each.heard_hour for each in enrolled_devices(connection, None, 10)}
    assert heard["Máy tính bảng 1"] == AT_NOON
    assert heard["Máy im lặng"] is None


def test_nothing_finer_than_the_hour_is_kept(put, database, health) -> None:
    put(a_body(), device=True, Outbox_Waiting="1")
    health()
    with database.reading() as connection:
        kept = connection.scalars(select(DeviceReport.heard_hour)).one()
    assert (kept.minute, kept.second, kept.microsecond) == (0, 0, 0)
    columns = {
        column["name"] for column in inspect(database.read_engine).get_columns("device_report")
    }
    assert columns == {"device", "heard_hour", "waiting_count", "keeping"}
