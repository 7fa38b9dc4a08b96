"""Deeds about a round before and while it is asked: prepare, change, open, take back, reopen.

What responses rest on (the form, the consent, the places) can change only while there is none.
"""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, delete, exists, insert, select, update

from survey.errors import ConflictError, InputError, StateError
from survey.models import Round, SampledPlace, Weighting
from survey.operations.audit import record
from survey.operations.rounds import NewRound, check_playable, round_row
from survey.queries.rounds import RoundFacts, has_responses, round_facts, sampled_places
from survey.queries.staff import Actor
from survey.terms import AuditAction

FREE: Final = ("title", "closes_on", "trees", "place")
"""What may change under responses: the round's name, its end, what scores it, whose it is."""


@dataclass(frozen=True)
class Deliberate:
    """Why somebody goes on against a warning; empty where nobody said."""

    reason: str = ""


NOT_SAID: Final = Deliberate()


def prepare_round(connection: Connection, new: NewRound, by: Actor) -> None:
    """Keep a round as a draft; ConflictError when its code is taken, InputError, NotFound."""
    if connection.scalar(select(exists().where(Round.code == new.code))):
        raise ConflictError("round-taken", "another round has this code", where="code")
    check_playable(connection, new)
    connection.execute(insert(Round).values(**round_row(new)))
    facts: dict[str, str | int] = {"instrument": f"{new.instrument}/{new.instrument_version}"}
    record(connection, by, AuditAction.ROUND_PREPARED, f"round:{new.code}", detail=facts)


def change_round(
    connection: Connection, new: NewRound, by: Actor, why: Deliberate = NOT_SAID
) -> None:
    """Write a round anew; under responses only what is free of them, all else StateError."""
    old = round_facts(connection, new.code)
    check_playable(connection, new)
    kept = {name: getattr(old, name) for name in ("is_draft", "is_closed", "is_simulated")}
    wanted = round_row(new) | kept
    changed = [name for name, value in wanted.items() if getattr(old, name) != value]
    locked = [name for name in changed if name not in FREE]
    if locked and has_responses(connection, new.code):
        raise StateError("round-has-responses", "responses rest on it", where=", ".join(locked))
    if not old.is_draft and {"opens_on", "closes_on"} & set(changed):
        moved = replace(old, opens_on=new.opens_on, closes_on=new.closes_on)
        _heed_certainty(connection, moved, by, why)
    connection.execute(update(Round).where(Round.code == new.code).values(**wanted))
    if changed:
        facts: dict[str, str | int] = {"changed": ", ".join(changed)}
        record(connection, by, AuditAction.ROUND_CHANGED, f"round:{new.code}", detail=facts)


def begin_round(connection: Connection, code: str, by: Actor, why: Deliberate = NOT_SAID) -> None:
    """Open a draft, or a round that was closed by hand; raise StateError, InputError, NotFound."""
    facts = round_facts(connection, code)
    if not (facts.is_draft or facts.is_closed):
        raise StateError("round-is-open", "it is open already", where="round")
    if not facts.is_open_access and not sampled_places(connection, code):
        raise StateError("no-sample", "a round by credential needs its places", where="round")
    if not facts.trees:
        raise StateError("no-trees", "a round needs an index tree", where="trees")
    if facts.is_draft:
        _heed_certainty(connection, facts, by, why)
    opened = {"is_draft": False, "is_closed": False}
    connection.execute(update(Round).where(Round.code == code).values(**opened))
    record(connection, by, AuditAction.ROUND_OPENED, f"round:{code}")


def discard_draft(connection: Connection, code: str, by: Actor) -> None:
    """Remove a draft with its places; raise StateError for a round that was opened."""
    if not round_facts(connection, code).is_draft:
        raise StateError("round-is-open", "only a draft can be removed", where="round")
    for table in (Weighting, SampledPlace):
        connection.execute(delete(table).where(table.round == code))
    connection.execute(delete(Round).where(Round.code == code))
    record(connection, by, AuditAction.ROUND_DISCARDED, f"round:{code}")


def _heed_certainty(connection: Connection, facts: RoundFacts, by: Actor, why: Deliberate) -> None:
    """Keep away from villages of the official sample in its months, unless on purpose."""
    places = sampled_places(connection, facts.code)
    certain = [place.place for place in places if place.is_certainty]
    if not certain or not facts.is_in_official_fieldwork:
        return
    if not why.reason:
        raise InputError("certainty-places", where="reason", got=", ".join(certain))
    facts_said: dict[str, str | int] = {"places": ", ".join(certain)}
    on = f"round:{facts.code}"
    record(connection, by, AuditAction.CERTAINTY_OVERRIDDEN, on, why.reason, facts_said)
