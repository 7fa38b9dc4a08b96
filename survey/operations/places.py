"""Deeds about places: bring those that ship with the program, or those of a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

from sqlalchemy import Connection, Table, insert, select, update

from survey.models import Base, Place, PlaceAlias, PlaceSuccessor
from survey.places.builtin import builtin_places
from survey.places.files import read_successors, read_villages
from survey.places.model import AliasRow, PlaceRow
from survey.queries.places import known_places
from survey.vietnamese import fold

Columns = Mapping[str, object]


@dataclass(frozen=True)
class Brought:
    """How many rows were new, and how many said something else than before."""

    added: int
    changed: int


def bring_builtin_places(connection: Connection) -> Brought:
    """Bring the provinces, former districts and communes that ship with the program."""
    gazetteer = builtin_places()
    brought = _bring(connection, Place, _place_columns(gazetteer.places))
    _bring(connection, PlaceAlias, _alias_columns(gazetteer.aliases))
    return brought


def import_villages(connection: Connection, source: bytes, file: str) -> Brought:
    """Bring the villages of a CSV file; raise PlacesError with every fault and bring nothing."""
    villages = read_villages(source, file, known_places(connection))
    return _bring(connection, Place, _place_columns(villages))


def import_successors(connection: Connection, source: bytes, file: str) -> Brought:
    """Bring what followed what from a CSV file; raise PlacesError with every fault."""
    successors = read_successors(source, file, known_places(connection))
    return _bring(connection, PlaceSuccessor, [asdict(successor) for successor in successors])


def _place_columns(places: Iterable[PlaceRow]) -> list[Columns]:
    return [
        {**asdict(place), "kind": place.kind.value, "folded": fold(place.name)} for place in places
    ]


def _alias_columns(aliases: Iterable[AliasRow]) -> list[Columns]:
    return [{**asdict(alias), "folded": fold(alias.alias)} for alias in aliases]


def _bring(connection: Connection, model: type[Base], rows: Sequence[Columns]) -> Brought:
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
