"""Deeds about devices: enrol one and hand out its key once, revoke it."""

import unicodedata
import uuid

from sqlalchemy import Connection, insert, update

from survey import clock
from survey.errors import InputError, NotFound
from survey.models import Device
from survey.operations.audit import record
from survey.queries.staff import OPERATOR, Actor
from survey.seals import new_token, token_digest
from survey.terms import AuditAction


def enrol_device(
    connection: Connection, name: str, place: str, by: Actor = OPERATOR
) -> tuple[str, str]:
    """Enrol a device for a place; return its id and its key, of which only a digest is kept."""
    for where, text in (("name", name), ("place", place)):
        if not text.strip():
            raise InputError("empty", f"the device's {where} is empty", where=where)
    device, key = str(uuid.uuid4()), new_token()
    connection.execute(
        insert(Device).values(
            id=device,
            name=unicodedata.normalize("NFC", name),
            key_digest=token_digest(key),
            place=unicodedata.normalize("NFC", place),
            enrolled_at=clock.now(),
            revoked_at=None,
        )
    )
    record(
        connection, by, AuditAction.DEVICE_ENROLLED, f"device:{device}", detail={"place": place}
    )
    return device, key


def revoke_device(connection: Connection, device: str, by: Actor = OPERATOR) -> None:
    """Revoke a device: what it sends from now on is refused and kept apart; raise NotFound."""
    is_live = (Device.id == device) & Device.revoked_at.is_(None)
    done = connection.execute(update(Device).where(is_live).values(revoked_at=clock.now()))
    if done.rowcount == 0:
        raise NotFound("unknown-device", where="device", got=device)
    record(connection, by, AuditAction.DEVICE_REVOKED, f"device:{device}")
