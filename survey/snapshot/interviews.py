"""How the interviews of each place went, from the columns; kept beside them for whoever looks.

It must not know how few are too few to be told of.
"""

from dataclasses import asdict, dataclass

import duckdb
import pyarrow as pa

from survey.snapshot.layout import (
    ANSWERED_COUNT,
    IS_COMPLETE,
    IS_DEVICE,
    IS_FLAGGED,
    PLACE,
    SECONDS,
    UNKNOWN_COUNT,
)
from survey.snapshot.store import INTERVIEWS, Manifest, Store

COLUMNS = (
    *(PLACE, IS_DEVICE, IS_COMPLETE, IS_FLAGGED),
    *(SECONDS, ANSWERED_COUNT, UNKNOWN_COUNT),
)
COUNTING = f'"{IS_DEVICE}" AND "{IS_COMPLETE}" AND NOT "{IS_FLAGGED}"'
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


def keep_interviews(store: Store, manifest: Manifest) -> None:
    """Tell anew how the interviews went; hold the store first."""
    parts = [store.columns(part, COLUMNS) for part in manifest.parts]
    store.keep_told(INTERVIEWS, _by_place(pa.concat_tables(parts)) if parts else [])


def kept_interviews(store: Store) -> list[Interviews] | None:
    """Return how the interviews went when this was last told; None before that."""
    told = store.told(INTERVIEWS)
    return None if told is None else [Interviews(**row) for row in told]


def _by_place(rows: pa.Table) -> list[dict[str, object]]:
    with duckdb.connect() as engine:
        counting = engine.from_arrow(rows).filter(COUNTING)
        told = counting.aggregate(BY_PLACE, f'"{PLACE}"').to_arrow_table().to_pylist()
    return [asdict(Interviews(**row)) for row in told]
