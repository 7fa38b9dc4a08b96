"""What files of official results say: the built-in figures as printed, every fault at its cell."""

import pytest

from survey.errors import OfficialError
from survey.operations.official_files import builtin_file, read_breaks, read_results

HEAD = "place,year,index,code,score,se,low,high,group,source,certainty,note"
PROVINCES = frozenset({"14", "20"})
PRINTED_CHANGES = {
    "D1": 0.1149, "D2": 0.0387, "D3": 0.1094, "D4": -0.0141,
    "D5": -0.0682, "D6": 0.5162, "D7": 0.029, "D8": 0.8013,
}  # fmt: skip


def read(*rows: str) -> list:
    source = "\n".join((HEAD, *rows)).encode()
    return read_results(source, "kq.csv", PROVINCES)


def faults_of(*rows: str) -> list[tuple[int, str, str]]:
    with pytest.raises(OfficialError) as caught:
        read(*rows)
    for fault in caught.value.faults:
        assert fault.vi
        assert fault.en
        assert "{" not in fault.vi + fault.en
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


@pytest.fixture(scope="module")
def builtin() -> dict:
    rows = read_results(builtin_file("official_results"), "official_results.csv", PROVINCES)
    return {(row["place"], row["year"], row["index"], row["code"]): row for row in rows}


def test_the_changes_of_son_la_are_the_printed_ones(builtin):
    for code, change in PRINTED_CHANGES.items():
        after, before = (builtin["14", year, "PAPI", code]["score"] for year in (2023, 2022))
        assert round(after - before, 4) == change


def test_errors_agree_with_the_printed_intervals_of_90_percent(builtin):
    with_error = [row for row in builtin.values() if row["se"] is not None]
    assert len(with_error) == 4
    for row in with_error:
        assert (row["high"] - row["low"]) / 2 / 1.645 == pytest.approx(row["se"], abs=5e-4)
        assert "1,645" in row["note"]


def test_every_built_in_figure_names_its_source_and_both_notes(builtin):
    assert len(builtin) == 33
    for row in builtin.values():
        assert row["source"]
        assert bool(row["note"]) == bool(row["note_en"])


def test_conflicting_and_derived_figures_say_so(builtin):
    assert "90,30" in builtin["14", 2021, "SIPAS", "SIPAS"]["note"]
    assert builtin["20", 2020, "SIPAS", "SIPAS"]["certainty"] == "INF"


def test_breaks_stand_where_the_methods_broke():
    found = read_breaks(builtin_file("method_breaks"), "method_breaks.csv")
    years: dict = {}
    for row in found:
        years.setdefault(row["index"], []).append(row["year"])
    assert years["SIPAS"] == [2017, 2022, 2023, 2025]
    assert years["PAPI"] == [2016, 2018, 2019, 2020, 2021, 2023]


def test_a_file_of_a_vietnamese_spreadsheet_is_read():
    source = (HEAD.replace(",", ";") + "\n14;2024;SIPAS;SIPAS;84,5;;;;;QĐ 1;H;").encode()
    assert read_results(source, "kq.csv", PROVINCES)[0]["score"] == 84.5


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("99,2024,SIPAS,SIPAS,84,,,,,QĐ,H,", "place", "unknown-province"),
        ("14,24,SIPAS,SIPAS,84,,,,,QĐ,H,", "year", "bad-year"),
        ("14,1999,SIPAS,SIPAS,84,,,,,QĐ,H,", "year", "bad-year"),
        ("14,2024,SIPASS,SIPAS,84,,,,,QĐ,H,", "index", "unknown-index"),
        ("14,2024,SIPAS,=A1,84,,,,,QĐ,H,", "code", "bad-content"),
        ("14,2024,SIPAS,SIPAS,nan,,,,,QĐ,H,", "score", "bad-number"),
        ("14,2024,SIPAS,SIPAS,840,,,,,QĐ,H,", "score", "out-of-scale"),
        ("14,2024,PAPI,D1,10.5,,,,,QĐ,H,", "score", "out-of-scale"),
        ("14,2024,PAPI,D1,5,-1,,,,QĐ,H,", "se", "bad-error"),
        ("14,2024,PAPI,D1,5,,4,,,QĐ,H,", "high", "half-interval"),
        ("14,2024,PAPI,D1,5,,6,7,,QĐ,H,", "score", "outside-interval"),
        ("14,2024,PAPI,D1,5,,,,giỏi,QĐ,H,", "group", "unknown-group"),
        ("14,2024,PAPI,D1,5,,,,cao,QĐ,X,", "certainty", "unknown-certainty"),
        ("14,2024,PAPI,D1,5,,,,cao,,H,", "source", "empty-cell"),
        ("14,2024,PAPI,D1,,,,,cao,QĐ,H,", "score", "empty-cell"),
    ],
)
def test_each_fault_is_named_at_its_cell(row, column, code):
    assert faults_of(row) == [(2, column, code)]


def test_all_faults_come_at_once():
    good = "14,2024,PAPI,D1,5,,,,cao,QĐ,H,"
    assert faults_of(good, "99,2024,PAPI,D2,50,,,,cao,QĐ,H,", good) == [
        (3, "place", "unknown-province"),
        (3, "score", "out-of-scale"),
        (4, "code", "row-twice"),
    ]


def test_a_file_without_its_columns_is_refused():
    with pytest.raises(OfficialError) as caught:
        read_results(b"place,year\n14,2024\n", "kq.csv", PROVINCES)
    assert {fault.code for fault in caught.value.faults} == {"no-column"}
    with pytest.raises(OfficialError):
        read_breaks(b"index,year,what,what_en\nSIPAS,hai,doi,changed\n", "moc.csv")
