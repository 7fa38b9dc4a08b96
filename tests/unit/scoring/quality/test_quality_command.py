"""The command line of data quality."""

import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bench.quality import FABRICATORS, ITEMS, fieldwork
from scoring.__main__ import main

NAMES = [f"q{at}" for at in range(ITEMS)]


def written(path, rows, header):
    path.write_text("\n".join(",".join(map(str, row)) for row in (header, *rows)) + "\n")
    return path


def interviews(tmp_path, seed=7):
    work = fieldwork(seed)
    cells = work.answers.astype(object)
    cells[::7, 3] = "dk"
    cells[::9, 4] = ""
    together = zip(work.interviewer, work.seconds, cells, strict=True)
    rows = [(at, who, f"{took:.0f}", *row) for at, (who, took, row) in enumerate(together)]
    again = [(at, *work.answers[at]) for at in range(0, 1000, 25)]
    data = written(tmp_path / "data.csv", rows, ["id", "who", "sec", *NAMES])
    return data, written(tmp_path / "again.csv", again, ["id", *NAMES])


def reported(tmp_path, *arguments):
    out = tmp_path / "out.json"
    assert main(["quality", *map(str, arguments), "--out", str(out)]) == 0
    return json.loads(out.read_text())


def refused(capsys, *arguments):
    assert main(["quality", *map(str, arguments)]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    return printed


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_the_report_has_suspicion_effects_and_agreement(tmp_path, level):
    data, again = interviews(tmp_path)
    found = reported(
        tmp_path, data, "--interviewer", "who", "--seconds", "sec", "--items", *NAMES,
        "--backchecks", again, "--level", level,
    )  # fmt: skip
    first = found["interviewers"][:2]
    assert {row["interviewer"] for row in first} == FABRICATORS
    assert all(row["flagged"] and row["n"] == 50 for row in first)
    assert set(first[0]) >= {"near_duplicate", "straight_line", "dont_know", "too_fast", "p"}
    assert [effect["item"] for effect in found["effects"]] == NAMES
    assert all(0 <= effect["icc"] < 1 for effect in found["effects"])
    agreement = found["agreement"][0]
    assert (agreement["n"], agreement["gross_difference_rate"]) == (40, 0)
    assert (agreement["kappa"], agreement["alpha"]) == (1, 1)
    assert found["agreement"][3]["gross_difference_rate"] == (0 if level == "ordinal" else 6 / 40)


def test_an_unusual_interviewer_is_named_for_the_item(tmp_path):
    rng = np.random.default_rng(1)
    answer = rng.integers(1, 4, 200)
    answer[:20] = 5
    rows = [(f"i{at // 20}", value) for at, value in enumerate(answer)]
    data = written(tmp_path / "d.csv", rows, ["who", "q"])
    effect = reported(tmp_path, data, "--interviewer", "who", "--items", "q")["effects"][0]
    assert [row["interviewer"] for row in effect["unusual"]] == ["i0"]
    assert effect["unusual"][0]["residual"] > 1


def test_what_cannot_be_told_is_null_with_a_reason(tmp_path):
    rows = [(at, f"i{at // 4}", "co", "" if at else 1) for at in range(24)]
    data = written(tmp_path / "d.csv", rows, ["id", "who", "q", "p"])
    again = written(tmp_path / "a.csv", [(1, "co", 1), (2, "co", 1)], ["id", "q", "p"])
    arguments = (data, "--interviewer", "who", "--items", "q", "p", "--backchecks", again)
    found = reported(tmp_path, *arguments)
    assert found["effects"][0]["icc"] is None
    assert "needs two interviewers" in found["effects"][0]["reason"]
    same, never = found["agreement"]
    assert (same["gross_difference_rate"], same["kappa"]) == (0, None)
    assert "all answers are the same" in same["reason"]
    assert (never["n"], never["gross_difference_rate"]) == (0, None)
    assert "nobody answered twice" in never["reason"]


def test_codes_of_a_snapshot_are_read_with_their_missing_values(tmp_path):
    codes = np.tile(np.asarray([1, 2, -1, -2, 3], dtype=np.int8), 12)
    table = pa.table({"who": np.repeat(list("abcdef"), 10), "q": codes})
    parquet.write_table(table, tmp_path / "d.parquet")
    found = reported(tmp_path, tmp_path / "d.parquet", "--interviewer", "who", "--items", "q")
    assert found["effects"][0]["icc"] == 0
    assert [row["n"] for row in found["interviewers"]] == [10] * 6


def test_mistakes_are_one_line_that_names_the_place(tmp_path, capsys):
    header = ["id", "who", "sec", "q"]
    good = [(at, f"i{at // 4}", 100, at % 3) for at in range(24)]
    data = written(tmp_path / "d.csv", good, header)
    again = written(tmp_path / "a.csv", [(99, 1)], ["id", "q"])
    base = ("--interviewer", "who", "--items", "q")
    assert "no column 'sek', did you mean 'sec'?" in refused(
        capsys, data, *base, "--seconds", "sek"
    )
    assert "--items: 'q' stands there twice" in refused(capsys, data, *base, "q")
    stray = refused(capsys, data, *base, "--backchecks", again)
    assert "a.csv: data row 1: id '99' has no interview" in stray
    twice = written(tmp_path / "t.csv", [*good, good[0]], header)
    said = refused(capsys, twice, *base, "--backchecks", again)
    assert "t.csv: data row 25: id '0' twice" in said
    empty = written(tmp_path / "e.csv", [], header)
    assert "e.csv: has no rows" in refused(capsys, empty, *base)
    zero = written(tmp_path / "z.csv", [*good, (25, "i0", 0, 1)], header)
    assert "seconds: a duration" in refused(capsys, zero, *base, "--seconds", "sec")
