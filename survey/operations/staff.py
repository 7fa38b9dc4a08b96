"""Staff accounts and log-ins: each function is one deed in the caller's transaction.

A log-in takes three steps, so that a wrong password is counted even when the reply never leaves,
and the slow password check never holds the database: ``begin_log_in`` counts the attempt,
``is_password_right`` checks outside any transaction, and ``finish_log_in`` opens the session or
``refuse_log_in`` says in the audit chain that it was not opened.
"""

import datetime as dt
import unicodedata
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from survey.errors import InputError, NotFound
from survey.models import Staff, StaffSession
from survey.operations.audit import record
from survey.operations.passwords import NO_PASSWORD, NOBODY_HASH, fits
from survey.queries.staff import ABSOLUTE, OPERATOR, Actor, is_login_taken
from survey.seals import new_token, token_digest
from survey.terms import AuditAction, Role

FREE_FAILURES = 5
FIRST_LOCK = dt.timedelta(minutes=1)
LONGEST_LOCK = dt.timedelta(hours=1)


@dataclass(frozen=True)
class NewStaff:
    """A person to be added; ``place`` None is the whole country."""

    login: str
    name: str
    role: Role
    place: str | None = None


@dataclass(frozen=True)
class Attempt:
    """A counted log-in attempt; ``staff`` is None for an unknown, disabled or locked account.

    ``login`` and ``role`` are empty when nobody has the name that was typed: a person in a hurry
    types a password there, so it is kept nowhere. ``locks`` tells whether a refusal locks.
    """

    staff: str | None
    password_hash: str
    login: str = ""
    role: str = ""
    locks: bool = False

    def actor(self, ip_class: str) -> Actor:
        """Return who tries, as the audit chain names them."""
        return Actor(self.login, self.role, ip_class)


def normal_login(login: str) -> str:
    """Return the one form of a log-in name: trimmed, NFC, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", login).strip().casefold())


def add_staff(
    connection: Connection, person: NewStaff, password_hash: str, by: Actor = OPERATOR
) -> str:
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
    scope = {"role": person.role.value, "place": person.place or ""}
    record(connection, by, AuditAction.STAFF_ADDED, f"staff:{login}", detail=scope)
    return staff_id


def set_password(
    connection: Connection, login: str, password_hash: str, by: Actor = OPERATOR
) -> None:
    """Replace a password, unlock the account and end its sessions; raise NotFound."""
    login = normal_login(login)
    staff_id = connection.scalar(select(Staff.id).where(Staff.login == login))
    if staff_id is None:
        raise NotFound("unknown-login", where="login", got=login)
    values = {"password_hash": password_hash, "failed_count": 0, "locked_until": None}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))
    connection.execute(delete(StaffSession).where(StaffSession.staff == staff_id))
    record(connection, by, AuditAction.PASSWORD_SET, f"staff:{login}")


def begin_log_in(connection: Connection, login: str, at: dt.datetime) -> Attempt:
    """Count an attempt as failed until it succeeds, and lock the account when there are many."""
    account = select(
        *(Staff.id, Staff.login, Staff.role, Staff.password_hash),
        *(Staff.failed_count, Staff.locked_until, Staff.disabled_at),
    ).where(Staff.login == normal_login(login))
    staff = connection.execute(account.with_for_update()).one_or_none()
    if staff is None:
        return Attempt(None, NOBODY_HASH)
    if staff.disabled_at is not None or staff.password_hash == NO_PASSWORD:
        return Attempt(None, NOBODY_HASH, staff.login, staff.role)
    if staff.locked_until is not None and at < staff.locked_until:
        return Attempt(None, staff.password_hash, staff.login, staff.role)
    n_failed = staff.failed_count + 1
    locks = n_failed >= FREE_FAILURES
    connection.execute(
        update(Staff)
        .where(Staff.id == staff.id)
        .values(failed_count=n_failed, locked_until=at + _lock_length(n_failed) if locks else None)
    )
    return Attempt(staff.id, staff.password_hash, staff.login, staff.role, locks=locks)


def _lock_length(failed_count: int) -> dt.timedelta:
    lock: dt.timedelta = FIRST_LOCK * 2 ** min(failed_count - FREE_FAILURES, 10)
    return min(lock, LONGEST_LOCK)


def is_password_right(attempt: Attempt, password: str) -> bool:
    """Check the password; takes as long for an unknown account as for a known one."""
    return fits(attempt.password_hash, password) and attempt.staff is not None


def refuse_log_in(connection: Connection, attempt: Attempt, ip_class: str) -> None:
    """Say in the audit chain that a log-in failed, and whether the account is locked by it."""
    on = f"staff:{attempt.login}" if attempt.login else ""
    record(connection, attempt.actor(ip_class), AuditAction.LOG_IN_FAILED, on)
    if attempt.locks:
        record(connection, attempt.actor(ip_class), AuditAction.LOCK_OUT, on)


def finish_log_in(
    connection: Connection, attempt: Attempt, at: dt.datetime, ip_class: str = "none"
) -> str:
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
    record(connection, attempt.actor(ip_class), AuditAction.LOG_IN, f"staff:{attempt.login}")
    return token


def mark_seen(connection: Connection, token: str, at: dt.datetime) -> None:
    """Keep a session from going idle."""
    connection.execute(
        update(StaffSession)
        .where(StaffSession.token_digest == token_digest(token))
        .values(seen_at=at)
    )


def log_out(connection: Connection, token: str, ip_class: str = "none") -> None:
    """End a session for good; what is no session leaves no line."""
    is_it = StaffSession.token_digest == token_digest(token)
    person = connection.execute(
        select(Staff.login, Staff.role).join(StaffSession).where(is_it)
    ).one_or_none()
    if person is None:
        return
    connection.execute(delete(StaffSession).where(is_it))
    actor = Actor(person.login, person.role, ip_class)
    record(connection, actor, AuditAction.LOG_OUT, f"staff:{person.login}")
