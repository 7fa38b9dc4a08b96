"""Plan keys that compare: many differences tested at once, and official figures, from files."""

import numpy as np
import pytest
from scipy import stats

from scoring.adjust_block import verdicts
from scoring.estimates.multiplicity import adjusted_p
from scoring.result import Difference
from tests.unit.scoring.files import (
    child,
    codes_of,
    csv_text,
    index,
    plan,
    refused,
    row_of,
    scored,
)

PAIRS = [[{"female": "1"}, {"female": "0"}], [{"region": "north"}, {"region": "south"}]]
TESTS = ("p", "p_adjusted", "told_apart")


def compared(**changes) -> dict:
    return plan(compare=PAIRS, **changes)


def official(text: str, **changes) -> dict:
    return {"plan_yaml": plan(against="official.csv") | changes, "official_csv": text}


def test_adjusted_p_values_agree_with_scipy_and_skip_what_is_not_tested():
    p = np.random.default_rng(4).uniform(0, 1, 40)
    with_gaps = np.insert(p, [3, 20], np.nan)
    found = adjusted_p(with_gaps)
    assert np.isnan(found).tolist() == np.isnan(with_gaps).tolist()
    assert found[np.isfinite(found)] == pytest.approx(stats.false_discovery_control(p))
    assert adjusted_p(np.array([])).tolist() == []


def test_differences_are_tested_only_when_asked(tmp_path):
    plain = scored(tmp_path, plan_yaml=compared())
    asked = scored(tmp_path, plan_yaml=compared(adjust="bh"))
    bare = [{key: row[key] for key in row if key not in TESTS} for row in asked["differences"]]
    assert bare == plain["differences"]
    assert not any(key in row for row in plain["differences"] for key in TESTS)
    rows = [row for row in asked["differences"] if row["se"]]
    assert 2 < len(rows) < len(asked["differences"])
    assert all(row["p"] is None for row in asked["differences"] if row["se"] is None)
    p = [2 * stats.t.sf(abs(row["estimate"] / row["se"]), row["df"]) for row in rows]
    assert [row["p"] for row in rows] == pytest.approx(p)
    assert [row["p_adjusted"] for row in rows] == pytest.approx(stats.false_discovery_control(p))
    assert [row["told_apart"] for row in rows] == [row["p_adjusted"] <= 0.05 for row in rows]


def test_what_has_no_error_is_not_tested_and_a_lower_confidence_tells_more_apart():
    rows = [
        Difference(None, {"a": "1"}, "x", estimate, se, None, None, df, ())
        for estimate, se, df in ((3.0, 1.0, 9), (2.0, 1.0, None), (1.0, None, None))
    ]
    strict, loose = verdicts(rows, 0.01), verdicts(rows, 0.1)
    assert strict[1]["p"] == pytest.approx(2 * stats.norm.sf(2))
    assert [row["told_apart"] for row in strict] == [False, False, None]
    assert [row["told_apart"] for row in loose] == [True, True, None]
    assert strict[2] == {"p": None, "p_adjusted": None, "told_apart": None}


def test_official_figures_stand_beside_estimates(tmp_path):
    text = "code,year,value,se,female\ntotal,2025,40,,\nA,2025,50,3.5,1\nA,2024,45,3.5,1\n"
    document = scored(tmp_path, **official(text, domains=["female"]))
    whole, women, before = document["against"]
    ours = row_of(document, "total")
    assert (whole["domain"], whole["node"], whole["year"]) == (None, "total", "2025")
    assert whole["estimate"] == pytest.approx(ours["estimate"] - 40)
    assert (whole["se"], whole["df"]) == (pytest.approx(ours["se"]), ours["df"])
    assert (whole["figure"], whole["figure_se"]) == (40, None)
    hers = row_of(document, "A", {"female": "1"})
    assert women["domain"] == {"female": "1"}
    assert women["se"] == pytest.approx(np.hypot(hers["se"], 3.5))
    half = stats.t.ppf(0.975, hers["df"]) * women["se"]
    assert women["low"] == pytest.approx(women["estimate"] - half)
    assert women["told_apart"] is bool(abs(women["estimate"]) > half)
    assert (before["year"], before["figure"]) == ("2024", 45)


def test_a_figure_meets_every_node_of_its_official_code(tmp_path):
    tree = child(official="OFF")
    tree["tree"]["children"][0]["official"] = "OFF"
    files = official("code,value,se\nOFF,50,1\n")
    rows = scored(tmp_path, index_yaml=tree, **files)["against"]
    assert [(row["node"], row["code"], row["year"]) for row in rows] == [
        ("A", "OFF", None),
        ("B", "OFF", None),
    ]


def test_what_cannot_be_compared_is_null_and_says_why(tmp_path):
    text = "code,value,se,region\nA,50,,nowhere\nA,,,north\nB,50,1,south\n"
    data = csv_text().replace("south,1,1,co", "south,1,1,dk")
    files = official(text, domains=["region"]) | {"index_yaml": index(min_n=3), "data_csv": data}
    absent, blank, hidden = scored(tmp_path, **files)["against"]
    for row in (absent, blank, hidden):
        assert row["estimate"] is row["se"] is row["df"] is row["told_apart"] is None
    assert codes_of(absent) == ["no-estimate"]
    assert "no-value" in codes_of(blank)
    assert codes_of(hidden) == ["small-n"]


def test_a_year_that_is_a_domain_column_is_one(tmp_path):
    data = csv_text().replace("region", "year")
    text = "code,value,se,year\nA,50,,north\n"
    files = official(text, domains=["year"]) | {"data_csv": data}
    (row,) = scored(tmp_path, **files)["against"]
    assert (row["domain"], row["year"]) == ({"year": "north"}, None)


GOOD = "code,value,se\nA,50,1\n"
CASES = {
    "word": (compared(adjust="holm"), GOOD, "adjust: 'holm' is none of bh"),
    "nothing": (plan(adjust="bh"), GOOD, "adjust: goes with compare"),
    "empty": (plan(adjust="bh", compare=[]), GOOD, "adjust: goes with compare"),
    "no file": (plan(against="none.csv"), GOOD, "none.csv: no such file"),
    "code": (None, "code,value,se\nZ,50,1\n", "'Z' is the official code of no node"),
    "scale": (None, "code,value,se\nA,500,1\n", "against: A: 500 is not on its scale 0..100"),
    "column": (None, "code,value,se,region\nA,5,,x\n", "column 'region' is no domain column"),
    "no se": (None, "code,value\nA,5\n", "official.csv: no column 'se'"),
    "negative": (None, "code,value,se\nA,5,-1\n", "official.csv: A: negative standard error"),
    "twice": (None, GOOD + "A,50,1\n", "official.csv: A: two figures"),
    "text": (None, "code,value,se\nA,x,\n", "data row 1, column value: 'x' is not a number"),
}


@pytest.mark.parametrize(("changed", "text", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line(changed, text, said, tmp_path, capsys):
    files = {"plan.yaml": changed or plan(against="official.csv"), "official.csv": text}
    assert said in refused(tmp_path, files, capsys)
