"""The word plan-sample: a table, JSON, the reverse, domains, and mistakes of one line."""

import json

import pytest

from scoring import Assumptions, PlanError, interviews_for, textbook_size
from scoring.__main__ import main


def said(capsys, *words: str) -> str:
    assert main(["plan-sample", *words]) == 0
    return capsys.readouterr().out


def rows(capsys, *words: str) -> list[dict]:
    return json.loads(said(capsys, *words, "--json"))["rows"]


def test_the_margin_and_the_sample_are_each_other_s_reverse(capsys):
    design = ["--icc", "0.05", "--per-cluster", "20", "--strata", "3", "--response", "0.8"]
    (forth,) = rows(capsys, "--margin", "0.05", *design)
    (back,) = rows(capsys, "--sample", str(forth["interviews"]), *design)
    assert forth | {"textbook": None} == back | {"textbook": None}
    # the textbook is asked for the margin that was wanted, in reverse for the one that comes out
    assert (forth["textbook"], back["textbook"]) == (400, textbook_size(1e12, back["margin"]))
    assert (forth["deff"], forth["df"]) == (pytest.approx(1.95), forth["clusters"] - 3)
    assert forth["drawn"] == -(-forth["interviews"] * 10 // 8)
    assert forth["margin"] <= 0.05


def test_each_domain_needs_its_own(capsys):
    found = rows(capsys, "--margin", "0.05", "--domain", "a=b=900", "--domain", "c")
    assert [(row["domain"], row["population"]) for row in found] == [("a=b", 900.0), ("c", None)]
    assert [row["interviews"] for row in found] == [270, 385]
    table = said(capsys, "--margin", "0.05", "--domain", "a=900", "--domain", "c").splitlines()
    assert table[0].split()[:2] == ["phạm", "vi"]
    assert table[3].split()[:5] == ["cộng", "-", "655", "-", "655"]


def test_the_table_speaks_vietnamese_with_commas_or_english_with_points(capsys):
    words = ["--margin", "0.05", "--per-cluster", "7", "--population", "10000"]
    table = said(capsys, *words)
    assert "tất cả" in table
    assert "bỏ qua chọn theo địa bàn" in table
    assert "0,04" in table
    english = said(capsys, *words, "--language", "en", "--response", "0.5")
    assert "That formula ignores clusters" in english
    assert "Drawn = interviews / response" in english


def test_a_score_has_no_textbook_number(capsys):
    (row,) = rows(capsys, "--margin", "2", "--sd", "20")
    assert row["textbook"] is None
    assert row["interviews"] == 385
    assert "Slovin" not in said(capsys, "--margin", "2", "--sd", "20")
    (census,) = rows(capsys, "--sample", "50", "--population", "50")
    assert (census["margin"], census["textbook"]) == (0.0, None)


def test_it_is_written_to_a_file(tmp_path, capsys):
    assert said(capsys, "--margin", "0.1", "--out", str(tmp_path / "plan.txt")) == ""
    assert "N/(1+Ne²)" in (tmp_path / "plan.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "arguments: one of the arguments --margin --sample is required"),
        (["--margin", "x"], "arguments: argument --margin: invalid float value"),
        (["--margin", "0"], "margin: expected a number above 0"),
        (["--margin", "nan"], "margin: expected a number above 0"),
        (["--margin", "5"], "margin: a proportion needs a share below 0.5; 5 % are 0.05"),
        (["--margin", "0.05", "--p", "1"], "share: expected a number between 0 and 1"),
        (["--margin", "0.05", "--sd", "-1"], "sd: expected a number above 0"),
        (["--margin", "0.05", "--population", "1"], "population: expected a number 2 or more"),
        (["--margin", "0.05", "--icc", "2"], "icc: expected a number from 0 to 1"),
        (["--margin", "0.05", "--per-cluster", "0"], "per_cluster: expected a number 1 or more"),
        (["--margin", "0.05", "--strata", "0"], "strata: expected"),
        (["--margin", "0.05", "--deff", "0"], "deff: expected"),
        (["--margin", "0.05", "--response", "0"], "response: expected"),
        (["--margin", "0.05", "--confidence", "95"], "confidence: expected"),
        (["--sample", "0"], "sample: 0 interviews of inf people"),
        (["--sample", "9", "--population", "8"], "sample: 9 interviews of 8 people"),
        (["--sample", "40", "--per-cluster", "20", "--strata", "2"], "no degrees of freedom"),
        (["--margin", "0.1", "--population", "30", "--per-cluster", "40"], "no survey of this"),
        (["--margin", "1e-9"], "no survey of this population and design reaches it"),
        (["--margin", "0.05", "--domain", "a=x"], "--domain a: 'x' is no population"),
        (["--margin", "0.05", "--domain", "a", "--domain", "a=5"], "stands there twice"),
        (["--margin", "0.05", "--domain", "=5"], "is blank or stands there twice"),
    ],
)
def test_a_mistake_is_one_line(words, fault, capsys):
    assert main(["plan-sample", *words]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert fault in printed.err


@pytest.mark.parametrize(("population", "margin"), [(0, 0.1), (100, 0.0), (float("nan"), 0.1)])
def test_the_textbook_refuses_what_is_no_survey(population, margin):
    with pytest.raises(PlanError, match="expected a margin above 0"):
        textbook_size(population, margin)


def test_the_known_numbers_of_textbooks():
    assert interviews_for(0.05, Assumptions()).interviews == 385
    assert interviews_for(0.03, Assumptions()).interviews == 1068
    assert [textbook_size(n, 0.05) for n in (500, 2000, 10_000, 100_000)] == [223, 334, 385, 399]
