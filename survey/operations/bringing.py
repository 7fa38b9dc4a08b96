"""How rows of a source reach their table: what is new is added, what differs is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from sqlalchemy import Connection, Table, insert, select, update

from survey.models import Base

Columns: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class Brought:
    """How many rows were new, and how many said something else than before."""

    added: int
    changed: int


def bring(connection: Connection, model: type[Base], rows: Sequence[Columns]) -> Brought:
    """Insert the rows whose key is new, update those that differ, and leave all others."""
    table = cast("Table", model.__table__)
    keys = [column.name for column in table.primary_key]
    stored = {
        tuple(row[key] for key in keys): dict(row)
        for row in connection.execute(select(table)).mappings()
    }
    added = [row for row in rows if tuple(row[key] for key in keys) not in stored]
    changed = [
        row
        for row in rows
        if (old := stored.get(tuple(row[key] for key in keys))) is not None and old != row
    ]
    if added:
        connection.execute(insert(table), [dict(row) for row in added])
    for row in changed:
        is_it = [table.c[key] == row[key] for key in keys]
        connection.execute(update(table).where(*is_it).values(dict(row)))
    return Brought(len(added), len(changed))
