"""Which rounds a person may see: the one filter of place and round for every staff page."""

from sqlalchemy import Connection

from survey.errors import NotFound
from survey.queries.rounds import RoundFacts, all_rounds, round_facts, sampled_places
from survey.queries.staff import Person


def rounds_in_scope(connection: Connection, person: Person) -> list[RoundFacts]:
    """Return the rounds that lie wholly in the person's place, the newest first."""
    return [
        facts for facts in all_rounds(connection) if _is_in_scope(connection, person, facts.code)
    ]


def round_in_scope(connection: Connection, person: Person, code: str) -> RoundFacts:
    """Return a round; raise NotFound when there is none or it is not for this person."""
    facts = round_facts(connection, code)
    if not _is_in_scope(connection, person, code):
        raise NotFound("unknown-round", "outside the person's place", where="round", got=code)
    return facts


def _is_in_scope(connection: Connection, person: Person, code: str) -> bool:
    if person.place is None:
        return True
    # a whole-sample figure speaks of every place; a round without places, of none in particular
    places = sampled_places(connection, code)
    return bool(places) and all(person.covers(place.place) for place in places)
