"""Which rounds a person may see: the one filter of place and round for every staff page."""

from collections.abc import Mapping

from sqlalchemy import Connection, case, func, select

from survey.errors import NotFound
from survey.models import SampledPlace
from survey.queries.place_scope import is_within, within
from survey.queries.rounds import RoundFacts, all_rounds, round_facts
from survey.queries.staff import Person


def rounds_in_scope(connection: Connection, person: Person) -> list[RoundFacts]:
    """Return the rounds that lie wholly in the person's place, the newest first."""
    return [facts for facts in all_rounds(connection) if _is_for(connection, person, facts)]


def round_in_scope(connection: Connection, person: Person, code: str) -> RoundFacts:
    """Return a round; raise NotFound when there is none or it is not for this person."""
    facts = round_facts(connection, code)
    if facts.is_draft:
        raise NotFound("unknown-round", "not opened yet", where="round", got=code)
    if not _is_for(connection, person, facts):
        raise NotFound("unknown-round", "outside the person's place", where="round", got=code)
    return facts


def round_of_address(connection: Connection, person: Person, address: Mapping[str, str]) -> None:
    """Hold a page to the round that its address names as ``code``; raise NotFound."""
    round_in_scope(connection, person, address["code"])


def _is_for(connection: Connection, person: Person, facts: RoundFacts) -> bool:
    """Tell whether all that a round speaks of lies in the person's place.

    A whole-sample figure speaks of every sampled place and of the place that the round names; a
    round with neither speaks of no place in particular, and is for the whole country's people.
    """
    if person.place is None:
        return True
    if facts.place is not None and not within(connection, facts.place, person.place):
        return False
    is_inside = case((is_within(SampledPlace.__table__.c.place, person.place), 1), else_=0)
    counted = select(func.count(), func.sum(is_inside)).where(SampledPlace.round == facts.code)
    n_places, n_inside = connection.execute(counted).one()
    if not n_places:
        return facts.place is not None
    return bool(n_inside == n_places)
