"""A score run is made again from its row, long after more responses came; or it says why not."""

import datetime as dt
import hashlib
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, update

from survey.errors import StateError
from survey.instruments.trees import TreeSource
from survey.models import Response, SampledPlace, ScoreRun
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.score_runs import repeat, run_scores
from survey.queries.scores import Part, Run, counted_ids, latest_run
from tests.build import a_body, a_place, a_round, an_id, an_instrument, answers

PLACES = ("00001", "00004", "00007")
HOUR = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)
MAPPING = {
    "index": "nho",
    "scale": [1, 10],
    "min_n": 1,
    "tree": {"code": "A", "item": "age", "range": [18, 120], "title": {}},
}
TREE = TreeSource("nho", {"vi": "Cây nhỏ", "en": "Small tree"}, MAPPING, "b" * 64)


def store_responses(database, count: int, part: Part = Part.SAMPLE) -> None:
    """Store responses of ages that differ, by turns at each sampled place or at none."""
    rows = []
    for turn in range(count):
        body = a_body(round="kin", answers=answers(age=18 + 7 * turn % 90))
        is_sampled = part is Part.SAMPLE
        rows.append(
            {
                "id": an_id(), "round": "kin", "instrument": "small", "instrument_version": "1",
                "instrument_sha256": "a" * 64, "device": None, "state": "complete", "notes": [],
                "channel": "device" if is_sampled else "open",
                "place": PLACES[turn % len(PLACES)] if is_sampled else None,
                "received_hour": HOUR, "sha256": hashlib.sha256(body).hexdigest(), "body": body,
            }
        )  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(Response), rows)


def newest(database, part: Part = Part.SAMPLE) -> Run:
    with database.reading() as connection:
        return latest_run(connection, "kin", part, TREE.sha256)


@pytest.fixture
def first_run(database) -> Run:
    """A run of twenty responses, after which fifteen more came and were counted."""
    with database.writing() as connection:
        publish_instrument(connection, an_instrument())
        keep_tree(connection, an_instrument(), TREE)
        kin = a_round("kin", is_open_access=False, trees=(TREE.sha256,))
        open_round(connection, kin, [a_place(place) for place in PLACES])
    store_responses(database, 20)
    run_scores(database, "kin")
    first = newest(database)
    store_responses(database, 15)
    run_scores(database, "kin")
    return first


def test_a_run_is_made_again_bit_for_bit(first_run, database):
    assert newest(database).responses_count == 35
    assert newest(database).results != first_run.results
    repeat(database, first_run)
    repeat(database, newest(database))


def test_a_run_of_people_whom_nobody_drew_is_made_again_too(first_run, database):
    store_responses(database, 12, Part.INDICATIVE)
    run_scores(database, "kin")
    indicative = newest(database, Part.INDICATIVE)
    assert indicative.responses_count == 12
    row = indicative.results["estimates"][0]
    assert (row["n"], row["se"], row["low"], row["notes"]) == (12, None, None, [])
    assert row["estimate"] == pytest.approx(1 + 9 * (7 * 5.5) / 102)  # ages 18, 25, ... 95
    store_responses(database, 10)
    run_scores(database, "kin")
    repeat(database, indicative)
    repeat(database, first_run)


def test_a_batch_is_what_changed(first_run, database):
    with database.reading() as connection:
        one, two = (counted_ids(connection, "kin", Part.SAMPLE, batch) for batch in (1, 2))
    assert first_run.batch == 1
    assert len(one) == 20
    assert len(two) == 35
    assert one < two


def test_other_numbers_are_told(first_run, database):
    estimates = [{**row, "estimate": 1.0} for row in first_run.results["estimates"]]
    run = replace(first_run, results={**first_run.results, "estimates": estimates})
    with pytest.raises(StateError) as told:
        repeat(database, run)
    assert told.value.code == "other-scores"


def test_a_withdrawn_response_makes_a_run_unrepeatable(first_run, database):
    with database.writing() as connection:
        gone = min(counted_ids(connection, "kin", Part.SAMPLE, 1))
        connection.execute(delete(Response).where(Response.id == str(uuid.UUID(bytes=gone))))
    assert_not_repeatable(database, first_run, "answers_sha256")


def test_another_sample_makes_a_run_unrepeatable(first_run, database):
    with database.writing() as connection:
        connection.execute(update(SampledPlace).values(base_weight=3.0))
    assert_not_repeatable(database, first_run, "frame_sha256")


def test_a_run_older_than_batches_is_unrepeatable(first_run, database):
    with database.writing() as connection:
        connection.execute(update(ScoreRun).values(batch=None))
    assert_not_repeatable(database, replace(first_run, batch=None), "answers_sha256")


def assert_not_repeatable(database, run, where: str) -> None:
    with pytest.raises(StateError) as told:
        repeat(database, run)
    assert told.value.code == "not-repeatable"
    assert told.value.where == where
