"""Published PAPI indicators through given leaves give the published sub-dimension scores."""

import csv
import json
from collections import Counter

import pytest
import yaml

from scoring import Figure, Given, IndexTree, Options, score_totals, totals_of_nothing
from scoring.__main__ import main
from tests.golden.reference import HERE, OFFICIAL, columns, needs_official

ALWAYS = ("1.1", "3.2", "3.3", "4.1", "4.2", "4.3", "7.2", "7.3", "8.1", "8.2")
EXACT = {"2018": {*ALWAYS, "7.1"}, "2019": {*ALWAYS}, "2022": {*ALWAYS, "8.3"}}
"""The sub-dimensions that the notes on PAPI call exact, in the years with published indicators."""
PROVINCES = {"2018": (61, 63), "2019": (63, 63), "2022": (61, 63)}
"""How many provinces have a score printed, at least and at most: some lack a sub-dimension."""
WITHIN = 1e-5


def published(year: str, level: str) -> dict[tuple[str, str], str]:
    """(province, code) -> score as printed."""
    table = columns(OFFICIAL)
    rows = zip(
        *(table[name] for name in ("year", "level", "province", "code", "score")), strict=True
    )
    return {(row[2], row[3]): row[4] for row in rows if row[:2] == (year, level) and row[4]}


@pytest.fixture(params=EXACT)
def year(request) -> str:
    return request.param


@pytest.fixture
def scored(year, tmp_path) -> dict[tuple[str, str], float | None]:
    """(province, code) -> our score, from the command line without any data file."""
    with (tmp_path / "given.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "value", "se", "province"])
        for (province, code), score in published(year, "indicator").items():
            writer.writerow([code, score, "", province])
    plan = {"index": str(HERE / "official" / f"{year}.yaml"), "given": "given.csv"}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    assert main([str(tmp_path / "plan.yaml"), "--out", str(tmp_path / "out.json")]) == 0
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["estimates"]
    return {
        (row["domain"]["province"], row["node"]): row["estimate"] for row in rows if row["domain"]
    }


@needs_official
def test_every_exact_sub_dimension_is_reproduced_in_every_province(year, scored):
    tree = yaml.safe_load((HERE / "official" / f"{year}.yaml").read_text(encoding="utf-8"))["tree"]
    assert {child["code"] for child in tree["children"]} == EXACT[year]
    scores = published(year, "subdimension")
    wanted = {key: float(score) for key, score in scores.items() if key[1] in EXACT[year]}
    provinces = Counter(code for _, code in wanted)
    assert set(provinces) == EXACT[year]
    least, most = PROVINCES[year]
    assert (min(provinces.values()), max(provinces.values())) == (least, most)
    assert {key: scored[key] for key in wanted} == pytest.approx(wanted, abs=WITHIN)


ROUNDED = 5e-6
WEIGHTS_2019 = {
    "D1": 0.5106426,
    "D2": 1.5757356,
    "D3": 0.5286481,
    "D4": 2.0285763,
    "D5": 0.7674404,
    "D6": 1.1812101,
    "D7": 1.3308137,
    "D8": 0.2,
}


def added_up(root: str, children: dict[str, float], figures: dict[tuple[str, str], str]):
    """Province -> weighted sum of published figures, through the engine."""
    leaves = [
        {"code": code, "given": code, "range": [0, 1], "scale": [0, 1], "node_weight": weight}
        for code, weight in children.items()
    ]
    tree = IndexTree.from_mapping(
        {"index": "sums", "tree": {"code": root, "combine": "sum", "children": leaves}}
    )
    rows = [
        (code, (("province", province),), Figure(float(score), None))
        for (province, code), score in figures.items()
    ]
    given = Given.of(rows)
    totals = totals_of_nothing(given.domains_by([["province"]]), [("province",)])
    result = score_totals(totals, tree, Options([["province"]], given=given))
    return {
        row.domain["province"]: row.estimate
        for row in result.estimates
        if row.domain and row.node == root
    }


@needs_official
@pytest.mark.parametrize("of", ["2018", "2019", "2020", "2021", "2022"])
def test_dimensions_and_totals_are_the_sums_of_their_parts(of):
    subs, dims = published(of, "subdimension"), published(of, "dimension")
    for dim in sorted({code for _, code in dims}):
        parts = {code: 1.0 for _, code in subs if code.startswith(dim[1:] + ".")}
        expected = {p: float(score) for (p, code), score in dims.items() if code == dim}
        found = added_up(dim, parts, {key: v for key, v in subs.items() if key[1] in parts})
        same = {p: found[p] for p in expected if found.get(p) is not None}
        assert len(same) >= 60
        assert same == pytest.approx({p: expected[p] for p in same}, abs=ROUNDED)
    found = added_up("total", dict.fromkeys((f"D{at}" for at in range(1, 9)), 1.0), dims)
    expected = {p: float(score) for (p, _), score in published(of, "total").items()}
    assert {p: found[p] for p in expected} == pytest.approx(expected, abs=ROUNDED)


@needs_official
def test_the_weighted_total_of_2019_is_reproduced():
    found = added_up("total", WEIGHTS_2019, published("2019", "dimension"))
    expected = {p: float(score) for (p, _), score in published("2019", "total_weighted").items()}
    assert len(expected) == 63
    assert {p: found[p] for p in expected} == pytest.approx(expected, abs=WITHIN)
