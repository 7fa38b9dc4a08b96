"""What a database holds, as counts and digests: two databases with equal digests hold the same.

It reads the tables that it finds, not those of the models: a backup may be of an older schema.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Row, Select, Table, select

from survey.seals import sha256_hex

N_AT_ONCE: Final = 1000
REVISIONS: Final = "alembic_version"
"""The table of the schema's revision: a manifest names the revision itself."""


@dataclass(frozen=True)
class TableDigest:
    """How many rows a table has, and the SHA-256 over the sorted SHA-256 of its rows."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """A digest of each table; of all responses together, from their ids and hashes alone.

    ``damaged`` are the ids of responses whose bytes are not those that were acknowledged.
    """

    tables: dict[str, TableDigest]
    responses_sha256: str
    damaged: tuple[str, ...]


def contents(connection: Connection) -> Contents:
    """Return the digests of everything in the database; every byte is read."""
    known = MetaData()
    known.reflect(connection)
    tables = {
        name: _table_digest(connection, table)
        for name, table in sorted(known.tables.items())
        if name != REVISIONS
    }
    responses = known.tables.get("response")
    if responses is None:
        return Contents(tables, _joined([]), ())
    lines, damaged = _responses(connection, responses)
    return Contents(tables, _joined(lines), damaged)


def _table_digest(connection: Connection, table: Table) -> TableDigest:
    digests = sorted(
        hashlib.sha256(repr(tuple(row)).encode()).digest()
        for row in _rows(connection, select(table))
    )
    return TableDigest(len(digests), hashlib.sha256(b"".join(digests)).hexdigest())


def _responses(connection: Connection, table: Table) -> tuple[list[str], tuple[str, ...]]:
    """Return a line ``id sha256`` for each response, and the ids whose bytes differ from it."""
    lines, damaged = [], []
    columns = table.columns
    for row in _rows(connection, select(columns["id"], columns["sha256"], columns["body"])):
        lines.append(f"{row.id} {row.sha256}\n")
        is_bytes = isinstance(row.body, bytes)  # SQLite would let a hand put text there
        if not is_bytes or sha256_hex(row.body) != row.sha256:
            damaged.append(str(row.id))
    return lines, tuple(sorted(damaged))


def _joined(lines: list[str]) -> str:
    return sha256_hex("".join(sorted(lines)).encode())


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    with connection.execute(query.execution_options(yield_per=N_AT_ONCE)) as rows:
        yield from rows
