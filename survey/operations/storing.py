"""The write of responses: each id once, each slip once, and nothing that was withdrawn.

It must not know why a response may be stored: whoever hands in a row has checked it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

from sqlalchemy import Connection, Table, bindparam, insert, select

from survey.errors import StateError
from survey.models import Response
from survey.operations.slips import use_slip
from survey.queries.withdrawals import withdrawn_ids

STORED = cast("Table", Response.__table__).c
NEW = insert(Response.__table__)  # type: ignore[arg-type]
KNOWN = select(STORED.id, STORED.sha256, STORED.received_hour, STORED.notes).where(
    STORED.id.in_(bindparam("interviews", expanding=True))
)
"""Built once: on this path the building of a statement costs more than its work."""


@dataclass(frozen=True)
class Stored:
    """What is stored under an id."""

    sha256: str
    received_hour: dt.datetime
    notes: list[str]
    is_new: bool


class ResponseRow(TypedDict):
    """The columns of a response."""

    id: str
    round: str
    instrument: str
    instrument_version: str
    instrument_sha256: str
    place: str | None
    channel: str
    device: str | None
    procedure_group: str | None
    state: str
    notes: list[str]
    received_hour: dt.datetime
    sha256: str
    body: bytes
    receipt_digest: bytes
    early_digest: bytes | None


@dataclass(frozen=True)
class Admitted:
    """A response that may be stored, and the slip that is used up with it."""

    row: ResponseRow
    slip: bytes | None


def store_all(connection: Connection, many: Sequence[Admitted]) -> Sequence[Stored | StateError]:
    """Write the rows whose ids are free; say of each what is stored under its id, or why not.

    Two writers of two processes may meet at one id: the loser's group is undone and tried again.
    """
    ids = [admitted.row["id"] for admitted in many]
    known: dict[str, Stored | StateError] = {**known_responses(connection, ids)}
    new = {admitted.row["id"]: admitted for admitted in reversed(many)}
    new = {interview: admitted for interview, admitted in new.items() if interview not in known}
    if new:
        known |= _barred(connection, new)
        rows = [admitted.row for interview, admitted in new.items() if interview not in known]
        if rows:
            connection.execute(NEW, rows)
    return [
        known.get(interview) or _as_stored(new[interview].row, admitted.row)
        for interview, admitted in zip(ids, many, strict=True)
    ]


def _barred(connection: Connection, new: Mapping[str, Admitted]) -> dict[str, Stored | StateError]:
    """Use up the slips of new responses; return those that are not to be written, and why."""
    barred: dict[str, Stored | StateError] = {
        interview: StateError("withdrawn", "the response was withdrawn", where="id")
        for interview in withdrawn_ids(connection, new)
    }
    for interview, admitted in new.items():
        if admitted.slip is None or interview in barred or use_slip(connection, admitted.slip):
            continue
        # another process may have stored this very response while we waited for its slip
        used = StateError("slip-used", "the code was used before")
        barred[interview] = known_responses(connection, [interview]).get(interview, used)
    return barred


def _as_stored(written: ResponseRow, row: ResponseRow) -> Stored:
    """Return what was written under the id of a row: itself, or one that came just before it."""
    return Stored(
        written["sha256"], written["received_hour"], written["notes"], is_new=written is row
    )


def known_responses(connection: Connection, interviews: Sequence[str]) -> dict[str, Stored]:
    """Return what is stored under these ids."""
    rows = connection.execute(KNOWN, {"interviews": interviews})
    return {
        interview: Stored(sha256, received_hour, notes, is_new=False)
        for interview, sha256, received_hour, notes in rows
    }
