"""The audit chain: one line for each deed of staff, in the transaction of the deed itself.

Citizens' requests leave no line. A line says who, in which role, did what to which thing; it must
never carry a password, a key, a token or an answer.
"""

import datetime as dt
import json
from collections.abc import Mapping

from sqlalchemy import Connection, Row, insert, select, text, update

from survey import clock
from survey.models.audit import GENESIS, SEALED, AuditEntry, AuditHead
from survey.queries.staff import Actor
from survey.seals import chained
from survey.terms import AuditAction
from survey.vietnamese import tidy

FIRST_HEAD = text(
    "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis) ON CONFLICT (id) DO NOTHING"
)


def record(
    connection: Connection,
    by: Actor,
    action: AuditAction,
    on: str = "",
    reason: str = "",
    detail: Mapping[str, str | int] | None = None,
) -> None:
    """Write the next line of the chain; call it last, for other writers wait until the commit.

    ``on`` names the thing as ``kind:code``; ``detail`` holds further facts of the deed.
    """
    head = _held_head(connection)
    row = {
        "seq": head.seq + 1,
        "at": _moment(clock.now()),
        "actor": by.name,
        "role": by.role,
        "ip_class": by.ip_class,
        "action": action.value,
        "object": on,
        "reason": tidy(reason),
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
    }
    link = chained(head.hash, [str(row[name]).encode() for name in SEALED])
    connection.execute(insert(AuditEntry).values(**row, prev=head.hash, hash=link))
    connection.execute(update(AuditHead).values(seq=row["seq"], hash=link))


def _held_head(connection: Connection) -> Row[int, str]:
    """Return the newest line and hold it: on SQLite the transaction does, elsewhere the row."""
    newest = select(AuditHead.seq, AuditHead.hash).with_for_update()
    head = connection.execute(newest).one_or_none()
    if head is None:
        connection.execute(FIRST_HEAD, {"genesis": GENESIS})
        head = connection.execute(newest).one()
    return head


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
