"""Accounts as an administrator and their owner keep them: each function is one deed, one line.

Nobody's password is ever known to an administrator: an account is invited, and whoever holds the
link sets the password. A change of role or of place ends every session, so that no page is left
that the new role may not see.
"""

import datetime as dt
from typing import Final, TypeAlias

from sqlalchemy import Connection, Row, delete, insert, select, update

from survey import clock
from survey.errors import InputError, NotFound, StateError
from survey.models import Staff, StaffInvitation, StaffSession
from survey.operations.audit import record
from survey.operations.passwords import NO_PASSWORD
from survey.operations.staff import NewStaff, add_staff
from survey.queries.places import place_facts
from survey.queries.staff import PLACED_ROLES, Actor
from survey.seals import new_token, token_digest
from survey.terms import AuditAction, Role

INVITATION_LASTS: Final = dt.timedelta(days=3)

_Account: TypeAlias = Row[str, str, str | None, dt.datetime | None]


def invite_staff(connection: Connection, person: NewStaff, by: Actor) -> tuple[str, str]:
    """Add an account without a password; return its id and the token of its invitation."""
    _require_scope(connection, person.role, person.place)
    staff_id = add_staff(connection, person, NO_PASSWORD, by)
    return staff_id, _new_invitation(connection, _account(connection, staff_id), by)


def renew_invitation(connection: Connection, staff_id: str, by: Actor) -> str:
    """Take the password away, end the sessions, and return the token of a new invitation."""
    account = _other_account(connection, staff_id, by)
    if account.disabled_at is not None:
        raise StateError("disabled-account", "a disabled account is not invited")
    values = {"password_hash": NO_PASSWORD, "failed_count": 0, "locked_until": None}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))
    _require_an_admin(connection, account)
    _forget_sessions(connection, staff_id)
    return _new_invitation(connection, account, by)


def accept_invitation(
    connection: Connection, token: str, password_hash: str, ip_class: str
) -> None:
    """Set the password of the account that was invited; raise NotFound when the link is over."""
    invited = (StaffInvitation.token_digest == token_digest(token)) & (
        StaffInvitation.expires_at > clock.now()
    )
    staff_id = connection.scalar(
        delete(StaffInvitation).where(invited).returning(StaffInvitation.staff)
    )
    if staff_id is None:
        raise NotFound("unknown-invitation", "no such invitation, or it is over")
    account = _account(connection, staff_id)
    _set_password(connection, staff_id, password_hash)
    actor = Actor(account.login, account.role, ip_class)
    record(connection, actor, AuditAction.PASSWORD_SET, f"staff:{account.login}")


def change_password(connection: Connection, staff_id: str, password_hash: str, by: Actor) -> None:
    """Replace one's own password and end every session."""
    account = _account(connection, staff_id)
    _set_password(connection, staff_id, password_hash)
    record(connection, by, AuditAction.PASSWORD_SET, f"staff:{account.login}")


def change_role(
    connection: Connection, staff_id: str, role: Role, place: str | None, by: Actor
) -> None:
    """Give an account another role or place, and end its sessions."""
    account = _other_account(connection, staff_id, by)
    _require_scope(connection, role, place)
    connection.execute(
        update(Staff).where(Staff.id == staff_id).values(role=role.value, place=place)
    )
    _require_an_admin(connection, account)
    _forget_sessions(connection, staff_id)
    changed = {
        "role": role.value,
        "place": place or "",
        "role_before": account.role,
        "place_before": account.place or "",
    }
    record(connection, by, AuditAction.ROLE_CHANGED, f"staff:{account.login}", detail=changed)


def disable_staff(connection: Connection, staff_id: str, reason: str, by: Actor) -> None:
    """Close an account, its sessions and its invitation; the account itself stays."""
    account = _other_account(connection, staff_id, by)
    if not reason.strip():
        raise InputError("empty", "a reason is needed", where="reason")
    connection.execute(update(Staff).where(Staff.id == staff_id).values(disabled_at=clock.now()))
    _require_an_admin(connection, account)
    _forget_sessions(connection, staff_id)
    connection.execute(delete(StaffInvitation).where(StaffInvitation.staff == staff_id))
    record(connection, by, AuditAction.STAFF_DISABLED, f"staff:{account.login}", reason)


def enable_staff(connection: Connection, staff_id: str, by: Actor) -> None:
    """Open a closed account again, with the password that it had."""
    account = _other_account(connection, staff_id, by)
    values = {"disabled_at": None, "failed_count": 0, "locked_until": None}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))
    record(connection, by, AuditAction.STAFF_ENABLED, f"staff:{account.login}")


def end_sessions(connection: Connection, staff_id: str, by: Actor) -> None:
    """End every session of an account: a lost phone, a computer left open."""
    account = _account(connection, staff_id)
    ended = {"count": _forget_sessions(connection, staff_id)}
    record(connection, by, AuditAction.SESSIONS_ENDED, f"staff:{account.login}", detail=ended)


def _account(connection: Connection, staff_id: str) -> _Account:
    account = connection.execute(
        select(Staff.login, Staff.role, Staff.place, Staff.disabled_at).where(Staff.id == staff_id)
    ).one_or_none()
    if account is None:
        raise NotFound("unknown-account", where="staff", got=staff_id)
    return account


def _other_account(connection: Connection, staff_id: str, by: Actor) -> _Account:
    """Return an account that is not one's own: nobody raises or locks out themselves.

    Administrators are held first, so that two cannot disable each other at the same time.
    """
    admins = select(Staff.id).where(Staff.role == Role.ADMIN.value).order_by(Staff.id)
    connection.execute(admins.with_for_update()).all()
    account = _account(connection, staff_id)
    if account.login == by.name:
        raise StateError("own-account", "one's own account is changed by another administrator")
    return account


def _require_an_admin(connection: Connection, account: _Account) -> None:
    """Raise StateError when the last administrator who can log in was lost; the deed is undone."""
    if account.role != Role.ADMIN.value:
        return
    who_can = select(Staff.id).where(
        Staff.role == Role.ADMIN.value,
        Staff.disabled_at.is_(None),
        Staff.password_hash != NO_PASSWORD,
    )
    if connection.execute(who_can).first() is None:
        raise StateError("last-admin", "no administrator would be left")


def _require_scope(connection: Connection, role: Role, place: str | None) -> None:
    if role is Role.DEVICE:
        raise InputError("device-role", "a device has a key, not an account", where="role")
    if place is None:
        return
    if role not in PLACED_ROLES:
        raise InputError("role-without-place", "the role is for all places", where="place")
    place_facts(connection, place)


def _new_invitation(connection: Connection, account: _Account, by: Actor) -> str:
    token = new_token()
    staff_id = select(Staff.id).where(Staff.login == account.login).scalar_subquery()
    connection.execute(delete(StaffInvitation).where(StaffInvitation.staff == staff_id))
    connection.execute(
        insert(StaffInvitation).values(
            staff=staff_id,
            token_digest=token_digest(token),
            expires_at=clock.now() + INVITATION_LASTS,
        )
    )
    record(connection, by, AuditAction.STAFF_INVITED, f"staff:{account.login}")
    return token


def _set_password(connection: Connection, staff_id: str, password_hash: str) -> None:
    values = {"password_hash": password_hash, "failed_count": 0, "locked_until": None}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))
    _forget_sessions(connection, staff_id)


def _forget_sessions(connection: Connection, staff_id: str) -> int:
    ended = connection.execute(delete(StaffSession).where(StaffSession.staff == staff_id))
    return ended.rowcount
