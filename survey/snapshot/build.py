"""Bring a round's snapshot up to its documents: by what is due, or all anew; and compare the two.

The documents are the truth; everything here can be thrown away and made again.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from survey.db.database import Database
from survey.snapshot.documents import (
    Due,
    Encoder,
    InstrumentOf,
    all_documents,
    all_due,
    at_one_moment,
    due_documents,
    n_documents,
    strike_off,
)
from survey.snapshot.layout import ID
from survey.snapshot.store import FULL_PART, Manifest, Part, Store, appended


@dataclass(frozen=True)
class Source:
    """Where the documents of a round are, and how they are read."""

    database: Database
    round_code: str
    instrument_of: InstrumentOf

    @property
    def store(self) -> Store:
        """The files of the round's snapshot."""
        return Store(self.database.folder, self.round_code)


@dataclass(frozen=True)
class Differences:
    """How a snapshot differs from its documents, in responses."""

    lacking: int
    surplus: int
    changed: int

    @property
    def is_none(self) -> bool:
        """Tell whether the two are equal."""
        return not (self.lacking or self.surplus or self.changed)


@dataclass
class _Batch:
    """What one look at the list of due responses found; ``n_documents`` are all of the round."""

    n_documents: int = 0
    due: list[Due] = field(default_factory=list)
    looked_up: list[bytes] = field(default_factory=list)
    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))


def update(source: Source) -> Manifest:
    """Bring the snapshot up to the documents, at the cost of what is new; hold the store first.

    Made anew where it cannot be of these documents: there is none, or a restored database has
    more or fewer.
    """
    manifest = source.store.manifest()
    if manifest is None:
        return rebuild(source)
    batch = _due_batch(source, is_settled=manifest.is_settled)
    manifest = _without(source.store, manifest, batch.looked_up)
    for version, tables in batch.tables.items():
        manifest = appended(source.store, manifest, version, pa.concat_tables(tables))
    if manifest.rows != batch.n_documents:
        return rebuild(source)
    return _settle(source, manifest, batch.due) if batch.due else manifest


def rebuild(source: Source) -> Manifest:
    """Make the snapshot anew from all documents; hold the store first."""
    manifest = Manifest()
    with at_one_moment(source.database) as connection:
        due = all_due(connection, source.round_code)
        for version, table in _large_tables(source, connection):
            part = source.store.write(version, table)
            manifest = replace(manifest, parts=(*manifest.parts, part))
    return _settle(source, manifest, due)


def differences(source: Source) -> Differences:
    """Compare the snapshot with the documents, leaving out what is due; hold the store first."""
    manifest = source.store.manifest() or Manifest()
    wanted = defaultdict(list)
    with at_one_moment(source.database) as connection:
        for version, table in _large_tables(source, connection):
            wanted[version].append(table)
        due = [_raw(each.response) for each in all_due(connection, source.round_code)]
    encoder, counts = Encoder(source.instrument_of), [0, 0, 0]
    for version in sorted({part.version for part in manifest.parts} | wanted.keys()):
        nothing = encoder.layout(version).schema.empty_table()
        kept = source.store.read(manifest.of_version(version), nothing)
        here = [
            _others(table, due) for table in (kept, pa.concat_tables([nothing, *wanted[version]]))
        ]
        counts = [sum(pair) for pair in zip(counts, _compared(*here), strict=True)]
    return Differences(*counts)


def _due_batch(source: Source, *, is_settled: bool) -> _Batch:
    """Read and encode what is due; what may be in a part already is to be looked up there."""
    batch, encoder = _Batch(), Encoder(source.instrument_of)
    with at_one_moment(source.database) as connection:
        batch.n_documents = n_documents(connection, source.round_code)
        for rows in due_documents(connection, source.round_code):
            batch.due += [Due(row.response, row.marks) for row in rows]
            batch.looked_up += [_raw(row.response) for row in rows if row.marks or not is_settled]
            for version, table in encoder.tables([row for row in rows if row.id is not None]):
                batch.tables[version].append(table)
    return batch


def _without(store: Store, manifest: Manifest, ids: Sequence[bytes]) -> Manifest:
    """Write those parts again that hold one of the responses, without it."""
    if not ids:
        return manifest
    parts: list[Part] = []
    for part in manifest.parts:
        if _others(store.columns(part, [ID]), ids).num_rows == part.rows:
            parts.append(part)
            continue
        kept = _others(store.read([part]), ids)
        if kept.num_rows:
            parts.append(store.write(part.version, kept))
    return replace(manifest, parts=tuple(parts))


def _settle(source: Source, manifest: Manifest, due: Sequence[Due]) -> Manifest:
    """Put a manifest in force, strike its responses off the list, and say that this was done."""
    source.store.put_in_force(replace(manifest, is_settled=not due))
    strike_off(source.database, due)
    settled = replace(manifest, is_settled=True)
    if due:
        source.store.put_in_force(settled)
    return settled


def _large_tables(source: Source, connection: Connection) -> Iterator[tuple[str, pa.Table]]:
    """Yield all documents of the round as columns, as much at once as a part may hold."""
    encoder = Encoder(source.instrument_of)
    gathered: dict[str, list[pa.Table]] = defaultdict(list)
    documents = all_documents(connection, source.round_code)
    for version, table in encoder.tables_ahead(documents):
        gathered[version].append(table)
        if sum(each.num_rows for each in gathered[version]) >= FULL_PART:
            yield version, pa.concat_tables(gathered.pop(version))
    for version, tables in gathered.items():
        yield version, pa.concat_tables(tables)


def _others(table: pa.Table, ids: Sequence[bytes] | pa.ChunkedArray) -> pa.Table:
    """Return the rows of all other responses."""
    known = (
        ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else pa.array(ids, pa.binary())
    )
    return table.filter(pc.invert(pc.is_in(table[ID], known)))


def _compared(kept: pa.Table, wanted: pa.Table) -> tuple[int, int, int]:
    """Count the responses that are lacking, surplus (or there twice) and changed."""
    n_kept = pc.count_distinct(kept[ID]).as_py()
    if n_kept < kept.num_rows:
        return 0, kept.num_rows - n_kept, 0
    lacking, surplus = _others(wanted, kept[ID]), _others(kept, wanted[ID])
    one = _others(kept, surplus[ID]).sort_by(ID)
    other = _others(wanted, lacking[ID]).sort_by(ID)
    return lacking.num_rows, surplus.num_rows, _n_unequal(one, other)


def _n_unequal(one: pa.Table, other: pa.Table) -> int:
    """Count the rows in which two tables of the same responses differ."""
    is_unequal = pa.nulls(one.num_rows, pa.bool_()).fill_null(False)  # noqa: FBT003 - a value
    for name in one.schema.names:
        left, right = one[name].combine_chunks(), other[name].combine_chunks()
        differs = pc.fill_null(pc.not_equal(left, right), False)  # noqa: FBT003 - a value
        differs = pc.or_(differs, pc.xor(pc.is_null(left), pc.is_null(right)))
        is_unequal = pc.or_(is_unequal, differs)
    return int(pc.sum(is_unequal).as_py() or 0)


def _raw(response: str) -> bytes:
    return uuid.UUID(response).bytes
