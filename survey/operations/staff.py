"""Staff accounts and log-ins: each function is one deed in the caller's transaction.

A log-in takes three steps, so that a wrong password is counted even when the reply never leaves,
and the slow password check never holds the database: ``begin_log_in`` counts the attempt,
``is_password_right`` checks outside any transaction, ``finish_log_in`` opens the session.
"""

import datetime as dt
import secrets
import threading
import unicodedata
import uuid
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.errors import InputError
from survey.models import Staff, StaffSession
from survey.queries.staff import ABSOLUTE, is_login_taken, token_digest
from survey.terms import Role

SHORTEST_PASSWORD = 12
FREE_FAILURES = 5
FIRST_LOCK = dt.timedelta(minutes=1)
LONGEST_LOCK = dt.timedelta(hours=1)

_HASHER = PasswordHasher(memory_cost=64 * 1024, time_cost=3, parallelism=1)
_NOBODY_HASH = _HASHER.hash(secrets.token_urlsafe())
# each check takes 64 MiB: a storm of log-ins must not take the memory of the server
_CHECKS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class NewStaff:
    """A person to be added; ``place`` None is the whole country."""

    login: str
    name: str
    role: Role
    place: str | None = None


@dataclass(frozen=True)
class Attempt:
    """A counted log-in attempt; ``staff`` is None for an unknown, disabled or locked account."""

    staff: str | None
    password_hash: str


def normal_login(login: str) -> str:
    """Return the one form of a log-in name: trimmed, NFC, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", login).strip().casefold())


def add_staff(session: Session, person: NewStaff, password: str) -> str:
    """Add an account and return its id; raise InputError for a taken name or a short password."""
    login = normal_login(person.login)
    if not login:
        raise InputError("bad-login", "the log-in name is empty", where="login")
    if is_login_taken(session, login):
        raise InputError("login-taken", f"{login} has an account already", where="login")
    staff = Staff(
        id=str(uuid.uuid4()),
        login=login,
        name=unicodedata.normalize("NFC", person.name),
        password_hash=hash_password(password),
        role=person.role.value,
        place=person.place,
    )
    session.add(staff)
    session.flush()
    return staff.id


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; raise InputError when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(
            "short-password",
            "the password is too short",
            where="password",
            expected=f"{SHORTEST_PASSWORD} characters",
        )
    with _CHECKS:
        return _HASHER.hash(unicodedata.normalize("NFC", password))


def begin_log_in(session: Session, login: str, at: dt.datetime) -> Attempt:
    """Count an attempt as failed until it succeeds, and lock the account when there are many."""
    staff = session.scalar(
        select(Staff).where(Staff.login == normal_login(login)).with_for_update()
    )
    if staff is None or staff.disabled_at is not None:
        return Attempt(None, _NOBODY_HASH)
    if staff.locked_until is not None and at < staff.locked_until:
        return Attempt(None, staff.password_hash)
    staff.failed_count += 1
    if staff.failed_count >= FREE_FAILURES:
        staff.locked_until = at + _lock_length(staff.failed_count)
    return Attempt(staff.id, staff.password_hash)


def _lock_length(failed_count: int) -> dt.timedelta:
    lock: dt.timedelta = FIRST_LOCK * 2 ** min(failed_count - FREE_FAILURES, 10)
    return min(lock, LONGEST_LOCK)


def is_password_right(attempt: Attempt, password: str) -> bool:
    """Check the password; takes as long for an unknown account as for a known one."""
    with _CHECKS:
        try:
            _HASHER.verify(attempt.password_hash, unicodedata.normalize("NFC", password))
        except VerifyMismatchError:
            return False
    return attempt.staff is not None


def finish_log_in(session: Session, attempt: Attempt, at: dt.datetime) -> str:
    """Open a session for a right password, forget the failures, and return the new token."""
    session.execute(delete(StaffSession).where(StaffSession.created_at < at - ABSOLUTE))
    session.execute(
        update(Staff).where(Staff.id == attempt.staff).values(failed_count=0, locked_until=None)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_digest=token_digest(token), staff=attempt.staff, created_at=at, seen_at=at
        )
    )
    return token


def mark_seen(session: Session, token: str, at: dt.datetime) -> None:
    """Keep a session from going idle."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_digest == token_digest(token))
        .values(seen_at=at)
    )


def log_out(session: Session, token: str) -> None:
    """End a session for good."""
    session.execute(delete(StaffSession).where(StaffSession.token_digest == token_digest(token)))
