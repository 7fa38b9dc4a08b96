"""Score runs: computed once from a batch of new responses, kept with all they were made of.

Two looks at a round never differ by fewer than ten people, whatever tree they look at: all trees
of a part are computed together, from the same responses, and only when a batch is complete.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from scoring import VERSION, Options, PsuTotals, ScoringError, SingletonStratumError, score_totals
from scoring.tree import IndexTree
from survey import clock
from survey.bridge.results import Row, designed_rows, plain_rows
from survey.bridge.totals import code_scores, crowd, number_scores, psu_totals, units_of
from survey.bridge.trees import index_tree
from survey.db.database import Database
from survey.errors import InstrumentError, StateError
from survey.models import ScoreRun
from survey.operations.audit import record
from survey.operations.score_batches import keep_batch
from survey.operations.snapshots import snapshot_source
from survey.queries.fieldwork import round_progress
from survey.queries.rounds import (
    PlaceInSample,
    RoundFacts,
    round_facts,
    round_instrument,
    sampled_places,
)
from survey.queries.scores import KeptTree, Part, Run, counted_ids, latest_run, trees_of_round
from survey.queries.staff import OPERATOR
from survey.snapshot.read import Counted, Snapshot, current_snapshot
from survey.snapshot.totals import Question
from survey.terms import AuditAction

BATCH = 10
LEAST_CELL = 10
NOTHING_DRAWN = 0
ENGINE = f"scoring {VERSION}"


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What the runs of one part of a round are made from, beside the answers."""

    facts: RoundFacts
    part: Part
    trees: list[KeptTree]
    instrument_sha256: str
    places: list[PlaceInSample]

    @property
    def frame_sha256(self) -> str:
        """Name the sample: its places with their design and weights."""
        rows = [
            [place.place, place.stratum, place.psu, place.ssu, place.base_weight]
            for place in self.places
        ]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def run_scores(database: Database, round_code: str) -> None:
    """Compute what is due in a round; raise StateError when its data cannot be scored yet."""
    doubts = []
    for part in Part:
        try:
            _run_part(database, round_code, part)
        except StateError as doubt:
            doubts.append(doubt)
    if doubts:
        raise doubts[0]


def repeat(database: Database, run: Run) -> None:
    """Make a run again from its row; raise StateError unless it comes out the same, bit for bit.

    ``not-repeatable``: what it was made from is gone (a response was withdrawn, the sample was
    changed, the engine is another); ``other-scores``: it is all there and the numbers differ.
    """
    part = Part(run.options["part"])
    inputs = _inputs(database, run.round, part, run.tree_sha256)
    with database.reading() as connection:
        ids = b"".join(sorted(counted_ids(connection, run.round, part, run.batch or 0)))
    with current_snapshot(snapshot_source(database, run.round)) as snapshot:
        made_again = _provenance(inputs, snapshot.still_here(ids))
        for name, found in made_again.items():
            if found != getattr(run, name):
                raise StateError("not-repeatable", f"run {run.id}: {name} differs", where=name)
        results = _results(inputs, inputs.trees[0], snapshot, ids)
    if json.loads(json.dumps(results)) != run.results:
        raise StateError("other-scores", f"the score run {run.id} came out otherwise")


def _run_part(database: Database, round_code: str, part: Part) -> None:
    with database.reading() as connection:
        last = latest_run(connection, round_code, part)
        progress = round_progress(connection, round_code)
    received = progress.sampled_count if part is Part.SAMPLE else progress.placeless_count
    if not _is_due(last, received):
        return
    inputs = _inputs(database, round_code, part)
    with current_snapshot(snapshot_source(database, round_code)) as snapshot:
        places = [place.place for place in inputs.places]
        counted = snapshot.counted(places, is_sampled=part is Part.SAMPLE)
        if not _is_due(last, counted.n_rows):
            return
        runs = [_run(inputs, counted, tree, snapshot) for tree in inputs.trees]
    with database.writing() as connection:
        # whoever computed the same batch first keeps it: one more response must not show
        if runs and latest_run(connection, round_code, part) == last:
            batch = keep_batch(connection, round_code, part, counted.ids)
            connection.execute(insert(ScoreRun), [{**run, "batch": batch} for run in runs])
            scored = {"part": part.value, "trees": len(runs), "responses": counted.n_rows}
            on = f"round:{round_code}"
            record(connection, OPERATOR, AuditAction.SCORES_PUBLISHED, on, detail=scored)


def _is_due(last: Run | None, received: int) -> bool:
    return received - (last.responses_count if last else 0) >= BATCH


def _inputs(
    database: Database, round_code: str, part: Part, tree_sha256: str | None = None
) -> _Inputs:
    with database.reading() as connection:
        facts = round_facts(connection, round_code)
        return _Inputs(
            facts=facts,
            part=part,
            trees=trees_of_round(connection, [tree_sha256] if tree_sha256 else facts.trees),
            instrument_sha256=round_instrument(connection, facts).sha256,
            places=sampled_places(connection, round_code),
        )


def _run(inputs: _Inputs, counted: Counted, tree: KeptTree, snapshot: Snapshot) -> dict[str, Any]:
    return {
        **_provenance(inputs, counted),
        "id": str(uuid.uuid4()),
        "tree_sha256": tree.sha256,
        "results": _results(inputs, tree, snapshot),
        "computed_at": clock.now(),
    }


def _provenance(inputs: _Inputs, counted: Counted) -> dict[str, Any]:
    options: dict[str, Any] = {"part": inputs.part.value, "least_cell": LEAST_CELL}
    if inputs.part is Part.SAMPLE:
        options.update(confidence=0.95, interval="t", variance="taylor", lonely_psu="refuse")
    return {
        "round": inputs.facts.code,
        "instrument_sha256": inputs.instrument_sha256,
        "answers_sha256": counted.answers_sha256,
        "frame_sha256": inputs.frame_sha256,
        "responses_count": counted.n_rows,
        "options": options,
        "seed": NOTHING_DRAWN,
        "engine": ENGINE,
    }


def _results(
    inputs: _Inputs, tree: KeptTree, snapshot: Snapshot, only: bytes | None = None
) -> dict[str, list[Row]]:
    try:
        index = index_tree(tree.mapping, tree.code)
        options = Options(min_n=max(index.min_n, LEAST_CELL))
        result = score_totals(_totals(inputs, index, snapshot, only), index, options)
    except SingletonStratumError as error:
        raise StateError("lonely-psu", str(error), where=", ".join(error.strata)) from error
    except (ScoringError, InstrumentError) as error:
        raise StateError("not-scorable", str(error), where=tree.code) from error
    rows = designed_rows if inputs.part is Part.SAMPLE else plain_rows
    return rows(result, index)


def _totals(
    inputs: _Inputs, index: IndexTree, snapshot: Snapshot, only: bytes | None
) -> PsuTotals:
    """Fetch the recode from the bridge and the sums from the snapshot; bring them together."""
    versions = list(snapshot.layouts.values())
    question = Question(
        code_scores(index, versions), number_scores(index, versions), _units(inputs.places)
    )
    sums = snapshot.sums(question, only)
    if inputs.part is Part.INDICATIVE:
        return psu_totals(index, crowd(), sums.numbers, sums.cells)
    seconds = [place.ssu for place in inputs.places if place.ssu is not None]
    units = units_of(
        stratum=[place.stratum for place in inputs.places],
        psu=[place.psu for place in inputs.places],
        ssu=seconds if len(seconds) == len(inputs.places) else None,
    )
    return psu_totals(index, units, sums.numbers, sums.cells)


def _units(places: list[PlaceInSample]) -> Mapping[str, list[Any]]:
    """Return each place of the sample as a unit of its own, with its quyền số thiết kế."""
    return {
        "place": [place.place for place in places],
        "unit": list(range(len(places))),
        "weight": [place.base_weight for place in places],
    }
