"""What lies in a staff member's place: the one rule, as a condition and as an answer.

A place covers itself, what lies in it, and, where it is recorded that one area wholly holds
another, what came before or after it: a former district covers the communes that were formed
wholly from it, a commune the former units that were merged wholly into it. Where areas merely
overlap nothing is covered, for that would show one place the answers of another.
"""

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from survey.models import Place, PlaceSuccessor
from survey.terms import Extent

COMMUNE_DIGITS = 5


def within(connection: Connection, place: str, scope: str | None) -> bool:
    """Tell whether a place is the scope itself or lies in it; every place lies in None."""
    return bool(connection.scalar(select(is_within(literal(place), scope))))


def is_within(place: ColumnElement[str], scope: str | None) -> ColumnElement[bool]:
    """Return the condition that a column of place codes lies in the scope; None covers all.

    A village counts by the commune in its code, whether or not it was imported.
    """
    if scope is None:
        return true()
    codes = covered_codes(scope)
    commune = func.substr(place, 1, COMMUNE_DIGITS)
    is_village = func.substr(place, COMMUNE_DIGITS + 1, 1) == "."
    return or_(place == scope, place.in_(codes), and_(is_village, commune.in_(codes)))


def covered_codes(scope: str) -> Select[str]:
    """Return the codes of the stored places that a scope covers, itself among them."""
    wholly_new = PlaceSuccessor.extent.in_([Extent.SAME, Extent.INSIDE])
    wholly_old = PlaceSuccessor.extent.in_([Extent.SAME, Extent.CONTAINS])
    holds = union_all(
        select(Place.parent.label("outer"), Place.code.label("inner")),
        select(PlaceSuccessor.old, PlaceSuccessor.new).where(wholly_new),
        select(PlaceSuccessor.new, PlaceSuccessor.old).where(wholly_old),
    ).subquery()
    covered = select(literal(scope).label("code")).cte(recursive=True)
    inner = select(holds.c.inner).join(covered, holds.c.outer == covered.c.code)
    return select(covered.union(inner).c.code)
