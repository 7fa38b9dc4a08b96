"""Published PAPI indicators through given leaves give the published sub-dimension scores."""

import csv
import json

import pytest
import yaml

from scoring.__main__ import main
from tests.golden.reference import HERE, OFFICIAL, columns, needs_official

YEARS = ("2018", "2019", "2022")
WITHIN = 1e-5


def published(year: str, level: str) -> dict[tuple[str, str], str]:
    """(province, code) -> score as printed."""
    table = columns(OFFICIAL)
    rows = zip(
        *(table[name] for name in ("year", "level", "province", "code", "score")), strict=True
    )
    return {(row[2], row[3]): row[4] for row in rows if row[:2] == (year, level) and row[4]}


@pytest.fixture(params=YEARS)
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
    exact = [child["code"] for child in tree["children"]]
    scores = published(year, "subdimension")
    wanted = {key: float(score) for key, score in scores.items() if key[1] in exact}
    assert {code for _, code in wanted} == set(exact)
    assert {key: scored[key] for key in wanted} == pytest.approx(wanted, abs=WITHIN)
