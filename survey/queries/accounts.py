"""Reads about accounts: who may log in, in which state an account is, who is logged in now."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import Connection, Row, Select, func, or_, select

from survey.errors import NotFound
from survey.models import Staff, StaffInvitation, StaffSession
from survey.queries.staff import ABSOLUTE, IDLE
from survey.seals import token_digest
from survey.terms import Role
from survey.vietnamese import tidy

_Wanted: TypeAlias = Select[
    str, str, str, str, str | None, dt.datetime | None, dt.datetime | None, dt.datetime, bool
]
_Row: TypeAlias = Row[
    str, str, str, str, str | None, dt.datetime | None, dt.datetime | None, dt.datetime, bool
]


class AccountState(StrEnum):
    """Whether the owner of an account can log in, and if not, why."""

    ACTIVE = "active"
    INVITED = "invited"
    LAPSED = "lapsed"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Account:
    """One account as administrators see it: nothing of its password."""

    id: str
    login: str
    name: str
    role: Role
    place: str | None
    state: AccountState
    until: dt.datetime | None
    """When the invitation or the lock ends, or when the account was disabled."""


@dataclass(frozen=True)
class SeenSession:
    """A log-in that is still good."""

    created_at: dt.datetime
    seen_at: dt.datetime


def accounts(
    connection: Connection, at: dt.datetime, typed: str, after: str, limit: int
) -> list[Account]:
    """Return accounts whose log-in or name holds what was typed, in order, ``after`` a log-in."""
    wanted = _accounts().where(Staff.login > after).order_by(Staff.login).limit(limit)
    if typed.strip():
        held = tidy(typed)
        wanted = wanted.where(
            or_(
                Staff.login.contains(held.casefold(), autoescape=True),
                func.lower(Staff.name).contains(held.lower(), autoescape=True),
                Staff.name.contains(held, autoescape=True),
            )
        )
    return [_as_account(row, at) for row in connection.execute(wanted)]


def account_of(connection: Connection, staff_id: str, at: dt.datetime) -> Account:
    """Return one account; raise NotFound."""
    row = connection.execute(_accounts().where(Staff.id == staff_id)).one_or_none()
    if row is None:
        raise NotFound("unknown-account", where="staff", got=staff_id)
    return _as_account(row, at)


def invited_account(connection: Connection, token: str, at: dt.datetime) -> Account:
    """Return the account that an open invitation is for; raise NotFound when it is over."""
    is_open = StaffInvitation.token_digest == token_digest(token), StaffInvitation.expires_at > at
    row = connection.execute(_accounts().where(*is_open)).one_or_none()
    if row is None:
        raise NotFound("unknown-invitation", "no such invitation, or it is over")
    return _as_account(row, at)


def open_sessions(connection: Connection, staff_id: str, at: dt.datetime) -> list[SeenSession]:
    """Return the sessions of an account that are still good, the last seen first."""
    rows = connection.execute(
        select(StaffSession.created_at, StaffSession.seen_at)
        .where(
            StaffSession.staff == staff_id,
            StaffSession.seen_at >= at - IDLE,
            StaffSession.created_at >= at - ABSOLUTE,
        )
        .order_by(StaffSession.seen_at.desc())
    )
    return [SeenSession(*row) for row in rows]


def _accounts() -> _Wanted:
    return select(
        *(Staff.id, Staff.login, Staff.name, Staff.role, Staff.place, Staff.locked_until),
        *(Staff.disabled_at, StaffInvitation.expires_at),
        (func.length(Staff.password_hash) > 0).label("has_password"),
    ).outerjoin(StaffInvitation, StaffInvitation.staff == Staff.id)


def _as_account(row: _Row, at: dt.datetime) -> Account:
    state, until = _state(row, at)
    return Account(row.id, row.login, row.name, Role(row.role), row.place, state, until)


def _state(row: _Row, at: dt.datetime) -> tuple[AccountState, dt.datetime | None]:
    if row.disabled_at is not None:
        return AccountState.DISABLED, row.disabled_at
    if not row.has_password:
        is_open = row.expires_at is not None and row.expires_at > at
        return (AccountState.INVITED if is_open else AccountState.LAPSED), row.expires_at
    if row.locked_until is not None and row.locked_until > at:
        return AccountState.LOCKED, row.locked_until
    return AccountState.ACTIVE, None
