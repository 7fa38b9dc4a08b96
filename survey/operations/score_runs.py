"""Score runs: computed once from a batch of new responses, kept with all they were made of.

Two looks at a round never differ by fewer than ten people, whatever tree they look at: all trees
of a part are computed together, from the same responses, and only when a batch is complete.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert

from scoring import (
    VERSION,
    Calibration,
    Options,
    PsuTotals,
    ScoringError,
    SingletonStratumError,
    score_totals,
)
from scoring.tree import IndexTree
from survey import clock
from survey.bridge.breakdowns import Grouping, comparisons, place_labels, released_rows
from survey.bridge.results import designed_rows, plain_rows
from survey.bridge.totals import (
    Breakdown,
    Units,
    code_scores,
    crowd,
    number_scores,
    psu_totals,
    units_of,
)
from survey.bridge.trees import index_tree
from survey.bridge.weights import calibration_of, margin_labels
from survey.db.database import Database
from survey.errors import InstrumentError, StateError
from survey.models import ScoreRun
from survey.operations.audit import record
from survey.operations.score_batches import change_since, keep_batch
from survey.operations.score_inputs import (
    Inputs,
    grouping_of,
    inputs_as_in,
    inputs_of,
    recorded_weighting,
    weighting_of,
)
from survey.operations.snapshots import snapshot_source
from survey.operations.weighting import margins_of, place_factors, unit_table
from survey.queries.fieldwork import round_progress
from survey.queries.rounds import PlaceInSample
from survey.queries.scores import KeptTree, Part, Run, counted_ids, latest_run
from survey.queries.staff import OPERATOR
from survey.snapshot.interviews import kept_interviews
from survey.snapshot.read import Counted, Snapshot, current_snapshot
from survey.snapshot.suspects import kept_suspects
from survey.snapshot.totals import Question
from survey.terms import AuditAction

BATCH = 10
LEAST_CELL = 10
NOTHING_DRAWN = 0
ENGINE = f"scoring {VERSION}"


@dataclass(frozen=True)
class _Due:
    """Responses to be counted; ``batch`` is that of earlier runs when only weights changed."""

    counted: Counted
    batch: int | None = None


@dataclass(frozen=True)
class _Look:
    """The newest run of a part, and whether counts or weights ask for another."""

    last: Run | None
    is_due: bool


def run_scores(database: Database, round_code: str) -> None:
    """Compute what is due in a round; raise StateError when its data cannot be scored yet."""
    doubts = []
    for part in Part:
        try:
            _run_part(database, round_code, part)
        except StateError as doubt:
            doubts.append(doubt)
    source = snapshot_source(database, round_code)
    if kept_interviews(source.store) is None:
        with current_snapshot(source) as snapshot:
            snapshot.keep_interviews()
    if doubts:
        raise doubts[0]


def is_due(database: Database, round_code: str) -> bool:
    """Tell whether there is something to compute, as far as counts and weights tell."""
    if kept_interviews(snapshot_source(database, round_code).store) is None:
        return True
    return any(_look(database, round_code, part).is_due for part in Part)


def repeat(database: Database, run: Run) -> None:
    """Make a run again from its row; raise StateError unless it comes out the same, bit for bit.

    ``not-repeatable``: what it was made from is gone (a response was withdrawn, the sample was
    changed, the engine is another); ``other-scores``: it is all there and the numbers differ.
    """
    part = Part(run.options["part"])
    inputs = inputs_as_in(database, run, grouping_of(run.options))
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


def broken_down(database: Database, run: Run, grouping: Grouping) -> dict[str, Any]:
    """Return the row of a run over the responses of another, told apart by group.

    Raises StateError ``not-repeatable`` when one of the responses is gone.
    """
    inputs = inputs_as_in(database, run, grouping)
    with database.reading() as connection:
        ids = counted_ids(connection, run.round, inputs.part, run.batch or 0)
    with current_snapshot(snapshot_source(database, run.round)) as snapshot:
        counted = snapshot.still_here(b"".join(sorted(ids)))
        if counted.answers_sha256 != run.answers_sha256:
            raise StateError("not-repeatable", f"run {run.id}: a response is gone", where=run.id)
        row = _run(inputs, _Due(counted, run.batch), inputs.trees[0], snapshot)
    return {**row, "batch": run.batch}


def _run_part(database: Database, round_code: str, part: Part) -> None:
    look = _look(database, round_code, part)
    if not look.is_due:
        return
    last, inputs = look.last, inputs_of(database, round_code, part)
    with current_snapshot(snapshot_source(database, round_code)) as snapshot:
        due = _due(database, inputs, last, snapshot)
        if due is None:
            return
        if part is Part.SAMPLE and due.batch is None:
            snapshot.keep_interviews()
        runs = [_run(inputs, due, tree, snapshot) for tree in inputs.trees]
    with database.reading() as connection:
        change = change_since(connection, round_code, part, due.counted.ids)
    with database.writing() as connection:
        # whoever computed the same batch first keeps it: one more response must not show
        if runs and latest_run(connection, round_code, part) == last:
            batch = due.batch or keep_batch(connection, round_code, part, change)
            connection.execute(insert(ScoreRun), [{**run, "batch": batch} for run in runs])
            scored = {"part": part.value, "trees": len(runs), "responses": due.counted.n_rows}
            on = f"round:{round_code}"
            record(connection, OPERATOR, AuditAction.SCORES_PUBLISHED, on, detail=scored)


def _look(database: Database, round_code: str, part: Part) -> _Look:
    with database.reading() as connection:
        last = latest_run(connection, round_code, part)
        progress = round_progress(connection, round_code)
        weighting = weighting_of(connection, round_code, part)
    received = progress.sampled_count
    if part is Part.INDICATIVE:
        told = kept_suspects(snapshot_source(database, round_code).store) or []
        received = progress.placeless_count - sum(each.out for each in told)
    return _Look(last, _is_due(last, received) or _is_reweighed(last, weighting))


def _due(database: Database, inputs: Inputs, last: Run | None, snapshot: Snapshot) -> _Due | None:
    """Return what is to be counted: a batch of new responses, or the last one weighed anew."""
    places = [place.place for place in inputs.places]
    counted = snapshot.counted(places, is_sampled=inputs.part is Part.SAMPLE)
    if _is_due(last, counted.n_rows):
        return _Due(counted)
    if last is None or not _is_reweighed(last, inputs.weighting):
        return None
    with database.reading() as connection:
        ids = counted_ids(connection, last.round, inputs.part, last.batch or 0)
    again = snapshot.still_here(b"".join(sorted(ids)))
    # where one was withdrawn, new weights must wait for a batch: the difference would show it
    return _Due(again, last.batch) if again.answers_sha256 == last.answers_sha256 else None


def _is_due(last: Run | None, received: int) -> bool:
    return received - (last.responses_count if last else 0) >= BATCH


def _is_reweighed(last: Run | None, weighting: Mapping[str, Any]) -> bool:
    return last is not None and bool(last.batch) and recorded_weighting(last.options) != weighting


def _run(inputs: Inputs, due: _Due, tree: KeptTree, snapshot: Snapshot) -> dict[str, Any]:
    is_some = due.batch is not None or inputs.part is Part.INDICATIVE  # suspects stay out
    only = due.counted.ids if is_some else None
    return {
        **_provenance(inputs, due.counted),
        "id": str(uuid.uuid4()),
        "tree_sha256": tree.sha256,
        "results": _results(inputs, tree, snapshot, only),
        "computed_at": clock.now(),
    }


def _provenance(inputs: Inputs, counted: Counted) -> dict[str, Any]:
    options: dict[str, Any] = {"part": inputs.part.value, "least_cell": LEAST_CELL}
    if inputs.part is Part.SAMPLE:
        options.update(confidence=0.95, interval="by_kind", variance="taylor", **inputs.weighting)
    if inputs.grouping.columns:
        options["grouping"] = json.loads(json.dumps(asdict(inputs.grouping)))
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
    inputs: Inputs, tree: KeptTree, snapshot: Snapshot, only: bytes | None = None
) -> dict[str, Any]:
    try:
        index = index_tree(tree.mapping, tree.code)
        totals, calibration = _totals(inputs, index, snapshot, only)
        grouping = inputs.grouping
        options = Options(
            domains=[(column,) for column in grouping.columns],
            compare=comparisons(totals.domains),
            min_n=max(index.min_n, LEAST_CELL),
            lonely_psu=inputs.weighting.get("lonely_psu", "refuse"),
            calibration=calibration,
        )
        result = score_totals(totals, index, options)
    except SingletonStratumError as error:
        raise StateError("lonely-psu", str(error), where=", ".join(error.strata)) from error
    except (ScoringError, InstrumentError) as error:
        raise StateError("not-scorable", str(error), where=tree.code) from error
    if inputs.part is Part.INDICATIVE:
        return plain_rows(result, index)
    if not grouping.columns:
        return designed_rows(result, index)
    strata = {place.place: place.stratum for place in inputs.places}
    return released_rows(result, index, grouping, strata, inputs.earlier)


def _totals(
    inputs: Inputs, index: IndexTree, snapshot: Snapshot, only: bytes | None
) -> tuple[PsuTotals, Calibration | None]:
    """Fetch the recode from the bridge and the sums from the snapshot; bring them together."""
    versions, margins = list(snapshot.layouts.values()), margins_of(inputs.weighting)
    factors = place_factors(inputs.places, inputs.weighting, snapshot, only)
    question = Question(
        code_scores(index, versions),
        number_scores(index, versions),
        unit_table(inputs.places, factors),
        tuple(dict.fromkeys([*margins, *inputs.grouping.items])),
    )
    sums = snapshot.sums(question, only)
    if inputs.part is Part.INDICATIVE:
        return psu_totals(index, crowd(), sums.numbers, sums.cells), None
    labels = margin_labels(sums.cells, margins)
    calibration = calibration_of(inputs.weighting.get("calibration"), sums.numbers, labels)
    by = Breakdown(
        tuple((column,) for column in inputs.grouping.columns),
        () if calibration is None else calibration.columns,
    )
    if by.domains:
        strata = [place.stratum for place in inputs.places]
        named = place_labels(sums.numbers, [place.place for place in inputs.places], strata)
        labels = {**labels, **named, **{item: sums.cells[item] for item in inputs.grouping.items}}
    return psu_totals(index, _units(inputs.places), sums.numbers, labels, by), calibration


def _units(places: list[PlaceInSample]) -> Units:
    """Return where each place stands in the design."""
    seconds = [place.ssu for place in places if place.ssu is not None]
    return units_of(
        stratum=[place.stratum for place in places],
        psu=[place.psu for place in places],
        ssu=seconds if len(seconds) == len(places) else None,
    )
