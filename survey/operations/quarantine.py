"""Refused responses of known senders: kept apart and bounded, so that nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import Connection, func, insert, select

from survey import clock
from survey.db.database import Database
from survey.errors import NotAllowed, SurveyError, Unavailable
from survey.models import Quarantine
from survey.queries.devices import Sender
from survey.queries.withdrawals import withdrawn_ids
from survey.seals import sha256_hex


@dataclass(frozen=True)
class Refused:
    """A body that was refused, with its id, its sender, the reason, and the sender's room."""

    interview: str
    body: bytes
    sender: Sender
    reason: SurveyError
    room: int


def quarantine(database: Database, refused: Refused) -> None:
    """Keep a refused body, once; raise Unavailable ``full`` when its sender's room is used up."""
    database.writer.submit(keep_all, refused)


def keep_all(connection: Connection, many: Sequence[Refused]) -> Sequence[None]:
    """Keep refused bodies in the caller's transaction, each once."""
    for refused in many:
        _keep(connection, refused)
    return [None] * len(many)


def refuse_revoked(database: Database, interview: str, body: bytes, sender: Sender) -> NoReturn:
    """Keep what a revoked device sends, and raise NotAllowed ``revoked``."""
    reason = NotAllowed("revoked", "the device was revoked")
    quarantine(database, Refused(interview, body, sender, reason, database.quarantine_bytes))
    raise reason


def _keep(connection: Connection, refused: Refused) -> None:
    """Write the row unless the same bytes are there already, or were withdrawn."""
    if withdrawn_ids(connection, [refused.interview]):
        return
    sha256 = sha256_hex(refused.body)
    of_sender = Quarantine.device == refused.sender.device
    same = (Quarantine.interview == refused.interview) & (Quarantine.sha256 == sha256)
    if connection.execute(select(Quarantine.id).where(of_sender, same)).first() is not None:
        return
    sizes = select(func.coalesce(func.sum(func.length(Quarantine.body)), 0)).where(of_sender)
    if connection.scalars(sizes).one() + len(refused.body) > refused.room:
        raise Unavailable("full", "the sender's quarantine is full", retry_after=3600)
    connection.execute(
        insert(Quarantine).values(
            interview=refused.interview,
            device=refused.sender.device,
            error=refused.reason.code,
            error_where=refused.reason.where,
            sha256=sha256,
            received_hour=clock.to_hour(clock.now()),
            body=refused.body,
        )
    )
