"""A snapshot is released: the newest estimates of a round, told apart by group, for good.

Only what was released is ever shown below the whole sample. The analyst does it, because whoever
reads the warnings must judge them; the audit chain keeps who, when and why.
"""

from typing import Final

from sqlalchemy import insert

from survey.bridge.breakdowns import COMMUNE, STRATUM, Grouping
from survey.bridge.trees import index_tree
from survey.db.database import Database
from survey.errors import StateError
from survey.instruments.model import Instrument
from survey.models import ScoreRun
from survey.operations.audit import record
from survey.operations.score_runs import LEAST_CELL, broken_down
from survey.queries.releases import latest_release
from survey.queries.rounds import PlaceInSample, round_facts, round_instrument, sampled_places
from survey.queries.scores import KeptTree, Part, latest_run, trees_of_round
from survey.queries.staff import Actor
from survey.terms import AuditAction, ItemKind

ABOUT_PEOPLE: Final = ("sex", "age_band", "ethnic")
"""The items by which people may be told apart, where a round asks them."""

SELF_COMPLETED: Final = "self_"
"""The sections that people answer out of the interviewer's sight begin so: they are sensitive."""


def release_scores(database: Database, round_code: str, by: Actor, reason: str) -> None:
    """Release the newest estimates of a round by group; raise StateError.

    ``nothing-to-release``: no estimate yet, or none newer than the last release.
    """
    with database.reading() as connection:
        facts = round_facts(connection, round_code)
        trees = trees_of_round(connection, facts.trees)
        instrument = round_instrument(connection, facts)
        places = sampled_places(connection, round_code)
        runs = [latest_run(connection, round_code, Part.SAMPLE, tree.sha256) for tree in trees]
        last = latest_release(connection, round_code)
    newest = [run for run in runs if run is not None]
    if not newest or (last is not None and last.batch == newest[0].batch):
        raise StateError("nothing-to-release", "no estimates since the last release")
    grouping = _grouping(instrument, places, trees)
    rows = [broken_down(database, run, grouping) for run in newest]
    with database.writing() as connection:
        if latest_release(connection, round_code) != last:
            raise StateError("nothing-to-release", "released by somebody else a moment ago")
        connection.execute(insert(ScoreRun), rows)
        detail = {"responses": rows[0]["responses_count"], "by": " ".join(grouping.columns)}
        on = f"round:{round_code}"
        record(connection, by, AuditAction.SCORES_RELEASED, on, reason, detail)


def _grouping(
    instrument: Instrument, places: list[PlaceInSample], trees: list[KeptTree]
) -> Grouping:
    """Return by what the round may be told apart: one rule for all its trees."""
    items = instrument.items_by_name
    asked = [
        name for name in ABOUT_PEOPLE if name in items and items[name].kind is ItemKind.SELECT_ONE
    ]
    least = max(index_tree(tree.mapping, tree.code).min_n for tree in trees)
    sensitive = [
        item.name for item in instrument.items if (item.section or "").startswith(SELF_COMPLETED)
    ]
    strata = [STRATUM] if len({place.stratum for place in places}) > 1 else []
    return Grouping((*strata, COMMUNE, *asked), max(least, LEAST_CELL), tuple(sensitive))
