"""The command line of forecasts, as the contract says."""

import csv
import json
import unicodedata

import numpy as np
import pytest

from scoring.__main__ import main
from tests.golden.reference import OFFICIAL, needs_official

HEADER = ("province", "year", "level", "code", "score", "se")
KEYS = [
    "province", "code", "estimate", "se", "low90", "high90", "low95", "high95", "p_rise", "groups",
]  # fmt: skip
PROVINCES = ("Sơn La", "Hà Nội", "Huế", "Cà Mau", "Lai Châu", "Nghệ An")


def official_rows(shift=0.0):
    rng = np.random.default_rng(1)
    return [
        (province, year, level, code, f"{base + at / 5 + shift + rng.normal(0, 0.3):.4f}", se)
        for at, province in enumerate(PROVINCES)
        for year in range(2014, 2019)
        for level, code, base, se in (("total", "PAPI", 40, 0.4), ("dimension", "D1", 5, ""))
    ]


def written(tmp_path, name, rows, header=HEADER):
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def forecast(tmp_path, rows, *arguments, year=2018):
    out = tmp_path / "out.json"
    official = written(tmp_path, "official.csv", rows)
    command = ["nowcast", "--official", str(official), "--year", str(year), "--out", str(out)]
    assert main([*command, *map(str, arguments)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_every_province_and_code_has_the_numbers_of_the_contract(tmp_path):
    found = forecast(tmp_path, official_rows())
    assert [(row["province"], row["code"]) for row in found] == [
        (province, code) for code in ("PAPI", "D1") for province in PROVINCES
    ]
    for row in found:
        assert list(row) == KEYS
        assert list(row["groups"]) == ["cao", "tb_cao", "tb_thap", "thap"]
        assert sum(row["groups"].values()) == pytest.approx(1)
        assert 0 <= row["p_rise"] <= 1
        ends = [row[key] for key in ("low95", "low90", "estimate", "high90", "high95")]
        assert ends == sorted(ends)
        assert row["high90"] - row["low90"] == pytest.approx(2 * 1.6448536269514722 * row["se"])


def test_rows_of_the_year_and_later_and_of_other_levels_are_ignored(tmp_path):
    rows = official_rows()
    past = [row for row in rows if row[1] < 2018]
    strange = [
        ("Sơn La", 2016, "indicator", "1.1", 9.9, ""),
        ("Huế", 2017, "total_weighted", "PAPI", 1, ""),
    ]
    blank = ("Cà Mau", 2013, "total", "PAPI", "", "")
    extra = [*rows, *strange, blank, ("Huế", 2020, "total", "PAPI", 1, "")]
    assert forecast(tmp_path, extra) == forecast(tmp_path, past)


@pytest.mark.parametrize(("level", "codes"), [("dimension", {"D1"}), ("total", {"PAPI"})])
def test_one_level_can_be_asked_for(tmp_path, level, codes):
    found = forecast(tmp_path, official_rows(), "--level", level)
    assert {row["code"] for row in found} == codes


def test_an_own_survey_moves_the_forecast_and_later_ones_are_ignored(tmp_path):
    rows = official_rows()
    own = [(p, y, v, c, float(s) + 1, 0.2) for p, y, v, c, s, _ in official_rows() if y < 2018]
    own += [
        (p, 2018, v, c, 60 if v == "total" else 8, 0.2)
        for p, v, c in {(r[0], r[2], r[3]) for r in rows}
    ]
    own += [("Huế", 2013, "total", "PAPI", 1, ""), ("Huế", 2018, "total", "other", 1, "")]
    later = [("Sơn La", 2019, "total", "PAPI", 1, 0.1)]
    paths = [written(tmp_path, f"{at}.csv", rows) for at, rows in enumerate((own, own + later))]
    alone = forecast(tmp_path, rows)
    beside, same = (forecast(tmp_path, rows, "--internal", path) for path in paths)
    assert beside == same
    assert all(b["estimate"] > a["estimate"] for a, b in zip(alone, beside, strict=True))


def test_without_last_years_value_there_is_no_rise(tmp_path):
    rows = [row for row in official_rows() if row[:2] != ("Huế", 2017)]
    found = forecast(tmp_path, rows)
    assert {row["province"] for row in found if row["p_rise"] is None} == {"Huế"}


def test_few_places_have_no_groups(tmp_path):
    found = forecast(tmp_path, [row for row in official_rows() if row[0] == "Sơn La"])
    assert {value for row in found for value in row["groups"].values()} == {None}


def test_decomposed_letters_name_the_same_province(tmp_path):
    rows = official_rows()
    apart = [
        (unicodedata.normalize("NFD", row[0]), *row[1:]) if row[1] == 2015 else row for row in rows
    ]
    assert forecast(tmp_path, apart) == forecast(tmp_path, rows)


BAD = {
    "score": (
        ("Huế", 2017, "total", "X", "4o", ""),
        "data row 61, column score: '4o' is not a number",
    ),
    "se": (("Huế", 2017, "total", "X", 40, "x"), "data row 61, column se: 'x' is not a number"),
    "negative": (("Huế", 2017, "total", "X", 40, -1), "data row 61, column se: -1 is negative"),
    "infinite": (("Huế", 2017, "total", "X", "inf", ""), "data row 61, column score"),
    "year": (
        ("Huế", 2017.5, "total", "X", 40, ""),
        "data row 61, column year: is 2017.5, not a year",
    ),
    "blank year": (("Huế", "", "total", "X", 40, ""), "data row 61, column year: is blank"),
    "early": (("Huế", 202, "total", "X", 40, ""), "data row 61, column year: is 202, not a year"),
    "province": (("", 2017, "total", "X", 40, ""), "data row 61: province is blank"),
    "code": (("Huế", 2017, "total", " ", 40, ""), "data row 61: code is blank"),
    "twice": (
        ("Huế", 2017, "total", "PAPI", 40, ""),
        "data row 61: Huế, 2017, PAPI stands in data row",
    ),
}


def refused(capsys, *arguments):
    assert main(["nowcast", *map(str, arguments)]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    return printed


@pytest.mark.parametrize(("row", "said"), BAD.values(), ids=BAD)
def test_a_wrong_cell_is_named_with_file_row_and_column(row, said, tmp_path, capsys):
    path = written(tmp_path, "official.csv", [*official_rows(), row])
    assert f"{path}: {said}" in refused(capsys, "--official", path, "--year", 2018)


def test_a_wrong_file_or_argument_is_one_line(tmp_path, capsys):
    path = written(tmp_path, "official.csv", official_rows())
    assert "no such file" in refused(capsys, "--official", tmp_path / "no.csv", "--year", 2018)
    early = refused(capsys, "--official", path, "--year", 2014)
    assert early == f"{path}: no score of level dimension or total before 2014\n"
    assert "--year: 20188 is not a year" in refused(capsys, "--official", path, "--year", 20188)
    assert "invalid int value" in refused(capsys, "--official", path, "--year", "x")
    assert "invalid choice" in refused(capsys, "--official", path, "--year", 2018, "--level", "x")
    short = written(tmp_path, "short.csv", [("Huế", 2017)], ("province", "yaer"))
    assert "no column 'year', did you mean 'yaer'?" in refused(
        capsys, "--official", short, "--year", 2018
    )


def test_a_province_of_the_own_survey_without_official_scores_is_named(tmp_path, capsys):
    path = written(tmp_path, "official.csv", official_rows())
    own = written(tmp_path, "own.csv", [("Sơn Là", 2018, "total", "PAPI", 41, 1)])
    said = refused(capsys, "--official", path, "--year", 2018, "--internal", own)
    expected = (
        "data row 1, column province: 'Sơn Là' has no official score, did you mean 'Sơn La'?"
    )
    assert said == f"{own}: {expected}\n"
    far = written(tmp_path, "far.csv", [("Zürich", 2018, "total", "PAPI", 41, 1)])
    said = refused(capsys, "--official", path, "--year", 2018, "--internal", far)
    assert said.endswith("has no official score\n")


@needs_official
def test_official_totals_of_2022_are_forecast_better_than_by_those_of_2021(tmp_path):
    out = tmp_path / "out.json"
    command = ["nowcast", "--official", str(OFFICIAL), "--year", "2022", "--level", "total"]
    assert main([*command, "--out", str(out)]) == 0
    guess = {row["province"]: row for row in json.loads(out.read_text(encoding="utf-8"))}
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        totals = [row for row in csv.DictReader(file) if row["level"] == "total" and row["score"]]
    truth, last = (
        {row["province"]: float(row["score"]) for row in totals if row["year"] == year}
        for year in ("2022", "2021")
    )
    both = sorted(truth.keys() & last.keys())
    assert len(both) > 55
    rmse = [
        np.sqrt(np.mean([(by(name) - truth[name]) ** 2 for name in both]))
        for by in (lambda name: guess[name]["estimate"], last.get)
    ]
    assert rmse[0] < rmse[1]
    held = [guess[name]["low95"] <= truth[name] <= guess[name]["high95"] for name in both]
    assert np.mean(held) >= 0.9
