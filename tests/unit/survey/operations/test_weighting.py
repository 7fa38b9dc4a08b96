"""Weights are proposed, looked at, accepted, and only then used; a run says how it weighed."""

import csv
import datetime as dt
import hashlib
import json
import math
import subprocess
import sys
from dataclasses import replace
from itertools import count

import pytest
import yaml
from sqlalchemy import insert, select

from survey import clock
from survey.db.database import Database
from survey.db.schema import migrate
from survey.errors import StateError
from survey.models import Response
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.score_runs import repeat, run_scores
from survey.operations.weighting import accept_weighting, propose_weighting
from survey.queries.scores import Part, Run, latest_run
from survey.queries.weighting import PLAIN, WeightingFacts, newest_weighting, weighting_in_force
from tests.build import NOON, a_body, a_place, a_round, an_id, an_instrument, answers
from tests.unit.survey.operations.test_score_runs import HOUR, MAPPING, TREE

PLACES = {
    "00001": a_place("00001", target_count=20, response_class="near", base_weight=10.0),
    "00004": a_place("00004", target_count=20, response_class="near", base_weight=14.0),
    "00007": a_place("00007", target_count=20, response_class="far", base_weight=30.0),
    "00013": a_place("00013", stratum="h2", target_count=20, response_class="far"),
}
COUNTS = {"00001": 18, "00004": 11, "00007": 13, "00013": 9}
BY_SEX = {"sex": {"1": 0.48, "2": 0.52}}
WANTED = replace(PLAIN, lonely_psu="average", by_classes=True, kind="raking", margins=BY_SEX)


@pytest.fixture
def ticking(monkeypatch) -> None:
    """Let a second pass with each look at the clock: of two runs, one is the newer."""
    seconds = count()
    monkeypatch.setattr(clock, "now", lambda: NOON + dt.timedelta(seconds=next(seconds)))


@pytest.fixture
def database(settings, ticking, database_url):  # noqa: ARG001 - the time must be known first
    """An empty database of each kind at the newest schema."""
    database = Database(replace(settings, database_url=database_url))
    database.folder.mkdir(exist_ok=True)
    migrate(database)
    yield database
    database.close()


def store(
    database, counts: dict[str, int], sex_of=lambda turn: "12"[turn % 3 == 0], into: str = "kin"
) -> None:
    rows = []
    for place, times in counts.items():
        for turn in range(times):
            sex = sex_of(turn)
            missing = {} if sex else {"sex": "refused"}
            given = answers(sex=sex, age=20 + 7 * (turn + int(place)) % 90)
            body = a_body(round=into, answers=given, missing=missing)
            rows.append(
                {
                    "id": an_id(), "round": into, "instrument": "small",
                    "instrument_version": "1", "instrument_sha256": "a" * 64, "device": None,
                    "state": "complete", "notes": [], "channel": "device", "place": place,
                    "received_hour": HOUR, "sha256": hashlib.sha256(body).hexdigest(),
                    "body": body,
                }
            )  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(Response), rows)


@pytest.fixture
def answered(database):
    """A round of four places, one of them alone in its stratum, with responses from each."""
    with database.writing() as connection:
        publish_instrument(connection, an_instrument())
        keep_tree(connection, an_instrument(), TREE)
        kin = a_round("kin", is_open_access=False, trees=(TREE.sha256,))
        open_round(connection, kin, list(PLACES.values()))
    store(database, COUNTS)
    return database


def propose(database, wanted: WeightingFacts) -> int:
    with database.writing() as connection:
        propose_weighting(connection, "kin", wanted)
        return newest_weighting(connection, "kin").number


def accept(database, number: int) -> None:
    with database.writing() as connection:
        accept_weighting(connection, "kin", number)


def newest(database) -> Run:
    with database.reading() as connection:
        return latest_run(connection, "kin", Part.SAMPLE, TREE.sha256)


def from_file(database, folder) -> dict:
    """Score the stored bodies as somebody would who has only files and the settings."""
    factor = {
        name: sum(p.base_weight * p.target_count for p in members)
        / sum(p.base_weight * COUNTS[p.place] for p in members)
        for name in ("near", "far")
        for members in [[p for p in PLACES.values() if p.response_class == name]]
    }
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stratum", "psu", "w", "sex", "age"])
        with database.reading() as connection:
            for body, code in connection.execute(select(Response.body, Response.place)):
                given, place = json.loads(body)["answers"], PLACES[code]
                weight = place.base_weight * factor[place.response_class]
                row = [place.stratum, place.psu, weight, given["sex"], given["age"]]
                writer.writerow(row)
    plan = {
        "data": "answers.csv",
        "index": "index.yaml",
        "design": {
            "stratum": "stratum", "psu": "psu", "weight": "w", "lonely_psu": "average",
        },
        "calibration": {"kind": "raking", "margins": BY_SEX},
    }  # fmt: skip
    for name, content in (("index", {**MAPPING, "min_n": 10}), ("plan", plan)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    command = [sys.executable, "-m", "scoring", str(folder / "plan.yaml")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)["estimates"][0]


def test_a_stratum_of_one_psu_waits_for_a_policy(answered):
    with pytest.raises(StateError, match="h2"):
        run_scores(answered, "kin")
    propose(answered, replace(PLAIN, lonely_psu="average"))
    run_scores(answered, "kin")
    run = newest(answered)
    assert run.options["lonely_psu"] == "average"
    assert "lonely-psu" in [note["code"] for note in run.results["estimates"][0]["notes"]]


def test_weights_are_used_only_after_they_were_accepted(answered, tmp_path):
    propose(answered, replace(PLAIN, lonely_psu="average"))
    run_scores(answered, "kin")
    first = newest(answered)
    number = propose(answered, WANTED)
    run_scores(answered, "kin")
    assert newest(answered) == first
    accept(answered, number)
    run_scores(answered, "kin")
    second = newest(answered)
    assert second.responses_count == first.responses_count
    assert (second.answers_sha256, second.batch) == (first.answers_sha256, first.batch)
    assert second.frame_sha256 != first.frame_sha256
    assert second.options["calibration"] == {"kind": "raking", "margins": BY_SEX}
    assert second.options["nonresponse"] == "classes"
    estimate, filed = second.results["estimates"][0], from_file(answered, tmp_path)
    notes = [note["code"] for note in estimate["notes"]]
    assert notes == [note["code"] for note in filed["notes"]]
    assert {"calibrated", "lonely-psu"} <= set(notes)
    for name in ("estimate", "se", "low", "high", "deff"):
        assert math.isclose(estimate[name], filed[name], rel_tol=1e-9), name
    repeat(answered, first)
    repeat(answered, second)


def test_a_later_proposal_leaves_earlier_runs_repeatable(answered):
    accept(answered, propose(answered, WANTED))
    run_scores(answered, "kin")
    first = newest(answered)
    accept(answered, propose(answered, replace(WANTED, by_classes=False)))
    run_scores(answered, "kin")
    assert newest(answered).options.keys() == first.options.keys() - {"nonresponse"}
    repeat(answered, first)


def test_whoever_told_no_sex_keeps_their_weight_in_the_margins(answered):
    store(answered, COUNTS, lambda _: None)
    accept(answered, propose(answered, WANTED))
    run_scores(answered, "kin")
    estimate = newest(answered).results["estimates"][0]
    assert estimate["n"] == 2 * sum(COUNTS.values())
    assert "calibrated" in [note["code"] for note in estimate["notes"]]


def test_values_of_a_margin_may_be_joined(answered):
    joined = {"s01": {"1|2|3": 0.4, "4|5": 0.6}}
    accept(answered, propose(answered, replace(WANTED, margins=joined)))
    with pytest.raises(StateError, match=r"1\|2\|3"):
        run_scores(answered, "kin")
    accept(answered, propose(answered, replace(WANTED, margins={"s01": {"1|2|3|4|5": 1.0}})))
    run_scores(answered, "kin")
    assert newest(answered).options["calibration"]["margins"] == {"s01": {"1|2|3|4|5": 1.0}}


def test_a_class_in_which_nobody_answered_is_named(answered):
    with answered.writing() as connection:
        silent = a_place("00016", target_count=5, response_class="silent")
        other = a_round("other", is_open_access=False, trees=(TREE.sha256,))
        open_round(connection, other, [*list(PLACES.values())[:3], silent])
        propose_weighting(connection, "other", replace(WANTED, kind=None, margins={}))
        accept_weighting(connection, "other", 1)
        assert weighting_in_force(connection, "other").by_classes
    store(answered, {"00001": 9, "00007": 9}, into="other")
    with pytest.raises(StateError, match="'silent'") as refused:
        run_scores(answered, "other")
    assert refused.value.code == "not-weighable"


def test_only_the_newest_proposal_can_be_accepted_and_once(answered):
    first, second = propose(answered, WANTED), propose(answered, WANTED)
    for number in (first, second + 1):
        with pytest.raises(StateError):
            accept(answered, number)
    accept(answered, second)
    with pytest.raises(StateError):
        accept(answered, second)
