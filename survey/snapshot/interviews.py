"""How the interviews of each place went, and how many were helped, told from the columns.

Kept beside them for whoever looks.

It must not know how few are too few to be told of.
"""

from dataclasses import asdict, dataclass

import duckdb
import pyarrow as pa

from survey.snapshot.layout import (
    ANSWERED_COUNT,
    ASSISTED,
    IS_COMPLETE,
    IS_DEVICE,
    IS_FLAGGED,
    PLACE,
    SECONDS,
    UNKNOWN_COUNT,
)
from survey.snapshot.store import ASSISTANCE, INTERVIEWS, Manifest, Store

COLUMNS = (
    *(PLACE, IS_DEVICE, IS_COMPLETE, IS_FLAGGED),
    *(SECONDS, ANSWERED_COUNT, UNKNOWN_COUNT, ASSISTED),
)
COUNTING = f'"{IS_DEVICE}" AND "{IS_COMPLETE}" AND NOT "{IS_FLAGGED}"'
ASSISTANCE_COUNTS = f"""
    count(*) AS complete_count, count(*) FILTER ("{ASSISTED}") AS assisted_count
"""
BY_PLACE = f"""
    "{PLACE}" AS place, count(*) AS complete_count, median("{SECONDS}") AS median_seconds,
    sum("{UNKNOWN_COUNT}") / nullif(sum("{ANSWERED_COUNT}" + "{UNKNOWN_COUNT}"), 0)
        AS dont_know_share
"""


@dataclass(frozen=True)
class Interviews:
    """The complete interviews of one place without doubts; the share is None without questions."""

    place: str
    complete_count: int
    median_seconds: float
    dont_know_share: float | None


@dataclass(frozen=True)
class Assistance:
    """How many complete responses a round has without doubts, and in how many a person helped."""

    complete_count: int
    assisted_count: int


def keep_interviews(store: Store, manifest: Manifest) -> None:
    """Tell anew how the interviews went and how many were helped; hold the store first."""
    parts = [store.columns(part, COLUMNS) for part in manifest.parts]
    rows = pa.concat_tables(parts) if parts else None
    store.keep_told(ASSISTANCE, [] if rows is None else _assistance(rows))
    store.keep_told(INTERVIEWS, [] if rows is None else _by_place(rows))


def kept_interviews(store: Store) -> list[Interviews] | None:
    """Return how the interviews went when this was last told; None before that."""
    told = store.told(INTERVIEWS)
    return None if told is None else [Interviews(**row) for row in told]


def kept_assistance(store: Store) -> Assistance | None:
    """Return how many were helped when this was last told; None before that."""
    told = store.told(ASSISTANCE)
    return Assistance(**told[0]) if told else None


def _assistance(rows: pa.Table) -> list[dict[str, object]]:
    counting = f'"{IS_COMPLETE}" AND NOT "{IS_FLAGGED}"'
    with duckdb.connect() as engine:
        told = engine.from_arrow(rows).filter(counting).aggregate(ASSISTANCE_COUNTS)
        (row,) = told.to_arrow_table().to_pylist()
    return [asdict(Assistance(**row))]


def _by_place(rows: pa.Table) -> list[dict[str, object]]:
    with duckdb.connect() as engine:
        counting = engine.from_arrow(rows).filter(COUNTING)
        told = counting.aggregate(BY_PLACE, f'"{PLACE}"').to_arrow_table().to_pylist()
    return [asdict(Interviews(**row)) for row in told]
