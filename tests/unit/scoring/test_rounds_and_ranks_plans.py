"""Plan keys for rounds in files of their own and for ranks, from files."""

import numpy as np
import pytest

from scoring import GROUPS
from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    csv_text,
    design,
    index,
    leaf,
    plan,
    refused,
    row_of,
    scored,
)

LATER = [(*row[:5], {"5": "4", "1": "2", "": "3"}.get(row[5], row[5]), row[6]) for row in ROWS]
FILES = {"2025": "data.csv", "2026": "later.csv"}
CHANGE = [[{"year": "2026"}, {"year": 2025}]]


def rounds(**changes) -> dict:
    return plan(data=FILES, round="year", domains=["year"], compare=CHANGE) | changes


def many(provinces: int = 8) -> str:
    random = np.random.default_rng(3)
    rows = [
        (f"h{p}", str(c), "1", f"p{p}", "0", str(min(5, 1 + p // 2 + random.integers(0, 2))), "co")
        for p in range(provinces)
        for c in range(3)
        for _ in range(4)
    ]
    return csv_text(rows)


def ranks(*tables: dict, **changes) -> dict:
    return plan(domains=["region"], ranks=list(tables), seed=7) | changes


def test_rounds_in_two_files_change_by_what_their_stacked_file_says(tmp_path):
    document = scored(tmp_path, plan_yaml=rounds(), later_csv=csv_text(LATER))
    stacked = [(*row, "2025") for row in ROWS] + [(*row, "2026") for row in LATER]
    together = scored(
        tmp_path,
        plan_yaml=plan(domains=["year"], compare=CHANGE),
        data_csv=csv_text(stacked, (*HEADER, "year")),
    )
    for ours, theirs in zip(document["differences"], together["differences"], strict=True):
        assert ours["node"] == theirs["node"]
        for key in ("estimate", "se", "low", "high", "df"):
            assert ours[key] == pytest.approx(theirs[key])
    assert row_of(document, "A", {"year": "2026"})["n"] == 8


def test_domains_of_rounds_are_named_beside_the_round(tmp_path):
    sides = [[{"female": "1", "round": "2026"}, {"round": "2025", "female": "1"}]]
    document = scored(
        tmp_path,
        plan_yaml=plan(data=FILES, domains=[["female", "round"]], compare=sides),
        later_csv=csv_text(LATER),
    )
    assert row_of(document, "A", {"round": "2025", "female": "0"})["n"] == 3
    assert document["differences"][0]["domain_a"] == {"round": "2026", "female": "1"}


def test_places_are_ranked_with_how_sure_they_are(tmp_path):
    tables = [
        {"by": "region", "node": "A"},
        {"by": ["region"], "node": "A", "values": "shrunken", "edge": "from", "draws": 500},
    ]
    files = {"data_csv": many(), "index_yaml": leaf()}
    document = scored(tmp_path, plan_yaml=ranks(*tables), **files)
    first, second = document["ranks"]
    assert (first["values"], second["values"]) == ("estimate", "shrunken")
    assert [place["rank"] for place in first["places"]][-1] in (1, 2)
    for place in (*first["places"], *second["places"]):
        assert place["low"] <= place["expected"] <= place["high"]
        assert sum(place["probability"].values()) == pytest.approx(1)
        assert tuple(place["probability"]) == GROUPS
        assert place["group"] in GROUPS
    assert scored(tmp_path, plan_yaml=ranks(*tables), **files) == document


def test_places_without_an_error_are_left_out_and_named(tmp_path):
    data = many() + "h0,0,1,lone,0,3,co\n"
    table = {"by": "region", "node": "A", "absent_as_zero": 1, "draws": 50}
    files = {"data_csv": data, "index_yaml": leaf()}
    (found,) = scored(tmp_path, plan_yaml=ranks(table), **files)["ranks"]
    assert found["left_out"] == [{"region": "lone"}]
    assert len(found["places"]) == 8


def test_figures_from_outside_are_ranked_with_the_normal(tmp_path):
    rows = "".join(f"X,0.{at},0.01,p{at}\n" for at in range(1, 7))
    root = index(tree={"code": "X", "given": "X", "range": [0, 1]})
    document = scored(
        tmp_path,
        plan_yaml={
            "index": "index.yaml",
            "given": "given.csv",
            "domains": ["prov"],
            "seed": 1,
            "ranks": [{"by": "prov", "node": "X", "draws": 200}],
        },
        index_yaml=root,
        given_csv="code,value,se,prov\n" + rows,
    )
    assert [place["rank"] for place in document["ranks"][0]["places"]] == [6, 5, 4, 3, 2, 1]


TABLE = {"by": "region", "node": "A"}
CASES = {
    "one round": (rounds(data={"2025": "data.csv"}), "data: expected a file for each of two"),
    "a round without file": (rounds(data=FILES | {"2027": ""}), "data: expected a file"),
    "round of one file": (plan(round="year"), "round: goes with data of several rounds"),
    "domain of no round": (rounds(domains=["female"]), "female: name 'year' beside it"),
    "compared of no round": (rounds(compare=[[{"female": 1}, None]]), "name 'year' beside it"),
    "rounds trimmed": (rounds(design=design(trim=5)), "no calibration and no trim"),
    "rounds replicated": (rounds(variance="jackknife"), "several rounds go with taylor"),
    "round without file on disk": (rounds(), "later.csv: no such file"),
    "round absent": (
        rounds(data={"2025": "data.csv", "2026": "data.csv"}, compare=[[{"year": "1"}, None]]),
        "domain {'year': '1'} is empty",
    ),
    "ranks without seed": (ranks(TABLE, seed=None), "seed: is missing; ranks are drawn from it"),
    "ranks of nothing": (ranks(TABLE | {"node": "zz"}), "ranks: 'zz' is no node"),
    "ranks by no domain": (
        ranks(TABLE | {"by": "female"}),
        "ranks: by: female is none of the sets of columns in domains",
    ),
    "ranks of too few": (
        ranks(TABLE | {"by": "female"}, domains=["female"]),
        "2 values of female have an estimate with an error; ranks need 4",
    ),
    "ranks edge": (ranks(TABLE | {"edge": "x"}), "edge: 'x' is none of above, from"),
    "ranks key": (ranks(TABLE | {"nodes": "A"}), "ranks: unknown key 'nodes'"),
    "ranks zeros": (ranks(TABLE | {"absent_as_zero": -1}), "absent_as_zero: -1 is below 0"),
    "ranks draws": (ranks(TABLE | {"draws": 0}), "draws: 0 is below 1"),
}


@pytest.mark.parametrize(("changed", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line(changed, said, tmp_path, capsys):
    assert said in refused(tmp_path, {"plan.yaml": changed}, capsys)
