"""How the interviews of each sampled place went: counts, and how long they took; no answers.

What speaks of single interviews is told only where ten of them came in.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Final

from sqlalchemy import Connection, Text, cast, select

from survey.models import Response, SampledPlace
from survey.queries.rounds import sampled_places
from survey.terms import Missing, ResponseState

LEAST_TOLD: Final = 10
NO_NOTES: Final = "[]"


@dataclass(frozen=True)
class PlaceQuality:
    """One sampled place. ``target`` is None where none was set; the last two, where too few came.

    ``received_count`` counts without the ``waiting_count`` that are flagged.
    """

    place: str
    name: str
    stratum: str
    target: int | None
    received_count: int
    waiting_count: int
    abandoned_count: int
    dont_know_share: float | None
    median_seconds: float | None


def place_quality(connection: Connection, round_code: str) -> list[PlaceQuality]:
    """Return every sampled place of a round, by stratum and code."""
    rows = connection.execute(
        select(
            *(SampledPlace.place, Response.state, Response.body),
            (cast(Response.notes, Text) != NO_NOTES).label("is_waiting"),
        )
        .join(
            SampledPlace,
            (SampledPlace.round == Response.round) & (SampledPlace.place == Response.place),
        )
        .where(Response.round == round_code, Response.channel == "device")
    )
    interviews: defaultdict[str, list[_Interview]] = defaultdict(list)
    for place, state, body, is_waiting in rows:
        interviews[place].append(_read(body, state, is_waiting=is_waiting))
    places = sorted(sampled_places(connection, round_code), key=lambda at: (at.stratum, at.place))
    return [
        _quality(at.place, at.name, at.stratum, at.target_count, interviews[at.place])
        for at in places
    ]


@dataclass(frozen=True)
class _Interview:
    is_waiting: bool
    is_abandoned: bool
    seconds: float
    answered_count: int
    dont_know_count: int


def _read(body: bytes, state: str, *, is_waiting: bool) -> _Interview:
    document = json.loads(body)
    missing = list(document["missing"].values())
    return _Interview(
        is_waiting,
        state == ResponseState.ABANDONED.value,
        document["seconds"],
        len(document["answers"]),
        missing.count(Missing.DONT_KNOW.value),
    )


def _quality(
    place: str, name: str, stratum: str, target: int | None, interviews: list[_Interview]
) -> PlaceQuality:
    counting = [one for one in interviews if not one.is_waiting]
    complete = [one for one in counting if not one.is_abandoned]
    is_told = len(complete) >= LEAST_TOLD
    asked = sum(one.answered_count + one.dont_know_count for one in complete)
    unknown = sum(one.dont_know_count for one in complete)
    return PlaceQuality(
        place,
        name,
        stratum,
        target,
        len(counting),
        len(interviews) - len(counting),
        sum(one.is_abandoned for one in interviews),
        unknown / asked if is_told and asked else None,
        median(one.seconds for one in complete) if is_told else None,
    )
