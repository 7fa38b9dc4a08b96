"""The command line: what a plan in order gives."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from scoring.__main__ import main
from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    changed,
    child,
    codes_of,
    csv_text,
    design,
    index,
    plan,
    row_of,
    scored,
    write,
)


def given_index() -> dict:
    leaves = [{"code": code, "given": code, "range": [0, 1]} for code in ("X", "Y")]
    root = {"code": "total", "combine": "mean", "children": leaves}
    return {"index": "given", "scale": [0, 10], "tree": root}


def given_plan(**changes) -> dict:
    return {"index": "index.yaml", "given": "given.csv"} | changes


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "error", "-m", "scoring", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_prints_json_with_version_and_hash_of_the_plan(tmp_path):
    path = write(tmp_path, {})
    done = run(str(path))
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert document["plan_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document["engine"]
    assert list(document) == ["engine", "plan_sha256", "estimates", "differences"]


def test_the_command_ends_a_mistake_with_one_line_and_status_2(tmp_path):
    done = run(str(write(tmp_path, {"plan.yaml": plan(data="absent.csv")})))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'absent.csv'}: no such file\n"


def test_the_numbers_are_those_of_the_formulas(tmp_path):
    document = scored(tmp_path)
    valid = [row for row in ROWS if row[5]]
    weight = np.asarray([float(row[2]) for row in valid])
    score = np.asarray([(float(row[5]) - 1) * 25 for row in valid])
    ratio = (weight * score).sum() / weight.sum()
    z = weight * (score - ratio) / weight.sum()
    totals = {
        (h, c): sum(z[at] for at, row in enumerate(valid) if row[:2] == (h, c))
        for h in "ab"
        for c in "12"
    }
    variance = sum((totals[h, "1"] - totals[h, "2"]) ** 2 for h in "ab")
    row = row_of(document, "A")
    assert row["estimate"] == pytest.approx(ratio)
    assert row["se"] == pytest.approx(variance**0.5)
    assert (row["df"], row["n"]) == (2, 7)
    assert row["low"] == pytest.approx(ratio - 4.302652729911275 * variance**0.5)


def test_the_order_is_whole_sample_then_domains_as_listed_values_as_text_nodes_depth_first(
    tmp_path,
):
    rows = [
        (*row[:3], value, *row[4:])
        for row, value in zip(ROWS, ["10", "9", "10", "9"] * 2, strict=True)
    ]
    document = scored(
        tmp_path,
        plan_yaml=plan(domains=["female", ["region", "female"], "region"]),
        data_csv=csv_text(rows),
    )
    domains = list(dict.fromkeys(json.dumps(row["domain"]) for row in document["estimates"]))
    assert [json.loads(domain) for domain in domains] == [
        None,
        {"female": "0"},
        {"female": "1"},
        {"region": "10", "female": "1"},
        {"region": "9", "female": "0"},
        {"region": "10"},
        {"region": "9"},
    ]
    assert [row["node"] for row in document["estimates"][:3]] == ["total", "A", "B"]


def test_differences_hold_every_node_of_every_pair(tmp_path):
    pairs = [[{"female": "1"}, {"female": 0}], [{"region": "north"}, None]]
    document = scored(tmp_path, plan_yaml=plan(compare=pairs))
    assert [(row["domain_a"], row["domain_b"]) for row in document["differences"][::3]] == [
        ({"female": "1"}, {"female": "0"}),
        ({"region": "north"}, None),
    ]
    first = document["differences"][0]
    assert set(first) == {
        "domain_a",
        "domain_b",
        "node",
        "estimate",
        "se",
        "low",
        "high",
        "df",
        "notes",
    }
    assert {row["domain"] and tuple(row["domain"]) for row in document["estimates"]} == {None}


def test_blanks_belong_to_no_domain_and_are_counted(tmp_path):
    document = scored(
        tmp_path, plan_yaml=plan(domains=["region", "female"]), data_csv=changed(1, "region", " ")
    )
    assert "blank-domain" not in codes_of(row_of(document, "total", {"female": "1"}))
    assert codes_of(row_of(document, "total")) == ["blank-domain"]
    root = row_of(document, "total", {"region": "south"})
    assert {"code": "blank-domain", "fact": "1 rows without a value of region"} in root["notes"]
    assert row_of(document, "A", {"region": "north"})["n"] == 2


def test_without_a_design_column_every_row_is_its_own_psu_of_one_stratum(tmp_path):
    document = scored(
        tmp_path, plan_yaml=plan(design={"stratum": None, "psu": None, "weight": None})
    )
    assert row_of(document, "A")["df"] == len(ROWS) - 1


def test_a_parquet_scores_like_the_csv(tmp_path):
    columns = dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))
    table = pa.table(
        {
            "stratum": pa.array(columns["stratum"]).dictionary_encode(),
            "psu": pa.array([int(cell) for cell in columns["psu"]], pa.int32()),
            "w": [float(cell) for cell in columns["w"]],
            "region": list(columns["region"]),
            "female": [float(cell) for cell in columns["female"]],
            "q1": [float(cell) if cell else None for cell in columns["q1"]],
            "q2": pa.array([cell or None for cell in columns["q2"]]),
        }
    )
    parquet.write_table(table, tmp_path / "data.parquet")
    options = {"domains": ["region", "female"]}
    from_csv = scored(tmp_path, plan_yaml=plan(**options))
    from_parquet = scored(tmp_path, plan_yaml=plan(data="data.parquet", **options))
    assert from_parquet["estimates"] == from_csv["estimates"]


def test_small_integers_of_a_snapshot_are_codes_whose_negatives_are_missing(tmp_path):
    codes = [int(row[5]) if row[5] else -2 for row in ROWS]
    whole = {"q2": [row[6] for row in ROWS], "w": [float(row[2]) for row in ROWS]}
    labels = {name: [row[at] for row in ROWS] for at, name in ((0, "stratum"), (1, "psu"))}
    for kind, cells in ((pa.int8(), codes), (pa.int64(), [None if c < 0 else c for c in codes])):
        table = pa.table({**labels, **whole, "q1": pa.array(cells, kind)})
        parquet.write_table(table, tmp_path / "data.parquet")
        document = scored(tmp_path, plan_yaml=plan(data="data.parquet"))
        assert document["estimates"] == scored(tmp_path)["estimates"]


def test_figures_from_outside_need_no_data(tmp_path):
    given = "code,value,se,prov\nX,0.5,0.1,\nY,0.7,0.2,\nX,0.6,,9\nY,0.8,0.1,9\nX,0.9,0.1,10\n"
    document = scored(tmp_path, plan_yaml=given_plan(), index_yaml=given_index(), given_csv=given)
    whole = row_of(document, "total")
    assert whole["estimate"] == pytest.approx(6.0)
    assert whole["se"] == pytest.approx(0.5 * (1 + 4) ** 0.5)
    assert whole["high"] == pytest.approx(6.0 + 1.959963984540054 * whole["se"])
    assert (whole["n"], whole["df"], whole["deff"]) == (None, None, None)
    nine = row_of(document, "total", {"prov": "9"})
    assert (nine["estimate"], nine["se"], codes_of(nine)) == (pytest.approx(7.0), None, ["no-se"])
    ten = row_of(document, "total", {"prov": "10"})
    assert (ten["estimate"], codes_of(ten)) == (None, ["missing-child"])
    assert codes_of(row_of(document, "Y", {"prov": "10"})) == ["no-value"]


def test_the_domains_of_a_plan_without_data_are_those_of_the_given_file(tmp_path):
    given = "code,value,se,year,prov\nX,1,,2022,a\nX,1,,,b\nX,1,,,a\n"
    document = scored(tmp_path, plan_yaml=given_plan(), index_yaml=given_index(), given_csv=given)
    found = [row["domain"] for row in document["estimates"] if row["node"] == "total"]
    assert found == [None, {"prov": "a"}, {"prov": "b"}, {"year": "2022", "prov": "a"}]
    listed = scored(
        tmp_path,
        plan_yaml=given_plan(domains=[["prov", "year"]]),
        index_yaml=given_index(),
        given_csv=given,
    )
    found = [row["domain"] for row in listed["estimates"] if row["node"] == "total"]
    assert found == [None, {"prov": "a", "year": "2022"}]


def test_given_figures_stand_beside_answers(tmp_path):
    tree = index()
    tree["tree"]["children"].append({"code": "X", "given": "X", "range": [0, 1]})
    given = "code,value,se,female\nX,0.5,0.1,\nX,0.5,,1\n"
    document = scored(
        tmp_path,
        plan_yaml=plan(given="given.csv", domains=["female"]),
        index_yaml=tree,
        given_csv=given,
    )
    assert row_of(document, "X")["df"] is None
    assert row_of(document, "total")["df"] == 2
    assert codes_of(row_of(document, "total", {"female": "1"})) == ["no-se"]
    assert row_of(document, "total", {"female": "0"})["estimate"] is None


def test_answers_that_count_as_missing_are_those_of_the_tree(tmp_path):
    document = scored(tmp_path)
    assert row_of(document, "B")["n"] == 5
    tree = index(missing_codes=["refused"])
    tree["tree"]["children"][1]["values"]["dk"] = 0.5
    assert row_of(scored(tmp_path, index_yaml=tree), "B")["n"] == 6


def test_second_stage_units_serve_where_one_psu_answered(tmp_path):
    rows = [(*row, str(at % 2)) for at, row in enumerate(ROWS)]
    rows = [(*row[:5], row[5] if row[:2] == ("a", "1") else "", *row[6:]) for row in rows]
    data = csv_text(rows, (*HEADER, "village"))
    document = scored(tmp_path, plan_yaml=plan(design=design(ssu="village")), data_csv=data)
    assert codes_of(row_of(document, "A")) == ["within-psu", "df-1"]
    alone = scored(tmp_path, data_csv=data)
    assert codes_of(row_of(alone, "A")) == ["too-few-psus"]
    assert row_of(alone, "total")["se"] is None


def test_without_out_the_result_is_printed(tmp_path, capsys):
    assert main([str(write(tmp_path, {}))]) == 0
    assert json.loads(capsys.readouterr().out)["estimates"][0]["node"] == "total"


def test_values_without_a_range_span_from_the_least_to_the_greatest(tmp_path):
    tree = child(values={"co": 3, "khong": 1}, range=None)
    assert row_of(scored(tmp_path, index_yaml=tree), "B") == row_of(scored(tmp_path), "B")


def test_help_is_given(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "PLAN" in capsys.readouterr().out.upper()


def test_a_merge_key_of_yaml_may_be_overridden(tmp_path):
    tree = (
        "index: s\nmin_n: 1\ntree: {<<: &leaf {code: A, item: q1, range: [1, 5]}, scale: [0, 1]}\n"
    )
    assert row_of(scored(tmp_path, index_yaml=tree), "A")["n"] == 7
