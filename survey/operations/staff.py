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
from sqlalchemy import Connection, delete, insert, select, update

from survey.errors import InputError, NotFound
from survey.models import Staff, StaffSession
from survey.queries.staff import ABSOLUTE, is_login_taken
from survey.seals import new_token, token_digest
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


def add_staff(connection: Connection, person: NewStaff, password_hash: str) -> str:
    """Add an account and return its id; raise InputError for an empty or a taken name."""
    login = normal_login(person.login)
    if not login:
        raise InputError("bad-login", "the log-in name is empty", where="login")
    if is_login_taken(connection, login):
        raise InputError("login-taken", f"{login} has an account already", where="login")
    staff_id = str(uuid.uuid4())
    connection.execute(
        insert(Staff).values(
            id=staff_id,
            login=login,
            name=unicodedata.normalize("NFC", person.name),
            password_hash=password_hash,
            role=person.role.value,
            place=person.place,
            failed_count=0,
        )
    )
    return staff_id


def set_password(connection: Connection, login: str, password_hash: str) -> None:
    """Replace a password, unlock the account and end its sessions; raise NotFound."""
    is_theirs = Staff.login == normal_login(login)
    staff_id = connection.scalar(select(Staff.id).where(is_theirs))
    if staff_id is None:
        raise NotFound("unknown-login", where="login", got=login)
    values = {"password_hash": password_hash, "failed_count": 0, "locked_until": None}
    connection.execute(update(Staff).where(is_theirs).values(**values))
    connection.execute(delete(StaffSession).where(StaffSession.staff == staff_id))


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


def begin_log_in(connection: Connection, login: str, at: dt.datetime) -> Attempt:
    """Count an attempt as failed until it succeeds, and lock the account when there are many."""
    account = select(
        *(Staff.id, Staff.password_hash, Staff.failed_count),
        *(Staff.locked_until, Staff.disabled_at),
    ).where(Staff.login == normal_login(login))
    staff = connection.execute(account.with_for_update()).one_or_none()
    if staff is None or staff.disabled_at is not None:
        return Attempt(None, _NOBODY_HASH)
    if staff.locked_until is not None and at < staff.locked_until:
        return Attempt(None, staff.password_hash)
    n_failed = staff.failed_count + 1
    locked_until = at + _lock_length(n_failed) if n_failed >= FREE_FAILURES else None
    connection.execute(
        update(Staff)
        .where(Staff.id == staff.id)
        .values(failed_count=n_failed, locked_until=locked_until)
    )
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


def finish_log_in(connection: Connection, attempt: Attempt, at: dt.datetime) -> str:
    """Open a session for a right password, forget the failures, and return the new token."""
    connection.execute(delete(StaffSession).where(StaffSession.created_at < at - ABSOLUTE))
    connection.execute(
        update(Staff).where(Staff.id == attempt.staff).values(failed_count=0, locked_until=None)
    )
    token = new_token()
    connection.execute(
        insert(StaffSession).values(
            token_digest=token_digest(token), staff=attempt.staff, created_at=at, seen_at=at
        )
    )
    return token


def mark_seen(connection: Connection, token: str, at: dt.datetime) -> None:
    """Keep a session from going idle."""
    connection.execute(
        update(StaffSession)
        .where(StaffSession.token_digest == token_digest(token))
        .values(seen_at=at)
    )


def log_out(connection: Connection, token: str) -> None:
    """End a session for good."""
    connection.execute(
        delete(StaffSession).where(StaffSession.token_digest == token_digest(token))
    )
