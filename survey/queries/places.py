"""Reads about places: lists in Vietnamese order, search, names to codes and codes to names.

``on`` is the day whose places are asked for, since units come and go.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    collate,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from survey.errors import InputError, NotFound
from survey.models import Place, PlaceAlias, PlaceSuccessor
from survey.places.files import KnownPlaces
from survey.places.model import SPELLING, bare_name
from survey.queries.place_scope import covered_codes
from survey.terms import PlaceKind
from survey.vietnamese import COLLATION, fold, spelling, tidy

COMMUNE_KINDS: Final = (PlaceKind.COMMUNE, PlaceKind.WARD, PlaceKind.SPECIAL_ZONE)

_Facts = Select[str, str, str, str, str | None, dt.date | None, dt.date | None]
_Row = Row[str, str, str, str, str | None, dt.date | None, dt.date | None]


@dataclass(frozen=True)
class PlaceFacts:
    """One place as its row says; ``title`` is what people call it ("Xã Mường Giôn")."""

    code: str
    kind: PlaceKind
    designation: str
    name: str
    parent: str | None
    valid_from: dt.date | None
    valid_until: dt.date | None

    @property
    def title(self) -> str:
        """Return the name with its unit's word before it."""
        return f"{self.designation[:1].upper()}{self.designation[1:]} {self.name}"


def provinces(connection: Connection, on: dt.date) -> list[PlaceFacts]:
    """Return the provinces of that day, in Vietnamese order."""
    return _listed(connection, _stands(on), Place.kind == PlaceKind.PROVINCE)


def communes(connection: Connection, province: str, on: dt.date) -> list[PlaceFacts]:
    """Return the communes, wards and special zones of a province, in Vietnamese order."""
    is_commune = Place.kind.in_(COMMUNE_KINDS)
    return _listed(connection, _stands(on), Place.parent == province, is_commune)


def villages(connection: Connection, commune: str, on: dt.date) -> list[PlaceFacts]:
    """Return the villages of a commune, in Vietnamese order."""
    is_village = Place.kind == PlaceKind.VILLAGE
    return _listed(connection, _stands(on), Place.parent == commune, is_village)


def search_places(
    connection: Connection, typed: str, on: dt.date, *, limit: int = 20
) -> list[PlaceFacts]:
    """Return the places whose name or other spelling holds what was typed, or of that code.

    Marks and case are ignored. Whole names come first, then names that begin with it, then
    all others, and last what followed a place that bore this name.
    """
    wanted = fold(typed)
    if not wanted:
        return []
    by_alias = select(PlaceAlias.place).where(
        PlaceAlias.folded.contains(wanted, autoescape=True), PlaceAlias.system == SPELLING
    )
    is_named = or_(
        Place.folded.contains(wanted, autoescape=True),
        Place.code.in_(by_alias),
        Place.code == tidy(typed),
    )
    is_found = or_(is_named, Place.code.in_(_heirs_of(wanted)))
    nearness = case(
        (Place.folded == wanted, 0),
        (Place.folded.startswith(wanted, autoescape=True), 1),
        (is_named, 2),
        else_=3,
    )
    found = _facts().where(_stands(on), is_found).order_by(nearness, *_order()).limit(limit)
    rows = connection.execute(found)
    return [_as_facts(row) for row in rows]


def resolve_place(
    connection: Connection, parent: str | None, kind: PlaceKind, name: str, on: dt.date
) -> str:
    """Return the code of the place of that kind and name within ``parent``.

    The name may carry its unit's word, and its tone on either vowel (Hoà, Hòa). Raise NotFound,
    or InputError when several places answer to it.
    """
    of_kind = (Place.kind == kind, Place.parent == parent, _stands(on))
    places = connection.execute(select(Place.code, Place.name, Place.designation).where(*of_kind))
    aliases = (
        select(PlaceAlias.place, PlaceAlias.alias, Place.designation)
        .join(Place, Place.code == PlaceAlias.place)
        .where(*of_kind, PlaceAlias.system == SPELLING)
    )
    named = [*places, *connection.execute(aliases)]
    codes = {row[0] for row in named if _answers_to(row[1], row[2], name)}
    if len(codes) > 1:
        raise InputError(
            "ambiguous-place", f"{sorted(codes)} answer to it", where="place", got=name
        )
    if not codes:
        raise NotFound("unknown-place", where="place", got=name)
    return str(codes.pop())


def place_of_code(connection: Connection, system: str, code: str) -> str:
    """Return the place that another system of codes calls so; raise NotFound."""
    place = connection.scalar(
        select(PlaceAlias.place).where(PlaceAlias.system == system, PlaceAlias.alias == code)
    )
    if place is None:
        raise NotFound("unknown-place", f"unknown in {system}", where="place", got=code)
    return place


def place_facts(connection: Connection, code: str) -> PlaceFacts:
    """Return the place of that code; raise NotFound."""
    row = connection.execute(_facts().where(Place.code == code)).one_or_none()
    if row is None:
        raise NotFound("unknown-place", where="place", got=code)
    return _as_facts(row)


def place_path(connection: Connection, code: str) -> str:
    """Return the place with all it lies in: "Xã Mường Giôn, tỉnh Sơn La"; raise NotFound."""
    place = place_facts(connection, code)
    steps = [place.title]
    while place.parent is not None:
        place = place_facts(connection, place.parent)
        steps.append(f"{place.designation} {place.name}")
    return ", ".join(steps)


def known_places(connection: Connection, scope: str | None = None) -> KnownPlaces:
    """Return the codes that a file of places may refer to, and those that lie in a scope."""
    rows = connection.execute(select(Place.code, Place.kind))
    kinds = {row.code: row.kind for row in rows}
    codes = select(PlaceAlias.alias, PlaceAlias.system, PlaceAlias.place)
    others = connection.execute(codes.where(PlaceAlias.system != SPELLING))
    return KnownPlaces(
        frozenset(kinds),
        frozenset(code for code, kind in kinds.items() if kind in set(COMMUNE_KINDS)),
        {alias: (system, place) for alias, system, place in others},
        None if scope is None else frozenset(connection.scalars(covered_codes(scope))),
    )


def _facts() -> _Facts:
    return select(
        *(Place.code, Place.kind, Place.designation, Place.name),
        *(Place.parent, Place.valid_from, Place.valid_until),
    )


def _heirs_of(wanted: str) -> Select[str]:
    """Return what followed the places of this name or other spelling, folded."""
    former, other = aliased(Place), aliased(PlaceAlias)
    is_other = (other.place == former.code) & (other.system == SPELLING)
    return (
        select(PlaceSuccessor.new)
        .join(former, former.code == PlaceSuccessor.old)
        .outerjoin(other, is_other)
        .where(or_(former.folded == wanted, other.folded == wanted))
    )


def _listed(connection: Connection, *conditions: ColumnElement[bool]) -> list[PlaceFacts]:
    rows = connection.execute(_facts().where(*conditions).order_by(*_order()))
    return [_as_facts(row) for row in rows]


def _order() -> tuple[ColumnElement[str], ...]:
    return collate(Place.name, COLLATION), collate(Place.designation, COLLATION), Place.code.asc()


def _stands(on: dt.date) -> ColumnElement[bool]:
    return and_(
        or_(Place.valid_from.is_(None), Place.valid_from <= on),
        or_(Place.valid_until.is_(None), Place.valid_until >= on),
    )


def _answers_to(named: str, designation: str, asked: str) -> bool:
    names = (named, bare_name(named, designation))
    spellings = {spelling(name) for name in names}
    return bool(spellings & {spelling(asked), spelling(bare_name(asked, designation))})


def _as_facts(row: _Row) -> PlaceFacts:
    code, kind, designation, name, parent, valid_from, valid_until = row
    return PlaceFacts(code, PlaceKind(kind), designation, name, parent, valid_from, valid_until)
