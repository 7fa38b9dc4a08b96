"""Which rounds a person may see: the one filter of place and round for every staff page."""

from collections.abc import Mapping

from sqlalchemy import Connection, case, func, select

from survey.errors import NotFound
from survey.models import SampledPlace
from survey.queries.place_scope import is_within
from survey.queries.rounds import RoundFacts, all_rounds, round_facts
from survey.queries.staff import Person


def rounds_in_scope(connection: Connection, person: Person) -> list[RoundFacts]:
    """Return the rounds that lie wholly in the person's place, the newest first."""
    rounds = all_rounds(connection)
    if person.place is None:
        return rounds
    codes = _codes_within(connection, person.place)
    return [facts for facts in rounds if facts.code in codes]


def round_in_scope(connection: Connection, person: Person, code: str) -> RoundFacts:
    """Return a round; raise NotFound when there is none or it is not for this person."""
    facts = round_facts(connection, code)
    if facts.is_draft:
        raise NotFound("unknown-round", "not opened yet", where="round", got=code)
    if person.place is not None and code not in _codes_within(connection, person.place):
        raise NotFound("unknown-round", "outside the person's place", where="round", got=code)
    return facts


def round_of_address(connection: Connection, person: Person, address: Mapping[str, str]) -> None:
    """Hold a page to the round that its address names as ``code``; raise NotFound."""
    round_in_scope(connection, person, address["code"])


def _codes_within(connection: Connection, place: str) -> set[str]:
    # a whole-sample figure speaks of every place; a round without places, of none in particular
    is_inside = case((is_within(SampledPlace.__table__.c.place, place), 1), else_=0)
    wholly_inside = func.count() == func.sum(is_inside)
    codes = select(SampledPlace.round).group_by(SampledPlace.round).having(wholly_inside)
    return set(connection.scalars(codes))
