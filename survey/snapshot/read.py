"""The one door between stored responses and whatever computes from them.

Arrays now; the inside may become a columnar file without a word to those who call.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Text, cast, select
from sqlalchemy import Row as StoredRow

from survey.instruments.model import Instrument
from survey.models import Response, SampledPlace
from survey.snapshot.columns import Columns, Row, columns_of

Stored: TypeAlias = StoredRow[*tuple[Any, ...]]

NO_NOTES = "[]"


@dataclass(frozen=True, eq=False)
class DesignColumns:
    """Where each response of a sample stands: labels by row, and the quyền số thiết kế."""

    stratum: tuple[str, ...]
    psu: tuple[str, ...]
    ssu: tuple[str, ...] | None
    weight: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The accepted responses of a round: those with a place in the design, and those without."""

    sampled: Columns
    design: DesignColumns
    placeless: Columns
    frame_sha256: str


def read_columns(connection: Connection, round_code: str, instrument: Instrument) -> Snapshot:
    """Read a round's accepted responses, in the order of their ids.

    A response with a note (late, out of period, clock) waits for acceptance and is left out.
    """
    found = connection.execute(
        select(
            *(Response.id, Response.sha256, Response.body, SampledPlace.stratum),
            *(SampledPlace.psu, SampledPlace.ssu, SampledPlace.base_weight),
        )
        .join_from(
            Response,
            SampledPlace,
            (SampledPlace.round == Response.round)
            & (SampledPlace.place == Response.place)
            & (Response.channel == "device"),
            isouter=True,
        )
        .where(Response.round == round_code, cast(Response.notes, Text) == NO_NOTES)
        .order_by(Response.id)
    ).all()
    sampled = [row for row in found if row.base_weight is not None]
    placeless = [row for row in found if row.base_weight is None]
    return Snapshot(
        columns_of(instrument, [_read(row) for row in sampled]),
        _design(sampled),
        columns_of(instrument, [_read(row) for row in placeless]),
        _frame_sha256(connection, round_code),
    )


def _read(row: Stored) -> Row:
    document = json.loads(row.body)
    return Row(row.id, row.sha256, document["answers"], document["missing"])


def _design(rows: Sequence[Stored]) -> DesignColumns:
    # a sampled place where nobody has answered yet is not here: it is nonresponse, not a zero
    has_ssu = bool(rows) and all(row.ssu is not None for row in rows)
    return DesignColumns(
        stratum=tuple(row.stratum for row in rows),
        psu=tuple(row.psu for row in rows),
        ssu=tuple(row.ssu for row in rows) if has_ssu else None,
        weight=tuple(row.base_weight for row in rows),
    )


def _frame_sha256(connection: Connection, round_code: str) -> str:
    rows = connection.execute(
        select(
            *(SampledPlace.place, SampledPlace.stratum, SampledPlace.psu),
            *(SampledPlace.ssu, SampledPlace.base_weight),
        )
        .where(SampledPlace.round == round_code)
        .order_by(SampledPlace.place)
    )
    frame = json.dumps([list(row) for row in rows], ensure_ascii=False)
    return hashlib.sha256(frame.encode()).hexdigest()
