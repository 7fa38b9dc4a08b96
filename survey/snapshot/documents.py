"""Sealed documents on their way to columns: read from the response table in batches.

It must not know how columns are kept.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Row, Select, Text, cast, delete, func, select

from survey.db.database import Database
from survey.instruments.model import Instrument
from survey.models import Response, SnapshotDue
from survey.snapshot.encode import BODY, encode
from survey.snapshot.layout import AROUND, Layout, layout_of
from survey.terms import ResponseState

N_AT_ONCE: Final = 50_000
N_STRUCK_AT_ONCE: Final = 10_000
"""PostgreSQL binds at most 65,535 values in one statement."""
NO_NOTES: Final = "[]"
OF_DEVICE: Final = "device"

Stored: TypeAlias = Row[*tuple[Any, ...]]
"""The columns of AROUND, the body, the instrument version, and perhaps more."""

BODY_AT: Final = len(AROUND)
VERSION_AT: Final = BODY_AT + 1
N_AHEAD: Final = 2
"""Batches that may wait for the thread that encodes: more would only fill the memory."""

InstrumentOf: TypeAlias = Callable[[str], Instrument]
"""Gives the published instrument of a version that a round has received."""


@dataclass(frozen=True)
class Due:
    """A response that is due, and how often it had been marked when it was looked at."""

    response: str
    marks: int


class Encoder:
    """Turns rows of the response table into columns, each by its own instrument version."""

    def __init__(self, instrument_of: InstrumentOf) -> None:
        self._instrument_of = instrument_of
        self._layouts: dict[str, Layout] = {}

    def layout(self, version: str) -> Layout:
        """Return the columns of a version."""
        if version not in self._layouts:
            self._layouts[version] = layout_of(self._instrument_of(version))
        return self._layouts[version]

    def tables(self, rows: Sequence[Stored]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the columns of some rows, version by version."""
        for version, some in _by_version(rows):
            yield version, encode(self.layout(version), _arrow(some))

    def tables_ahead(self, batches: Iterable[Sequence[Stored]]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the columns of batch after batch, encoded beside the reading of the next ones.

        DuckDB works outside of the interpreter. What holds it stays in this thread: SQLite lets go
        of the interpreter at every row and would wait for the other thread each time.
        """
        waiting: deque[tuple[str, Future[pa.Table]]] = deque()
        with ThreadPoolExecutor(1) as worker:
            for version, some in chain.from_iterable(map(_by_version, batches)):
                table = worker.submit(encode, self.layout(version), _arrow(some))
                waiting.append((version, table))
                if len(waiting) > N_AHEAD:
                    known, table = waiting.popleft()
                    yield known, table.result()
            for known, table in waiting:
                yield known, table.result()


@contextmanager
def at_one_moment(database: Database) -> Iterator[Connection]:
    """Yield a connection to which the database stands still."""
    with database.reading() as connection:
        yield connection.execution_options(isolation_level="SERIALIZABLE")


def n_documents(connection: Connection, round_code: str) -> int:
    """Count the responses of a round."""
    counted = select(func.count()).select_from(Response).where(Response.round == round_code)
    return connection.scalars(counted).one()


def all_documents(connection: Connection, round_code: str) -> Iterator[Sequence[Stored]]:
    """Yield the responses of a round, batch by batch."""
    yield from _batches(connection, _documents().where(Response.round == round_code))


def due_documents(connection: Connection, round_code: str) -> Iterator[Sequence[Stored]]:
    """Yield what is due in a round; of a response that is gone only ``response`` and ``marks``."""
    wanted = (
        _documents()
        .add_columns(SnapshotDue.response, SnapshotDue.marks)
        .select_from(SnapshotDue)
        .join(Response, Response.id == SnapshotDue.response, isouter=True)
        .where(SnapshotDue.round == round_code)
    )
    yield from _batches(connection, wanted)


def all_due(connection: Connection, round_code: str) -> list[Due]:
    """Return what is due in a round."""
    rows = connection.execute(
        select(SnapshotDue.response, SnapshotDue.marks).where(SnapshotDue.round == round_code)
    )
    return [Due(*row) for row in rows]


def strike_off(database: Database, due: Sequence[Due]) -> None:
    """Take responses off the list, except those that were marked again meanwhile.

    In short transactions: whoever submits in the meantime does not wait for all of them.
    """
    by_marks = attrgetter("marks")
    for marks, alike in groupby(sorted(due, key=by_marks), by_marks):
        ids = [each.response for each in alike]
        for start in range(0, len(ids), N_STRUCK_AT_ONCE):
            some = SnapshotDue.response.in_(ids[start : start + N_STRUCK_AT_ONCE])
            with database.writing() as connection:
                connection.execute(delete(SnapshotDue).where(SnapshotDue.marks == marks, some))


def _documents() -> Select[*tuple[Any, ...]]:
    return select(
        *(Response.id, Response.sha256, Response.place),
        func.coalesce(Response.device, Response.channel).label("source"),
        (Response.channel == OF_DEVICE).label("is_device"),
        (Response.state == ResponseState.COMPLETE.value).label("is_complete"),
        (cast(Response.notes, Text) != NO_NOTES).label("is_flagged"),
        *(Response.body, Response.instrument_version),
    )


def _batches(
    connection: Connection, wanted: Select[*tuple[Any, ...]]
) -> Iterator[Sequence[Stored]]:
    streamed = connection.execution_options(stream_results=True, yield_per=N_AT_ONCE)
    yield from streamed.execute(wanted).partitions()


def _by_version(rows: Sequence[Stored]) -> Iterator[tuple[str, Sequence[Stored]]]:
    """Yield the rows of each instrument version."""
    versions = sorted({row[VERSION_AT] for row in rows})
    for version in versions:
        is_alone = len(versions) == 1
        yield version, rows if is_alone else [row for row in rows if row[VERSION_AT] == version]


def _arrow(rows: Sequence[Stored]) -> pa.Table:
    """Return rows as the encoder wants them; ids and hashes become bytes."""
    ids, hashes, places, sources, *truths, bodies = list(zip(*rows, strict=True))[:VERSION_AT]
    columns = [
        binary_array(bytes.fromhex("".join(ids).replace("-", "")), 16),
        binary_array(bytes.fromhex("".join(hashes)), 32),
        places,
        sources,
        *(np.array(column, dtype=np.bool_) for column in truths),
        bodies,
    ]
    return pa.table(columns, schema=pa.schema([*AROUND.items(), (BODY, pa.string())]))


def binary_array(joined: bytes, width: int) -> pa.Array:
    """Cut bytes into values of one width."""
    offsets = np.arange(0, len(joined) + 1, width, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(joined)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, buffers)
