"""Reads about slips: what a code opens, and how many of a stack were used."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, select

from survey.errors import NotFound, StateError
from survey.models import Slip, SlipBatch


@dataclass(frozen=True)
class HeldSlip:
    """The slip behind a code that someone holds, with what its batch says."""

    code_digest: bytes
    round: str
    place: str
    procedure_group: str
    expires_on: dt.date
    is_void: bool
    is_used: bool

    def require_fresh(self, today: dt.date) -> None:
        """Raise StateError ``slip-used`` or ``slip-expired`` unless the code can still be used."""
        if self.is_used:
            raise StateError("slip-used", "the code was used before")
        if self.is_void or today > self.expires_on:
            raise StateError("slip-expired", "the code is not taken any more")


@dataclass(frozen=True)
class SlipStack:
    """A batch of slips as administrators see it: counts, never a code."""

    id: str
    place: str
    procedure_group: str
    made_on: dt.date
    expires_on: dt.date
    is_void: bool
    slips_count: int
    used_count: int


OF_CODE = (
    select(
        *(Slip.code_digest, SlipBatch.round, SlipBatch.place, SlipBatch.procedure_group),
        *(SlipBatch.expires_on, SlipBatch.is_void, Slip.is_used),
    )
    .join_from(Slip, SlipBatch, SlipBatch.id == Slip.batch)
    .where(Slip.code_digest == bindparam("digest"))
)


def held_slip(connection: Connection, code_digest: bytes) -> HeldSlip:
    """Return the slip whose code has this digest; raise NotFound."""
    row = connection.execute(OF_CODE, {"digest": code_digest}).one_or_none()
    if row is None:
        raise NotFound("unknown-slip", "no slip has this code")
    return HeldSlip(*row)


def slip_stacks(connection: Connection, round_code: str) -> list[SlipStack]:
    """Return the batches of a round with their counts, the newest first."""
    n_used = func.coalesce(func.sum(case((Slip.is_used, 1), else_=0)), 0)
    rows = connection.execute(
        select(
            *(SlipBatch.id, SlipBatch.place, SlipBatch.procedure_group, SlipBatch.made_on),
            *(SlipBatch.expires_on, SlipBatch.is_void, func.count(Slip.code_digest), n_used),
        )
        .join_from(SlipBatch, Slip, Slip.batch == SlipBatch.id, isouter=True)
        .where(SlipBatch.round == round_code)
        .group_by(SlipBatch.id)
        .order_by(SlipBatch.made_on.desc(), SlipBatch.id)
    )
    return [SlipStack(*row) for row in rows]
