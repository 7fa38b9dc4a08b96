"""Who a staff session belongs to; it must not know how a log-in page looks."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from survey.errors import NotAllowed
from survey.models import Staff, StaffSession
from survey.seals import token_digest
from survey.terms import Role

IDLE = dt.timedelta(minutes=15)
ABSOLUTE = dt.timedelta(hours=8)


PLACED_ROLES: Final = frozenset(
    {Role.INTERVIEWER, Role.SUPERVISOR, Role.ANALYST, Role.MICRO_ANALYST, Role.DEVICE}
)
"""The roles that are held to a place; the others work for the whole country."""


@dataclass(frozen=True)
class Person:
    """A staff member as a page may know them; ``place`` is None for the whole country."""

    id: str
    login: str
    name: str
    role: Role
    place: str | None


@dataclass(frozen=True)
class Actor:
    """Who does a deed, as the audit chain names them; ``ip_class`` is never an address."""

    name: str
    role: str
    ip_class: str


OPERATOR: Final = Actor("operator", "operator", "none")
"""Whoever has the command line of the server, and what runs there by itself."""


@dataclass(frozen=True)
class OpenSession:
    """A session that is still good, and when it was last seen."""

    person: Person
    seen_at: dt.datetime


def open_session_of(connection: Connection, token: str, at: dt.datetime) -> OpenSession:
    """Return the open session of a token; raise NotAllowed when unknown, expired or disabled."""
    row = connection.execute(
        select(
            *(Staff.id, Staff.login, Staff.name, Staff.role, Staff.place, Staff.disabled_at),
            *(StaffSession.created_at, StaffSession.seen_at),
        )
        .join(StaffSession, StaffSession.staff == Staff.id)
        .where(StaffSession.token_digest == token_digest(token))
    ).one_or_none()
    if row is None:
        raise NotAllowed("unauthorised", "no such session")
    if at - row.seen_at > IDLE or at - row.created_at > ABSOLUTE:
        raise NotAllowed("unauthorised", "the session has expired")
    if row.disabled_at is not None:
        raise NotAllowed("unauthorised", "the account is disabled")
    person = Person(row.id, row.login, row.name, Role(row.role), row.place)
    return OpenSession(person, row.seen_at)


def is_login_taken(connection: Connection, login: str) -> bool:
    """Tell whether an account of this (normal-form) log-in name exists."""
    return connection.scalar(select(Staff.id).where(Staff.login == login)) is not None
