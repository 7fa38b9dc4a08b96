"""Accounts and devices on SQLite and on PostgreSQL alike, and two administrators at once."""

import threading
from dataclasses import replace

import pytest

from config import Settings
from survey import clock
from survey.db.database import Database
from survey.db.schema import migrate
from survey.errors import NotFound, StateError
from survey.operations.accounts import (
    accept_invitation,
    change_role,
    disable_staff,
    end_sessions,
    invite_staff,
)
from survey.operations.devices import enrol_device, revoke_device
from survey.operations.places import bring_builtin_places
from survey.operations.staff import (
    NewStaff,
    add_staff,
    begin_log_in,
    finish_log_in,
    log_out,
    refuse_log_in,
)
from survey.queries.accounts import AccountState, account_of, accounts, open_sessions
from survey.queries.audit import AuditFilter, audit_lines, check_chain
from survey.queries.devices import enrolled_devices
from survey.queries.staff import Actor
from survey.terms import Role

LAN, MINH = Actor("lan", "admin", "local"), Actor("minh", "admin", "local")


@pytest.fixture
def database(tmp_path, database_url):
    database = Database(replace(Settings(data_dir=tmp_path), database_url=database_url))
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def admins(database) -> dict[str, str]:
    with database.writing() as connection:
        return {
            login: add_staff(connection, NewStaff(login, login, Role.ADMIN), "một chuỗi băm")
            for login in ("lan", "minh")
        }


def state_of(database, staff_id) -> AccountState:
    with database.reading() as connection:
        return account_of(connection, staff_id, clock.now()).state


@pytest.mark.usefixtures("admins")
def test_the_life_of_an_account_is_the_same(database) -> None:
    with database.writing() as connection:
        bring_builtin_places(connection)
        person = NewStaff("Thào", "Thào A Sử", Role.ANALYST, "14")
        staff, token = invite_staff(connection, person, LAN)
    assert state_of(database, staff) is AccountState.INVITED
    with database.writing() as connection:
        accept_invitation(connection, token, "một chuỗi băm", "public")
    with pytest.raises(NotFound), database.writing() as connection:
        accept_invitation(connection, token, "một chuỗi băm khác", "public")
    with database.writing() as connection:
        attempt = begin_log_in(connection, "THÀO", clock.now())
        opened = finish_log_in(connection, attempt, clock.now())
        log_out(connection, opened)
        finish_log_in(connection, attempt, clock.now())
        refuse_log_in(connection, begin_log_in(connection, "ai", clock.now()), "public")
    with database.reading() as connection:
        assert len(open_sessions(connection, staff, clock.now())) == 1
        found = accounts(connection, clock.now(), "thào a", "", 5)
        assert [account.id for account in found] == [staff]
    with database.writing() as connection:
        end_sessions(connection, staff, LAN)
        change_role(connection, staff, Role.SUPERVISOR, "20", LAN)
        disable_staff(connection, staff, "nghỉ", LAN)
    assert state_of(database, staff) is AccountState.DISABLED
    with database.reading() as connection:
        assert check_chain(connection).is_whole
        about = audit_lines(connection, AuditFilter(object="staff:thào"), None, 50)
    assert [line.action for line in reversed(about)] == [
        "staff-added", "staff-invited", "password-set", "log-in", "log-out", "log-in",
        "sessions-ended", "role-changed", "staff-disabled",
    ]  # fmt: skip


def test_devices_are_listed_alike(database) -> None:
    with database.writing() as connection:
        device, _ = enrol_device(connection, "Máy", "14", LAN)
        revoke_device(connection, device, LAN)
    with database.reading() as connection:
        (found,) = enrolled_devices(connection, None, 5)
        assert enrolled_devices(connection, "20", 5) == []
    assert (found.id, found.heard_hour) == (device, None)
    assert found.revoked_at is not None


def test_two_administrators_cannot_close_each_other(database, admins) -> None:
    outcomes = []

    def close(other: str, by: Actor) -> None:
        try:
            with database.writing() as connection:
                disable_staff(connection, admins[other], "thử", by)
            outcomes.append("closed")
        except StateError as error:
            outcomes.append(error.code)

    pair = [threading.Thread(target=close, args=args) for args in (("minh", LAN), ("lan", MINH))]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert sorted(outcomes) == ["closed", "last-admin"]
