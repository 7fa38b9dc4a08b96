"""A bad day of a survey: each mishap is one clear error, or a note with a code.

All run in one process in which a warning is an error, and whose standard error is read.
"""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    changed,
    child,
    codes_of,
    csv_text,
    design,
    leaf,
    plan,
    refuse_constant,
    row_of,
    tree,
    write,
)

RUN = """
import contextlib, io, json, sys
from scoring.__main__ import main
told = {}
for path in sys.argv[1:]:
    error = io.StringIO()
    with contextlib.redirect_stderr(error):
        status = main([path, "--out", path + ".json"])
    told[path] = [status, error.getvalue()]
print(json.dumps(told))
"""


def but(column: str, *cells: str) -> str:
    """The data with a whole column replaced, the cells repeated."""
    at = HEADER.index(column)
    rows = [(*row[:at], cells[n % len(cells)], *row[at + 1 :]) for n, row in enumerate(ROWS)]
    return csv_text(rows)


def parquet_bytes(**columns: list) -> bytes:
    """The data as Parquet, some columns replaced by values of their own type."""
    named = dict(zip(HEADER, map(list, zip(*ROWS, strict=True)), strict=True))
    named["w"] = [float(cell) for cell in named["w"]]
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(named | columns), sink)
    return sink.getvalue().to_pybytes()


def in_parquet(**columns: list) -> dict:
    return {"plan.yaml": plan(data="d.parquet"), "d.parquet": parquet_bytes(**columns)}


def by(*names: str, **changes) -> dict:
    return {"plan.yaml": plan(domains=list(names), **changes)}


NAN, INF = float("nan"), float("inf")
SIZED = {"plan.yaml": plan(design=design(fpc="N"))}
POST = {"kind": "poststratify", "margins": {"female": {"0": 4, "1": 6}}}
UNWEIGHTED = csv_text([(*row[:2], "0" if row[4] == "1" else row[2], *row[3:]) for row in ROWS])
CIRCLE = "index: s\nscale: [0, 1]\ntree: &t {code: a, combine: sum, children: [*t]}\n"

REFUSED = {
    "weight NaN": (in_parquet(w=[1.0, NAN, *[1.0] * 6]), "data row 2: weight is missing"),
    "weight infinite": (in_parquet(w=[1.0, INF, *[1.0] * 6]), "data row 2, column w: 'inf'"),
    "weight negative": ({"data.csv": changed(3, "w", "-2")}, "data row 3: weight -2"),
    "weights all zero": ({"data.csv": but("w", "0")}, "no row has a weight above zero"),
    "answer infinite": (in_parquet(q1=[INF, *[1.0] * 7]), "data row 1, column q1"),
    "one PSU in a stratum": ({"data.csv": changed(1, "stratum", "c")}, "one PSU in stratum 'c'"),
    "one PSU in all": (
        {"data.csv": csv_text([("a", "1", *row[2:]) for row in ROWS])},
        "one PSU in stratum 'a'",
    ),
    "empty domain compared": (
        {"plan.yaml": plan(compare=[[{"female": "9"}, None]])},
        "domain {'female': '9'} is empty",
    ),
    "stratum missing": ({"data.csv": changed(4, "stratum", "")}, "data row 4: stratum is blank"),
    "PSU missing": ({"data.csv": changed(4, "psu", "")}, "data row 4: psu is blank"),
    "fpc below the sample": (
        SIZED | {"data.csv": csv_text([(*row, "1") for row in ROWS], (*HEADER, "N"))},
        "1 units in the population of stratum 'a', fewer than the 2 drawn",
    ),
    "fpc missing": (
        SIZED | {"data.csv": csv_text([(*row, "") for row in ROWS], (*HEADER, "N"))},
        "fpc: expected a number above 0",
    ),
    "code outside the values": (
        {"data.csv": changed(2, "q2", "maybe")},
        "data row 2, column q2: answer 'maybe' has no value in leaf 'B'",
    ),
    "unknown item": ({"index.yaml": child(item="q9")}, "no column 'q9'"),
    "circular tree": ({"index.yaml": CIRCLE}, "recursive"),
    "empty node": ({"index.yaml": tree(children=[])}, "children: is empty"),
    "node that nothing counts in": (
        {"index.yaml": leaf() | {"tree": {"code": "t", "combine": "mean", "children": [
            {"code": "A", "item": "q1", "range": [1, 5], "node_weight": 0}]}}},
        "all have node_weight 0",
    ),
    "weights of a cell add up to nothing": (
        {"plan.yaml": plan(calibration=POST), "data.csv": UNWEIGHTED},
        "female: value '1' has no respondents",
    ),
    "a margin of nobody": (
        {"plan.yaml": plan(calibration={**POST, "margins": {"female": {"0": 4, "1": 5, "2": 1}}})},
        "female: value '2' has no respondents",
    ),
}  # fmt: skip

NOTED = {
    "a weight of zero": ({"data.csv": changed(1, "w", "0")}, None, "A", set()),
    "domain of one respondent": (
        by("female") | {"data.csv": changed(1, "female", "7")},
        {"female": "7"}, "A", {"too-few-psus"},
    ),
    "domain in one PSU": (
        by("region") | {"data.csv": but("region", "x", "x", *["y"] * 6)},
        {"region": "x"}, "A", {"too-few-psus"},
    ),
    "domain whose weights are all zero": (
        by("female") | {"data.csv": UNWEIGHTED}, {"female": "1"}, "A", {"small-n"},
    ),
    "constant item": ({"data.csv": but("q1", "3")}, None, "A", {"no-spread"}),
    "constant item at the end": ({"data.csv": but("q1", "5")}, None, "A", {"at-bound"}),
    "all missing": ({"data.csv": but("q1", "", "dk")}, None, "A", {"small-n"}),
    "all missing, above": ({"data.csv": but("q1", "")}, None, "total", {"missing-child"}),
    "everything missing": (
        {"data.csv": csv_text([(*row[:5], "", "dk") for row in ROWS])},
        None, "total", {"missing-child"},
    ),
    "answers NaN are missing": (in_parquet(q1=[NAN] * 8), None, "A", {"small-n"}),
    "answers off the range": ({"data.csv": changed(1, "q1", "9")}, None, "A", {"out-of-range"}),
    "labels of domains missing": (
        by("region") | {"data.csv": changed(1, "region", "")}, None, "total", {"blank-domain"},
    ),
    "one PSU in a stratum, allowed": (
        {"plan.yaml": plan(design=design(lonely_psu="certainty")),
         "data.csv": changed(1, "stratum", "c")},
        None, "A", {"lonely-psu"},
    ),
    "one PSU in all, allowed": (
        {"plan.yaml": plan(design=design(lonely_psu="average")),
         "data.csv": csv_text([("a", "1", *row[2:]) for row in ROWS])},
        None, "A", {"too-few-psus"},
    ),
    "every PSU drawn, jackknife": (
        {"plan.yaml": SIZED["plan.yaml"] | {"variance": "jackknife"},
         "data.csv": csv_text([(*row, "2") for row in ROWS], (*HEADER, "N"))},
        None, "A", set(),
    ),
    "every PSU drawn": (
        SIZED | {"data.csv": csv_text([(*row, "2") for row in ROWS], (*HEADER, "N"))},
        None, "A", set(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, tuple[int, str, Path]]:
    """Status, standard error and result file of every case."""
    paths = {}
    for name, (files, *_) in (REFUSED | NOTED).items():
        paths[name] = write(tmp_path_factory.mktemp("case"), files)
    command = [sys.executable, "-W", "error", "-c", RUN, *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stderr == ""
    found = json.loads(done.stdout)
    return {name: (*found[str(path)], Path(f"{path}.json")) for name, path in paths.items()}


@pytest.mark.parametrize(("name", "said"), [(name, said) for name, (_, said) in REFUSED.items()])
def test_what_cannot_be_computed_is_one_line_that_says_where(name, said, told):
    status, error, result = told[name]
    assert (status, error.count("\n"), result.exists()) == (2, 1, False)
    assert said in error


@pytest.mark.parametrize("name", NOTED)
def test_what_is_in_doubt_has_a_note_and_never_a_nan(name, told):
    status, error, result = told[name]
    assert (status, error) == (0, "")
    _, domain, node, codes = NOTED[name]
    document = json.loads(result.read_text(encoding="utf-8"), parse_constant=refuse_constant)
    row = row_of(document, node, domain)
    assert codes <= set(codes_of(row))
    for each in document["estimates"]:
        if each["estimate"] is None or each["se"] is None:
            assert each["notes"], each


def test_the_same_psu_label_in_two_strata_is_two_psus(tmp_path):
    apart = csv_text([(row[0], row[0] + row[1], *row[2:]) for row in ROWS])
    files = {"same": {}, "apart": {"data.csv": apart}}
    rows = []
    for name, changes in files.items():
        folder = tmp_path / name
        folder.mkdir()
        path = write(folder, changes)
        command = [sys.executable, "-W", "error", "-m", "scoring", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert done.stderr == ""
        rows.append(json.loads(done.stdout)["estimates"])
    assert rows[0] == rows[1]
    assert rows[0][0]["df"] == 2


def test_a_weight_of_zero_counts_nowhere(told):
    document = json.loads(told["a weight of zero"][2].read_text(encoding="utf-8"))
    assert (row_of(document, "A")["n"], row_of(document, "B")["n"]) == (6, 4)
