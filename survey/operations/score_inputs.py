"""What score runs are made from beside the answers: trees, sample, weights, breakdown; its hash.

It must not know how scores are computed, nor when.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from survey.bridge.breakdowns import Grouping
from survey.db.database import Database
from survey.queries.releases import earlier_counts
from survey.queries.rounds import (
    PlaceInSample,
    RoundFacts,
    round_facts,
    round_instrument,
    sampled_places,
)
from survey.queries.scores import KeptTree, Part, Run, trees_of_round
from survey.queries.weighting import weighting_in_force

WEIGHTING = ("lonely_psu", "nonresponse", "calibration")
WORKED_ON = {"nonresponse", "calibration"}
"""The options of a run that say how its responses were weighed; two of them change weights."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the runs of one part of a round are made from, beside the answers.

    ``earlier`` are the counts of earlier releases, by which a new one must hide more.
    """

    facts: RoundFacts
    part: Part
    trees: list[KeptTree]
    instrument_sha256: str
    places: list[PlaceInSample]
    weighting: Mapping[str, Any]
    grouping: Grouping = field(default_factory=Grouping)
    earlier: Sequence[Mapping[str, Any]] = ()

    @property
    def frame_sha256(self) -> str:
        """Name the sample: its places with their design and weights, and what works on these."""
        rows: list[object] = [_frame_row(place) for place in self.places]
        if WORKED_ON & self.weighting.keys():
            rows.append(self.weighting)
        text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def recorded_weighting(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the responses of a run were weighed."""
    return {name: options[name] for name in WEIGHTING if name in options}


def weighting_of(connection: Connection, round_code: str, part: Part) -> dict[str, Any]:
    """Return how responses are weighed now; those that nobody drew are not."""
    in_force = weighting_in_force(connection, round_code)
    return in_force.options if part is Part.SAMPLE else {}


def inputs_of(
    database: Database, round_code: str, part: Part, tree_sha256: str | None = None
) -> Inputs:
    """Return what runs of a part would be made from now, for all its trees or just one."""
    with database.reading() as connection:
        facts = round_facts(connection, round_code)
        return Inputs(
            facts=facts,
            part=part,
            trees=trees_of_round(connection, [tree_sha256] if tree_sha256 else facts.trees),
            instrument_sha256=round_instrument(connection, facts).sha256,
            places=sampled_places(connection, round_code),
            weighting=weighting_of(connection, round_code, part),
        )


def inputs_as_in(database: Database, run: Run, grouping: Grouping) -> Inputs:
    """Return what a run was made from, to be told apart by group after earlier releases."""
    inputs = inputs_of(database, run.round, Part(run.options["part"]), run.tree_sha256)
    with database.reading() as connection:
        earlier = earlier_counts(connection, run.round, run.tree_sha256, run.batch or 0)
    return replace(
        inputs, weighting=recorded_weighting(run.options), grouping=grouping, earlier=earlier
    )


def grouping_of(options: Mapping[str, Any]) -> Grouping:
    """Return by what a run tells people apart; most do not."""
    asked = options.get("grouping")
    if asked is None:
        return Grouping()
    return Grouping(tuple(asked["columns"]), asked["least"], tuple(asked["sensitive"]))


def _frame_row(place: PlaceInSample) -> list[object]:
    """Return what names a place of a sample; rows of older runs hold no more than its weight."""
    row: list[object] = [
        *(place.place, place.stratum, place.psu, place.ssu),
        place.base_weight,
    ]
    has_more = place.target_count is not None or place.response_class is not None
    return [*row, place.target_count, place.response_class] if has_more else row
