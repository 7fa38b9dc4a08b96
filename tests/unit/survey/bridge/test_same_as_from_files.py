"""The law between the two buildings: a run equals the same data scored from files."""

import csv
import json
import math
import subprocess
import sys

import pytest
import yaml
from sqlalchemy import select

from survey.models import Response, SampledPlace
from survey.operations.score_runs import run_scores
from survey.queries.rounds import round_facts
from survey.queries.scores import Part, latest_run, trees_of_round
from survey.simulate.demonstration import Installation, build_demonstration
from survey.simulate.rounds import SAMPLED

RELATIVE = 1e-9  # the two sum the same numbers in different orders
NUMBERS = ("estimate", "se", "low", "high", "deff")


@pytest.fixture
def demonstration(store, monkeypatch):
    """A small demonstration: four people in each village."""
    monkeypatch.setattr("survey.simulate.demonstration.PER_VILLAGE", 4)
    monkeypatch.setattr("survey.simulate.demonstration.N_OPEN", 12)
    build_demonstration(Installation(store.database, store.keys), lambda *_: None)
    return store.database


def export(connection, path, items) -> None:
    """Write the stored bodies as an analyst would who knows nothing of this program."""
    places = {
        row.place: row
        for row in connection.execute(
            select(SampledPlace.__table__).where(SampledPlace.round == SAMPLED)
        )
    }
    rows = connection.execute(
        select(Response.body, Response.place).where(Response.round == SAMPLED)
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stratum", "psu", "w", *items])
        for body, place in rows:
            document = json.loads(body)
            cells = {**document["answers"], **document["missing"]}
            known = places[place]
            row = [known.stratum, known.psu, known.base_weight]
            writer.writerow([*row, *(cells.get(item, "") for item in items)])


def is_same(one: float | None, other: float | None) -> bool:
    return one == other or math.isclose(one, other, rel_tol=RELATIVE)


def test_a_run_equals_the_same_answers_scored_from_a_file(demonstration, tmp_path):
    run_scores(demonstration, SAMPLED)
    for code in ("sipas_mean5", "sipas_top2"):
        both_are_the_same(demonstration, tmp_path, code)


def both_are_the_same(database, tmp_path, code: str) -> None:
    with database.reading() as connection:
        trees = trees_of_round(connection, round_facts(connection, SAMPLED).trees)
        tree = next(tree for tree in trees if tree.code == code)
        run = latest_run(connection, SAMPLED, Part.SAMPLE, tree.sha256)
        export(connection, tmp_path / "answers.csv", [f"s{n:02d}" for n in range(1, 40)])
    (tmp_path / "index.yaml").write_text(yaml.safe_dump(dict(tree.mapping)), encoding="utf-8")
    plan = {
        "data": "answers.csv",
        "index": "index.yaml",
        "design": {"stratum": "stratum", "psu": "psu", "weight": "w", "lonely_psu": "refuse"},
    }
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    command = [sys.executable, "-m", "scoring", str(tmp_path / "plan.yaml")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    from_file = json.loads(printed.stdout)["estimates"]
    assert len(from_file) == len(run.results["estimates"]) == 51
    for ours, theirs in zip(run.results["estimates"], from_file, strict=True):
        assert (ours["node"], ours["n"], ours["df"]) == (
            theirs["node"],
            theirs["n"],
            theirs["df"],
        )
        for name in NUMBERS:
            assert is_same(ours[name], theirs[name]), (ours["node"], name)
        assert [note["code"] for note in ours["notes"]] == [
            note["code"] for note in theirs["notes"]
        ]
