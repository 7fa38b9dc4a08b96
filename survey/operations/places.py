"""Deeds about places: bring those that ship with the program, or those of a file."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, select

from survey.models import Place, PlaceAlias, PlaceSuccessor
from survey.operations.audit import record
from survey.operations.bringing import Brought, Columns, bring
from survey.places.builtin import builtin_places
from survey.places.files import read_successors, read_villages
from survey.places.model import AliasRow, PlaceRow, SuccessorRow
from survey.queries.places import known_places
from survey.queries.staff import OPERATOR, Actor
from survey.seals import sha256_hex
from survey.terms import AuditAction
from survey.vietnamese import fold


def bring_builtin_places(connection: Connection, by: Actor = OPERATOR) -> Brought:
    """Bring the provinces, districts and communes that ship with the program, old and new."""
    gazetteer = builtin_places()
    brought = bring(connection, Place, _place_columns(gazetteer.places))
    bring(connection, PlaceSuccessor, _not_overruled(connection, gazetteer.successors))
    bring(connection, PlaceAlias, _alias_columns(gazetteer.aliases))
    return _noted(connection, by, brought, "places:built-in", b"")


def import_villages(
    connection: Connection, source: bytes, file: str, by: Actor = OPERATOR
) -> Brought:
    """Bring the villages of a CSV file; raise PlacesError with every fault and bring nothing."""
    villages = read_villages(source, file, known_places(connection))
    brought = bring(connection, Place, _place_columns(villages))
    return _noted(connection, by, brought, "places:villages", source)


def import_successors(
    connection: Connection, source: bytes, file: str, by: Actor = OPERATOR
) -> Brought:
    """Bring what followed what from a CSV file; raise PlacesError with every fault."""
    successors = read_successors(source, file, known_places(connection))
    brought = bring(connection, PlaceSuccessor, [asdict(successor) for successor in successors])
    return _noted(connection, by, brought, "places:successors", source)


def _not_overruled(connection: Connection, ours: Iterable[SuccessorRow]) -> list[Columns]:
    """Leave out what an operator's file says otherwise: whoever checked a map knows better."""
    rows = tuple(ours)
    our_sources = {row.source for row in rows}
    known = connection.execute(
        select(PlaceSuccessor.old, PlaceSuccessor.new, PlaceSuccessor.source)
    )
    theirs = {(old, new) for old, new, source in known if source not in our_sources}
    return [asdict(row) for row in rows if (row.old, row.new) not in theirs]


def _noted(
    connection: Connection, by: Actor, brought: Brought, what: str, source: bytes
) -> Brought:
    """Leave a line about an import that changed something."""
    if brought.added or brought.changed:
        facts: dict[str, str | int] = asdict(brought)
        if source:
            facts["sha256"] = sha256_hex(source)
        record(connection, by, AuditAction.PLACES_IMPORTED, what, detail=facts)
    return brought


def _place_columns(places: Iterable[PlaceRow]) -> list[Columns]:
    return [
        {**asdict(place), "kind": place.kind.value, "folded": fold(place.name)} for place in places
    ]


def _alias_columns(aliases: Iterable[AliasRow]) -> list[Columns]:
    return [{**asdict(alias), "folded": fold(alias.alias)} for alias in aliases]
