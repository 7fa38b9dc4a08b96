"""How the interviews of each sampled place went: counts, and how long they took; no answers.

Counts are live; what speaks of single interviews was told when a batch was last counted, and only
where ten of them came in.
"""

from dataclasses import dataclass
from typing import Final

from survey.db.database import Database
from survey.operations.snapshots import snapshot_source
from survey.queries.fieldwork import PlaceProgress, place_progress
from survey.snapshot.interviews import Interviews, kept_assistance, kept_interviews

LEAST_TOLD: Final = 10


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


@dataclass(frozen=True)
class AssistedShare:
    """How often a person helped; ``share`` is None where fewer than ten were, or were not."""

    complete_count: int
    share: float | None


def assisted_share(database: Database, round_code: str) -> AssistedShare | None:
    """Return how often a person helped in a round; None where too few responses were counted."""
    told = kept_assistance(snapshot_source(database, round_code).store)
    if told is None or told.complete_count < LEAST_TOLD:
        return None
    alone_count = told.complete_count - told.assisted_count
    is_told = min(told.assisted_count, alone_count) >= LEAST_TOLD
    share = told.assisted_count / told.complete_count if is_told else None
    return AssistedShare(told.complete_count, share)


def place_quality(database: Database, round_code: str) -> list[PlaceQuality]:
    """Return every sampled place of a round, by stratum and code."""
    told = kept_interviews(snapshot_source(database, round_code).store) or []
    by_place = {each.place: each for each in told if each.complete_count >= LEAST_TOLD}
    with database.reading() as connection:
        places = place_progress(connection, round_code)
    return [_quality(place, by_place.get(place.place)) for place in places]


def _quality(place: PlaceProgress, told: Interviews | None) -> PlaceQuality:
    return PlaceQuality(
        place.place,
        place.name,
        place.stratum,
        place.target_count,
        place.received_count - place.waiting_count,
        place.waiting_count,
        place.abandoned_count,
        None if told is None else told.dont_know_share,
        None if told is None else told.median_seconds,
    )
