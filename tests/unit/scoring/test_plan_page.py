"""The page of the plan file: its example runs, from CSV and Parquet, and it names every key."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

import scoring
from scoring.__main__ import main
from scoring.calibration_block import CALIBRATION_KEYS
from scoring.counter_block import COUNTER_KEYS, RECORD_KEYS
from scoring.design_block import DESIGN_KEYS, RESPONSE_KEYS
from scoring.disclosure import release
from scoring.explain.words import NOTES
from scoring.plan import KEYS
from scoring.rank_block import RANK_KEYS
from scoring.small_area_block import AREA_KEYS
from tests.unit.scoring.files import codes_of, refuse_constant, row_of

PAGE = (Path(__file__).parents[3] / "docs" / "scoring-plan.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"`(\S+)`[^`]*\n\n```\w+\n(.*?)```", PAGE, re.DOTALL)

FILES = {"responses.csv", "index.yaml", "plan.yaml"}
FILES |= {"official.csv", "against.yaml", "drawn.csv", "weights.yaml"}
FILES |= {"interviews.csv", "communes.csv", "areas.yaml"}
FILES |= {"visits.csv", "records.csv", "pairs.csv", "counter.yaml"}


def scored(folder: Path, plan: str = "plan.yaml") -> dict:
    assert main([str(folder / plan), "--out", str(folder / "scores.json")]) == 0
    text = (folder / "scores.json").read_text(encoding="utf-8")
    return json.loads(text, parse_constant=refuse_constant)


@pytest.fixture
def example(tmp_path) -> Path:
    for name, text in BLOCKS:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == FILES
    return tmp_path


def test_the_example_gives_the_numbers_of_the_page(example):
    row = row_of(scored(example), "service")
    said = f"{row['estimate']:.2f} (SE {row['se']:.2f}, df {row['df']})"
    assert f"`service` {said};" in PAGE
    assert codes_of(row) == ["calibrated"]


def test_its_leaf_is_the_raked_mean_done_by_hand(example):
    rows = [line.split(",") for line in (example / "responses.csv").read_text().splitlines()[1:]]
    w = np.asarray([float(row[2]) for row in rows])
    base = w.sum()
    for _ in range(200):  # iterative proportional fitting
        for column, shares in ((3, {"f": 0.52, "m": 0.48}), (4, {"young": 0.4, "old": 0.6})):
            for value, share in shares.items():
                here = np.asarray([row[column] == value for row in rows])
                w[here] *= share * base / w[here].sum()
    answered = np.asarray([row[5] != "dk" for row in rows])
    score = np.asarray([25 * (float(row[5]) - 1) if row[5] != "dk" else 0.0 for row in rows])
    mean = (w * score)[answered].sum() / w[answered].sum()
    assert row_of(scored(example), "queue")["estimate"] == pytest.approx(mean, rel=1e-9)


def test_the_same_as_parquet_gives_the_same(example):
    table = arrow_csv.read_csv(
        example / "responses.csv",
        convert_options=arrow_csv.ConvertOptions(column_types={"queue": pa.string()}),
    )
    parquet.write_table(table, example / "responses.parquet")
    plan = (example / "plan.yaml").read_text(encoding="utf-8")
    (example / "other.yaml").write_text(
        plan.replace("responses.csv", "responses.parquet"), encoding="utf-8"
    )
    one, other = scored(example), scored(example, "other.yaml")
    assert one["estimates"] == other["estimates"]
    assert one["differences"] == other["differences"]


def test_the_plan_with_official_figures_tests_and_compares(example):
    found = scored(example, "against.yaml")
    assert all("p_adjusted" in row for row in found["differences"])
    assert [(row["domain"], row["figure"]) for row in found["against"]] == [
        (None, 40.5),
        ({"sex": "f"}, 38.0),
    ]


def test_the_plan_with_probabilities_weighs_as_by_hand(example):
    found = row_of(scored(example, "weights.yaml"), "queue")
    w = 4 / 3 * np.asarray([100, 100, 100, 250, 250, 250])
    mean = w @ [4, 3, 2, 3, 4, 1] / w.sum()
    assert found["estimate"] == pytest.approx(25 * (mean - 1))
    assert (found["n"], found["df"]) == (6, 2)


def test_the_plan_of_counters_has_an_interval_where_a_bias_is_known(example):
    found = scored(example, "counter.yaml")
    service, queue = row_of(found, "service"), row_of(found, "queue")
    assert codes_of(service) == ["calibrated", "counter-bias", "coverage"]
    assert service["low"] < service["estimate"] < service["high"]
    assert codes_of(queue) == ["calibrated", "indicative", "coverage"]
    assert queue["se"] is queue["low"] is queue["high"] is None


def test_the_plan_of_small_areas_knows_of_a_commune_without_an_interview(example):
    (found,) = scored(example, "areas.yaml")["small_areas"]
    assert found["coefficients"]["poverty"] < 0
    *asked, last = found["areas"]
    assert all(0 < row["borrowed"] <= 1 for row in asked)
    assert (last["domain"], last["borrowed"], last["direct"]) == ({"commune": "Chanh"}, 1, None)


def test_every_key_of_a_plan_is_on_the_page():
    table = PAGE.split("## Every key")[1].split("## Further plans")[0]
    named = re.findall(r"`([a-z_]+)`", re.sub("(design|calibration|counter): ", "", table))
    keys = {
        *KEYS,
        *DESIGN_KEYS,
        *RESPONSE_KEYS,
        *CALIBRATION_KEYS,
        *COUNTER_KEYS,
        *RECORD_KEYS,
    } - {"design", "calibration", "counter"}
    assert keys <= set(named)
    assert all(key in table for key in (*RANK_KEYS, *AREA_KEYS))


def codes_of_notes() -> set[str]:
    """The codes that the engine's source gives to notes: constants in the place of a code."""
    place = {"Note": 0, "_each": 2}
    found = {release.SUPPRESSED}
    for path in Path(scoring.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                code = node.args[place[node.func.id]] if node.func.id in place else None
                if isinstance(code, ast.Constant):
                    found.add(code.value)
            elif isinstance(node, ast.Tuple) and ast.unparse(node).startswith("(Mark."):
                found.add(node.elts[1].value)
    return found


def test_the_page_names_every_note_and_the_words_of_each_are_known():
    table = PAGE.split("## Every note")[1].split("\n## ")[0]
    named = re.findall(r"^\| `([a-z0-9-]+)`", table, re.MULTILINE)
    assert len(named) == len(set(named)) > 20
    assert set(named) == codes_of_notes()
    from_elsewhere = {"indicative", "counter-bias", "coverage", "no-estimate", "suppressed"}
    assert set(NOTES) == set(named) - from_elsewhere
