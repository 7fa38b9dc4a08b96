"""What the newest proposal makes of the weights of a round, computed to be looked at.

It looks at the responses of the last score runs, no newer ones: two looks must not tell one
citizen from the others.
"""

from dataclasses import dataclass
from typing import cast

from survey.bridge.weights import calibration_of, margin_labels
from survey.bridge.weights_seen import MarginSeen, WeightsSeen, weights_seen
from survey.db.database import Database
from survey.errors import StateError
from survey.operations.snapshots import snapshot_source
from survey.operations.weighting import (
    NO_CODES,
    NO_NUMBERS,
    margins_of,
    place_counts,
    place_factors,
    unit_table,
)
from survey.queries.rounds import PlaceInSample, sampled_places
from survey.queries.scores import Part, Run, counted_ids, latest_run
from survey.queries.weighting import WeightingFacts, newest_weighting
from survey.snapshot.read import Snapshot, current_snapshot
from survey.snapshot.totals import Question

__all__ = ["ClassSeen", "Look", "MarginSeen", "PlaceWeight", "look_at_weights"]


@dataclass(frozen=True)
class PlaceWeight:
    """One place of the sample with its weight at each step before calibration."""

    place: PlaceInSample
    n: int
    factor: float

    @property
    def weight(self) -> float:
        """The weight of each respondent there."""
        return self.place.base_weight * self.factor


@dataclass(frozen=True)
class ClassSeen:
    """One class of places: listed, answered, and what the weights are multiplied by."""

    name: str
    listed: int
    n: int
    factor: float


@dataclass(frozen=True)
class Look:
    """All that a page shows of a proposal."""

    proposal: WeightingFacts
    run: Run
    seen: WeightsSeen
    places: list[PlaceWeight]
    classes: list[ClassSeen]


def look_at_weights(database: Database, round_code: str) -> Look:
    """Return what the newest proposal makes of the weights.

    Raise StateError ``no-run`` before the first batch of responses, ``not-weighable`` when the
    proposal does not fit them.
    """
    with database.reading() as connection:
        proposal = newest_weighting(connection, round_code)
        places = sampled_places(connection, round_code)
        run = latest_run(connection, round_code, Part.SAMPLE)
        if run is None:
            raise StateError("no-run", "nothing was scored yet", where="round")
    made_of = ("weights", run.id, proposal.number, tuple(places))
    look = database.settled.get(made_of, lambda: _look(database, proposal, places, run))
    return cast("Look", look)


def _look(
    database: Database, proposal: WeightingFacts, places: list[PlaceInSample], run: Run
) -> Look:
    with database.reading() as connection:
        counted = counted_ids(connection, run.round, Part.SAMPLE, run.batch or 0)
    only = b"".join(sorted(counted))
    with current_snapshot(snapshot_source(database, run.round)) as snapshot:
        counts = place_counts(places, snapshot, only)
        factors = place_factors(places, proposal.options, snapshot, only)
        seen = _seen(places, factors, proposal, snapshot, only)
    weighed = [PlaceWeight(*each) for each in zip(places, counts, factors, strict=True)]
    return Look(proposal, run, seen, weighed, _classes(weighed) if proposal.by_classes else [])


def _seen(
    places: list[PlaceInSample],
    factors: list[float],
    proposal: WeightingFacts,
    snapshot: Snapshot,
    only: bytes,
) -> WeightsSeen:
    margins = margins_of(proposal.options)
    units = unit_table(places, factors)
    sums = snapshot.sums(Question(NO_CODES, NO_NUMBERS, units, tuple(margins)), only)
    labels = margin_labels(sums.cells, margins)
    calibration = calibration_of(proposal.options.get("calibration"), sums.numbers, labels)
    base = [place.base_weight for place in places]
    return weights_seen(sums.numbers, labels, base, factors, calibration)


def _classes(weighed: list[PlaceWeight]) -> list[ClassSeen]:
    classes: dict[str, list[PlaceWeight]] = {}
    for each in weighed:
        classes.setdefault(each.place.response_class or "", []).append(each)
    return [
        ClassSeen(
            name,
            sum(each.place.target_count or 0 for each in members),
            sum(each.n for each in members),
            members[0].factor,
        )
        for name, members in sorted(classes.items())
    ]
