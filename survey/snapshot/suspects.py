"""Responses that hardly came from people one by one: floods, too fast, all the same; and why.

Told from the columns alone, so that the same documents give the same suspects, and from whole
hours, for nothing finer is stored. Whoever came honestly within a flooded hour is suspected with
it. It must not know what is done with suspects: they stay stored and are never deleted.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from survey.snapshot.layout import (
    ALIKE,
    ANSWERED_COUNT,
    HOUR,
    ID,
    IS_COMPLETE,
    IS_DEVICE,
    IS_FLAGGED,
    PACE,
    PLACE,
    SECONDS,
    SOURCE,
)
from survey.snapshot.store import SUSPECTS, Manifest, Store

Booleans = npt.NDArray[np.bool_]

HOUR_SECONDS: Final = 3600
CHANGE_OVER_SECONDS: Final = 30
"""One person leaves a tablet, the next one comes and reads its first two screens. With the
reading of the questions this is what an hour of one tablet can serve: about 40 of the short form
of a counter, without a pause."""

PLACE_PER_HOUR: Final = 60
"""From people's own phones at one place: some five windows serve a person every five minutes, and
then everybody would have to answer at once."""

FASTEST_SHARE: Final = math.exp(-2.326 * 0.35)
"""Reading times of people are about lognormal with a spread of 0.35; only one in a hundred needs
less than this share (0.44) of the median."""

LEAST_ANSWERS: Final = 8
"""Fewer answers are often the same by chance, above all where all is praise."""

ALIKE_AT_TABLET, ALIKE_AT_PLACE = 12, 24
"""The same answers so often within an hour: where one person in four praises everything, of 20
at a tablet 12 do so once in a thousand hours."""

COLUMNS: Final = (
    *(ID, SOURCE, PLACE, IS_DEVICE, IS_COMPLETE, IS_FLAGGED),
    *(SECONDS, ANSWERED_COUNT, HOUR, PACE, ALIKE),
)
JUST_FULL: Final = 1 + 1e-9
"""Parts of an hour are added with rounding; one that is just full is no flood."""

NO_HOUR: Final = -1
HOURS: Final = 10_000_000
"""More hours than any clock will show: keys of one source never touch those of the next."""


class Reason(StrEnum):
    """Why a response is suspected."""

    BURST = "burst"
    TOO_FAST = "too-fast"
    ALIKE = "alike"


@dataclass(frozen=True)
class SourceTold:
    """How many responses of one source at one place count or would count, and are suspected.

    ``source`` is a device, or the channel of people's own phones; reasons may overlap in one
    response, ``out`` counts it once.
    """

    source: str
    place: str | None
    is_device: bool
    received: int
    burst: int
    too_fast: int
    alike: int
    out: int


def find_suspects(store: Store, manifest: Manifest, designed: Collection[str]) -> pa.Array:
    """Return the ids of the suspects outside of a sample, and keep what is told of them.

    ``designed`` are the places of the sample: what devices send from there is not looked at,
    interviewers have checks of their own. Hold the store first.
    """
    parts = [store.columns(part, COLUMNS) for part in manifest.parts]
    if not parts:
        store.keep_told(SUSPECTS, [])
        return pa.array([], pa.binary())
    rows = _looked_at(pa.concat_tables(parts), designed)
    reasons = reasons_of(rows)
    is_out = np.logical_or.reduce(list(reasons.values()))
    store.keep_told(SUSPECTS, [asdict(each) for each in _by_source(rows, reasons, is_out)])
    return rows[ID].combine_chunks().filter(pa.array(is_out))


def kept_suspects(store: Store) -> list[SourceTold] | None:
    """Return what was last told of each source; None before that."""
    told = store.told(SUSPECTS)
    return None if told is None else [SourceTold(**row) for row in told]


def reasons_of(rows: pa.Table) -> Mapping[Reason, Booleans]:
    """Tell for each reason which of the rows it speaks against."""
    is_complete = _numbers(rows, IS_COMPLETE).astype(np.bool_)
    seconds, pace = _numbers(rows, SECONDS), _numbers(rows, PACE)
    is_device = _numbers(rows, IS_DEVICE).astype(np.bool_)
    keys = _keys(_sources(rows), rows)
    return {
        Reason.BURST: _is_burst(keys, pace, is_device),
        Reason.TOO_FAST: is_complete & (seconds < FASTEST_SHARE * pace),
        Reason.ALIKE: is_complete & _is_alike(keys, rows, is_device),
    }


def _looked_at(rows: pa.Table, designed: Collection[str]) -> pa.Table:
    drawn = pc.and_(pc.is_in(rows[PLACE], pa.array(list(designed), pa.string())), rows[IS_DEVICE])
    return rows.filter(pc.invert(pc.or_(drawn, rows[IS_FLAGGED])))


def _is_burst(
    keys: npt.NDArray[np.int64], pace: npt.NDArray[np.float64], is_device: Booleans
) -> Booleans:
    """Tell which came in an hour, or in two hours together, that could not serve so many."""
    share = np.where(is_device, (pace + CHANGE_OVER_SECONDS) / HOUR_SECONDS, 1 / PLACE_PER_HOUR)
    hours, at = np.unique(keys, return_inverse=True)
    filled = np.bincount(at, weights=share, minlength=len(hours))
    is_over = filled > JUST_FULL
    follows = np.flatnonzero(np.diff(hours) == 1)
    both = follows[(filled[follows] + filled[follows + 1]) / 2 > JUST_FULL]
    is_over[both] = is_over[both + 1] = True
    return np.asarray(is_over[at] & (keys != NO_HOUR), dtype=np.bool_)


def _is_alike(keys: npt.NDArray[np.int64], rows: pa.Table, is_device: Booleans) -> Booleans:
    """Tell which have the same answers as too many others of their source in that hour."""
    answers = np.stack([keys, rows[ALIKE].to_numpy()])
    is_told = (_numbers(rows, ANSWERED_COUNT) >= LEAST_ANSWERS) & (keys != NO_HOUR)
    found = np.zeros(len(keys), dtype=np.bool_)
    _, at, counts = np.unique(answers[:, is_told], axis=1, return_inverse=True, return_counts=True)
    most = np.where(is_device[is_told], ALIKE_AT_TABLET, ALIKE_AT_PLACE)
    found[is_told] = counts[at.reshape(-1)] >= most
    return found


def _sources(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return a number for each pair of source and place; -1 where nothing says which counter."""
    source = pc.binary_join_element_wise(rows[SOURCE], rows[PLACE].fill_null(""), "\n")
    encoded = pa.chunked_array(source).combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.int64)
    is_nowhere = pc.and_(pc.is_null(rows[PLACE]), pc.invert(rows[IS_DEVICE]))
    return np.where(_truths(is_nowhere), -1, codes)


def _keys(sources: npt.NDArray[np.int64], rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return one number for each source and hour; NO_HOUR where either is unknown."""
    hour = rows[HOUR].fill_null(NO_HOUR).to_numpy().astype(np.int64)
    is_known = (sources >= 0) & (hour >= 0) & (hour < HOURS - 1)
    return np.where(is_known, sources * HOURS + hour, NO_HOUR)


def _by_source(
    rows: pa.Table, reasons: Mapping[Reason, Booleans], is_out: Booleans
) -> Sequence[SourceTold]:
    flags = {
        **{reason.name.lower(): found for reason, found in reasons.items()},
        "out": is_out,
    }
    table = rows.select([SOURCE, PLACE, IS_DEVICE])
    for name, found in flags.items():
        table = table.append_column(name, pa.array(found.astype(np.int64)))
    summed = table.group_by([SOURCE, PLACE, IS_DEVICE]).aggregate(
        [([], "count_all"), *((name, "sum") for name in flags)]
    )
    told = [
        SourceTold(
            source=row[SOURCE],
            place=row[PLACE],
            is_device=row[IS_DEVICE],
            received=row["count_all"],
            **{name: row[f"{name}_sum"] for name in flags},
        )
        for row in summed.to_pylist()
    ]
    return sorted(told, key=lambda each: (-each.out, each.place or "", each.source))


def _numbers(rows: pa.Table, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def _truths(column: pa.ChunkedArray) -> Booleans:
    return np.asarray(column.to_numpy(), dtype=np.bool_)
