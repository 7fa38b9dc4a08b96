"""Deeds about slips: print a stack of codes, use a code, make a lost stack void."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from survey import clock
from survey.db.database import Database
from survey.errors import InputError, NotFound
from survey.models import Slip, SlipBatch
from survey.operations.audit import record
from survey.queries.rounds import round_facts
from survey.queries.staff import Actor
from survey.seals import Keys, code_digest, new_code
from survey.terms import AuditAction
from survey.vietnamese import tidy

MOST_SLIPS: Final = 500
LONGEST_GROUP: Final = 100
PURPOSE: Final = "slip"

USE = (
    update(Slip)
    .where(Slip.code_digest == bindparam("digest"), Slip.is_used.is_(False))
    .values(is_used=True)
)


@dataclass(frozen=True)
class NewStack:
    """What is to be printed: for which round, counter and procedures, how many, until when."""

    round: str
    place: str
    procedure_group: str
    slips_count: int
    expires_on: dt.date


def print_slips(connection: Connection, keys: Keys, stack: NewStack, by: Actor) -> list[str]:
    """Make a stack of slips and return their codes, this once; only keyed digests are kept.

    Raises NotFound for an unknown round, InputError ``many-slips`` or ``slips-end``.
    """
    facts, today = round_facts(connection, stack.round), clock.now().astimezone(clock.VIETNAM)
    if not 1 <= stack.slips_count <= MOST_SLIPS:
        raise InputError("many-slips", where="slips_count", expected=f"1 to {MOST_SLIPS}")
    if not today.date() <= stack.expires_on <= facts.closes_on:
        raise InputError("slips-end", where="expires_on", expected="by the end of the round")
    batch, codes = str(uuid.uuid4()), [new_code() for _ in range(stack.slips_count)]
    group = tidy(stack.procedure_group)[:LONGEST_GROUP]
    connection.execute(
        insert(SlipBatch).values(
            id=batch,
            round=facts.code,
            place=stack.place,
            procedure_group=group,
            made_on=today.date(),
            expires_on=stack.expires_on,
            is_void=False,
        )
    )
    # sorted: the order in which they were printed is nobody's business afterwards
    digests = sorted(code_digest(keys, PURPOSE, code) for code in codes)
    rows = [{"code_digest": digest, "batch": batch, "is_used": False} for digest in digests]
    connection.execute(insert(Slip), rows)
    record(
        connection,
        by,
        AuditAction.SLIPS_PRINTED,
        f"round:{facts.code}",
        detail={"batch": batch, "place": stack.place, "group": group, "slips": len(codes)},
    )
    return codes


def use_slip(connection: Connection, digest: bytes) -> bool:
    """Use up a code in the caller's transaction; tell whether it was still unused."""
    return connection.execute(USE, {"digest": digest}).rowcount == 1


def void_slips(connection: Connection, batch: str, by: Actor) -> None:
    """Take no code of a lost stack any more; raise NotFound."""
    is_live = (SlipBatch.id == batch) & SlipBatch.is_void.is_(False)
    if connection.execute(update(SlipBatch).where(is_live).values(is_void=True)).rowcount == 0:
        raise NotFound("unknown-slips", where="batch", got=batch)
    record(connection, by, AuditAction.SLIPS_VOIDED, f"slips:{batch}")


def forget_when_used(database: Database) -> None:
    """Take from the used codes what the database itself keeps beside a row, if it does.

    PostgreSQL names with each row the transaction that wrote it, the same that stored the
    response, and lays changed rows behind one another; after this the transaction is that of the
    night and the order that of the random digests. SQLite keeps neither.
    """
    if database.url.get_backend_name() != "postgresql":
        return
    with database.writing() as connection:
        connection.execute(update(Slip).where(Slip.is_used).values(is_used=True))
    with database.writing() as connection:
        connection.exec_driver_sql("CLUSTER slip USING pk_slip")
