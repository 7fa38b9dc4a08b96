"""Every mistake in the data is exit 2 and one line that names where."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from scoring.__main__ import main
from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    changed,
    csv_text,
    design,
    index,
    leaf,
    plan,
    refused,
    tree,
    write,
)

GIVEN_ONLY = {"index": "index.yaml", "given": "given.csv"}


def given(text: str, **changes) -> dict:
    root = index(tree={"code": "X", "given": "X", "range": [0, 1]})
    named = {"given": "given.csv"} | changes
    return {"plan.yaml": plan(**named), "index.yaml": root, "given.csv": text}


CASES = {
    "no such data": ({"plan.yaml": plan(data="x.csv")}, "x.csv: no such file"),
    "data is a folder": ({"plan.yaml": plan(data=".")}, "cannot be read"),
    "data with semicolons": (
        {"data.csv": "stratum;psu;w\na;1;2,5\n"},
        "data.csv: no column 'stratum'; the header is one cell, and cells must be set apart by",
    ),
    "data is empty": ({"data.csv": ""}, "data.csv: no column 'stratum'"),
    "data has no rows": ({"data.csv": csv_text([])}, "data.csv: has no rows"),
    "data is not text": ({"data.csv": b"stratum,\xff\xfe\n"}, "data.csv: cannot be read"),
    "data is torn": ({"data.csv": csv_text() + "a,1\n"}, "data.csv: cannot be read"),
    "data is no parquet": (
        {"plan.yaml": plan(data="d.parquet"), "d.parquet": b"PAR0"},
        "d.parquet: cannot be read",
    ),
    "column twice": (
        {"data.csv": csv_text(header=(*HEADER[:5], "q2", "q2"))},
        "column 'q2' stands there twice",
    ),
    "no item": ({"index.yaml": leaf(item="q11")}, "data.csv: no column 'q11', did you mean 'q1'"),
    "no weight column": (
        {"plan.yaml": plan(design=design(weight="ww"))},
        "no column 'ww', did you mean 'w'",
    ),
    "no domain column": ({"plan.yaml": plan(domains=["zone"])}, "no column 'zone'"),
    "weight text": (
        {"data.csv": changed(3, "w", "1,5".replace(",", "x"))},
        "data.csv: data row 3, column w: '1x5' is not a number",
    ),
    "weight blank": ({"data.csv": changed(4, "w", "")}, "data.csv: data row 4: weight is missing"),
    "weight negative": (
        {"data.csv": changed(2, "w", "-1")},
        "data row 2: weight -1 is not allowed",
    ),
    "weight nan": ({"data.csv": changed(2, "w", "nan")}, "'nan' is not a number"),
    "weight inf": ({"data.csv": changed(2, "w", "1e999")}, "'1e999' is not a number"),
    "weights zero": (
        {"data.csv": csv_text([(*row[:2], "0", *row[3:]) for row in ROWS])},
        "no row has a weight above zero",
    ),
    "weights huge": (
        {"data.csv": csv_text([(*row[:2], "1e308", *row[3:]) for row in ROWS])},
        "too large",
    ),
    "weights huge together": (
        {
            "plan.yaml": plan(domains=["female"]),
            "data.csv": csv_text(
                [(*row[:2], "1.2e308" if row[:2] == ("a", "1") else "1", *row[3:]) for row in ROWS]
            ),
        },
        "too large",
    ),
    "answers huge": ({"data.csv": changed(1, "q1", "1e300")}, "too large"),
    "stratum blank": (
        {"data.csv": changed(5, "stratum", "")},
        "data.csv: data row 5: stratum is blank",
    ),
    "psu blank": ({"data.csv": changed(6, "psu", " ")}, "data row 6: psu is blank"),
    "code unknown": (
        {"data.csv": changed(2, "q2", "Co")},
        "data row 2, column q2: answer 'Co' has no value in leaf 'B'",
    ),
    "number unknown": (
        {"data.csv": changed(2, "q1", "ba")},
        "data row 2, column q1: answer 'ba' is not a number in leaf 'A'",
    ),
    "single psu": ({"data.csv": changed(1, "stratum", "c")}, "only one PSU in stratum 'c'"),
    "geometric zero": (
        {
            "index.yaml": tree(combine="geometric_mean"),
            "data.csv": csv_text([(*row[:5], "1", row[6]) for row in ROWS]),
        },
        "node total, domain whole sample: 'A' is 0; a geometric mean needs values above zero",
    ),
    # figures from outside
    "no such given": ({"plan.yaml": plan(given="g.csv")}, "g.csv: no such file"),
    "given columns": (given("code,value\nX,1\n"), "given.csv: no column 'se'"),
    "given stray": (given("code,value,se,note\nX,1,,a\n"), "column 'note' is no domain column"),
    "given domain column": (
        {"plan.yaml": GIVEN_ONLY | {"domains": ["prov"]}, "given.csv": "code,value,se\n"},
        "given.csv: no column 'prov'",
    ),
    "given value": (
        given("code,value,se\nX,a,\n"),
        "given.csv: data row 1, column value: 'a' is not a number",
    ),
    "given negative": (
        given("code,value,se\nX,1,-1\n"),
        "given.csv: X: negative standard error -1",
    ),
    "given twice": (given("code,value,se\nX,1,\nX,2,\n"), "X: two figures for domain {}"),
    "given blank": (given("code,value,se\n,1,\n"), "data row 1: code is blank"),
    "given parquet": (given("x", given="given.parquet"), "given.parquet: no such file"),
    "given needs data": (
        {"plan.yaml": GIVEN_ONLY, "given.csv": "code,value,se\n"},
        "plan.yaml: data is missing, and leaf A needs answers",
    ),
}


@pytest.mark.parametrize(("files", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line_and_status_2(files, said, tmp_path, capsys):
    assert said in refused(tmp_path, files, capsys)


def test_an_endless_answer_in_a_parquet_is_refused(tmp_path, capsys):
    columns = {name: [row[at] for row in ROWS] for at, name in enumerate(HEADER)}
    columns["q1"] = [1.0, float("inf"), *[2.0] * 6]
    parquet.write_table(pa.table(columns), tmp_path / "data.parquet")
    assert main([str(write(tmp_path, {"plan.yaml": plan(data="data.parquet")}))]) == 2
    assert "data row 2, column q1: the answer is infinite" in capsys.readouterr().err


def test_a_parquet_column_of_lists_is_refused_by_name(tmp_path, capsys):
    columns = {name: [row[at] for row in ROWS] for at, name in enumerate(HEADER)}
    columns["q1"] = [[1.0]] * 8
    parquet.write_table(pa.table(columns), tmp_path / "data.parquet")
    assert main([str(write(tmp_path, {"plan.yaml": plan(data="data.parquet")}))]) == 2
    assert "q1: holds list" in capsys.readouterr().err


def test_a_full_disk_behind_the_output_is_one_line(tmp_path):
    path = write(tmp_path, {"plan.yaml": plan()})
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "scoring", str(path)],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ended.returncode == 2
    assert ended.stderr.decode().count("\n") == 1
    assert "standard output" in ended.stderr.decode()


def test_a_terminal_of_plain_ascii_gets_utf8_all_the_same(tmp_path):
    path = write(tmp_path, {"plan.yaml": plan()})
    ended = subprocess.run(
        [sys.executable, "-m", "scoring", str(path)],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert ended.returncode == 0
    assert json.loads(ended.stdout.decode("utf-8"))["estimates"]
