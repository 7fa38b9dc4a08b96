"""Who a staff session belongs to; it must not know how a log-in page looks."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import NotAllowed
from survey.models import Staff, StaffSession
from survey.terms import Role

IDLE = dt.timedelta(minutes=15)
ABSOLUTE = dt.timedelta(hours=8)


@dataclass(frozen=True)
class Person:
    """A staff member as a page may know them; ``place`` is None for the whole country."""

    id: str
    login: str
    name: str
    role: Role
    place: str | None

    def covers(self, place: str) -> bool:
        """Tell whether a place is theirs: the place itself or one that lies in it."""
        return self.place is None or place == self.place or place.startswith(f"{self.place}.")


@dataclass(frozen=True)
class OpenSession:
    """A session that is still good, and when it was last seen."""

    person: Person
    seen_at: dt.datetime


def token_digest(token: str) -> bytes:
    """Return what the table keeps of a session token."""
    return hashlib.sha256(token.encode()).digest()


def open_session_of(session: Session, token: str, at: dt.datetime) -> OpenSession:
    """Return the open session of a token; raise NotAllowed when unknown, expired or disabled."""
    row = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff)
        .where(StaffSession.token_digest == token_digest(token))
    ).one_or_none()
    if row is None:
        raise NotAllowed("unauthorised", "no such session")
    log_in, staff = row
    if at - log_in.seen_at > IDLE or at - log_in.created_at > ABSOLUTE:
        raise NotAllowed("unauthorised", "the session has expired")
    if staff.disabled_at is not None:
        raise NotAllowed("unauthorised", "the account is disabled")
    person = Person(staff.id, staff.login, staff.name, Role(staff.role), staff.place)
    return OpenSession(person, log_in.seen_at)


def is_login_taken(session: Session, login: str) -> bool:
    """Tell whether an account of this (normal-form) log-in name exists."""
    return session.scalar(select(Staff.id).where(Staff.login == login)) is not None
