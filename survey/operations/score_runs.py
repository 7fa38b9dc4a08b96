"""Score runs: computed once from a batch of new responses, kept with all they were made of.

Two looks at a round never differ by fewer than ten people, whatever tree they look at: all trees
of a part are computed together, from the same responses, and only when a batch is complete.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from scoring import VERSION, Options, Sample, ScoringError, SingletonStratumError, score_sample
from survey import clock
from survey.bridge.results import Row, designed_rows, plain_rows
from survey.bridge.samples import Placement, crowd_of, sample_of
from survey.bridge.trees import index_tree
from survey.db.database import Database
from survey.errors import InstrumentError, StateError
from survey.models import ScoreRun
from survey.queries.fieldwork import round_progress
from survey.queries.rounds import RoundFacts, round_facts, round_instrument
from survey.queries.scores import KeptTree, Part, Run, latest_run, trees_of_round
from survey.snapshot.columns import Columns
from survey.snapshot.read import Snapshot, read_columns

BATCH = 10
LEAST_CELL = 10
NOTHING_DRAWN = 0


@dataclass(frozen=True, eq=False)
class _Inputs:
    """Everything that a run of one part is made from."""

    facts: RoundFacts
    part: Part
    trees: list[KeptTree]
    instrument_sha256: str
    snapshot: Snapshot

    @property
    def columns(self) -> Columns:
        return self.snapshot.sampled if self.part is Part.SAMPLE else self.snapshot.placeless


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


def _run_part(database: Database, round_code: str, part: Part) -> None:
    with database.reading() as connection:
        last = latest_run(connection, round_code, part)
        progress = round_progress(connection, round_code)
        received = progress.sampled_count if part is Part.SAMPLE else progress.placeless_count
        if not _is_due(last, received):
            return
        facts = round_facts(connection, round_code)
        instrument = round_instrument(connection, facts)
        inputs = _Inputs(
            facts=facts,
            part=part,
            trees=trees_of_round(connection, facts.trees),
            instrument_sha256=instrument.sha256,
            snapshot=read_columns(connection, round_code, instrument),
        )
    runs = _runs(inputs)
    with database.writing() as connection:
        # whoever computed the same batch first keeps it: one more response must not show
        if runs and latest_run(connection, round_code, part) == last:
            connection.execute(insert(ScoreRun), runs)


def _is_due(last: Run | None, received: int) -> bool:
    return received - (last.responses_count if last else 0) >= BATCH


def _runs(inputs: _Inputs) -> list[dict[str, Any]]:
    """Score every tree of the round on the same responses."""
    sample = _sample(inputs)
    return [
        {
            **_provenance(inputs),
            "id": str(uuid.uuid4()),
            "tree_sha256": tree.sha256,
            "results": _results(sample, tree, inputs.part),
        }
        for tree in inputs.trees
    ]


def _provenance(inputs: _Inputs) -> dict[str, Any]:
    options: dict[str, Any] = {"part": inputs.part.value, "least_cell": LEAST_CELL}
    if inputs.part is Part.SAMPLE:
        options.update(confidence=0.95, interval="t", variance="taylor", lonely_psu="refuse")
    return {
        "round": inputs.facts.code,
        "instrument_sha256": inputs.instrument_sha256,
        "answers_sha256": inputs.columns.answers_sha256,
        "frame_sha256": inputs.snapshot.frame_sha256,
        "responses_count": inputs.columns.n_rows,
        "options": options,
        "seed": NOTHING_DRAWN,
        "engine": f"scoring {VERSION}",
        "computed_at": clock.now(),
    }


def _sample(inputs: _Inputs) -> Sample:
    columns = inputs.columns
    choices = {name: (column.codes, column.names) for name, column in columns.choices.items()}
    numbers = {name: column.values for name, column in columns.numbers.items()}
    if inputs.part is Part.INDICATIVE:
        return crowd_of(choices, numbers, columns.n_rows)
    design = inputs.snapshot.design
    placement = Placement(design.stratum, design.psu, design.ssu, design.weight)
    return sample_of(choices, numbers, placement)


def _results(sample: Sample, tree: KeptTree, part: Part) -> dict[str, list[Row]]:
    try:
        index = index_tree(tree.mapping, tree.code)
        result = score_sample(sample, index, Options(min_n=max(index.min_n, LEAST_CELL)))
    except SingletonStratumError as error:
        raise StateError("lonely-psu", str(error), where=", ".join(error.strata)) from error
    except (ScoringError, InstrumentError) as error:
        raise StateError("not-scorable", str(error), where=tree.code) from error
    rows = designed_rows if part is Part.SAMPLE else plain_rows
    return rows(result, index)
