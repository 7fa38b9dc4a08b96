"""Monthly reports: settled months only, computed once, grades with what they leave out."""

import csv
import datetime as dt
import io

import numpy as np
import openpyxl
import pytest

from survey.bridge.offices import Least, office_rows
from survey.bridge.trees import index_tree
from survey.clock import VIETNAM
from survey.errors import StateError
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.trees import load_trees
from survey.operations.counter_reports import monthly_report, settled_months
from survey.operations.finished_files import keep_finished_files
from survey.queries.counters import FilesFinished
from survey.queries.rounds import round_facts
from survey.queries.staff import OPERATOR, Person
from survey.terms import Role
from tests.build import NOON
from tests.unit.survey.counters.conftest import OFFICE, OTHER_OFFICE

PAGE = "/analyst/rounds/quay/months"
OCTOBER = dt.date(2026, 10, 1)
LEAST = Least(answers=10, responses=30)


def october(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def ratings(rate, clock):
    """October: 36 people at one office over some days, 20 at another, then noon of 21 November."""
    clock.moment = october(31, 23)
    for day, count in ((1, 12), (15, 12), (31, 12)):
        rate(OFFICE, count, october(day))
    rate(OTHER_OFFICE, 20, october(7), points=1)
    clock.moment = NOON
    rate(OFFICE, 10, NOON.replace(minute=0), points=0)


def office(database, place: str) -> dict:
    report = monthly_report(database, "quay", OCTOBER)
    return next(each for each in report.results["offices"] if each["place"] == place)


def of_tree(database, place: str, code: str) -> dict:
    with database.reading() as connection:
        trees = {
            tree.code: tree.sha256
            for tree in load_trees(BUILTIN / "one_stop", load_builtin("one_stop"))
        }
        assert set(trees.values()) == set(round_facts(connection, "quay").trees)
    rows = office(database, place)["trees"][trees[code]]["presented"]
    return {row["node"]: (row["value"], (row["grade"] or {}).get("vi")) for row in rows}


@pytest.mark.usefixtures("ratings")
def test_an_office_is_graded_over_its_month_without_what_nobody_measured(database):
    found = of_tree(database, OFFICE, "one_stop")
    assert office(database, OFFICE)["n"] == 36
    assert (found["2"], found["5"]) == ((None, None), (None, None))
    assert found["9"] == (1.0, None)
    assert found["total"] == (13.0, "Tốt")


@pytest.mark.usefixtures("ratings")
def test_an_office_is_not_graded_as_if_it_were_one_officer(database):
    graded = monthly_report(database, "quay", OCTOBER).results["trees"]
    sources = load_trees(BUILTIN / "one_stop", load_builtin("one_stop"))
    assert {tree.code for tree in sources if tree.sha256 in graded} == {"one_stop", "satisfaction"}


@pytest.mark.usefixtures("ratings")
def test_fewer_than_thirty_have_no_score_and_no_grade(database):
    found = of_tree(database, OTHER_OFFICE, "one_stop")
    assert office(database, OTHER_OFFICE)["n"] == 20
    assert found["total"] == (None, None)
    assert found["7"] == (1.0, None)


@pytest.mark.usefixtures("ratings")
def test_a_report_never_changes_once_it_was_computed(database, rate, clock):
    first = monthly_report(database, "quay", OCTOBER)
    clock.moment = october(31, 23)
    rate(OFFICE, 12, october(20), points=0)
    clock.moment = NOON
    assert monthly_report(database, "quay", OCTOBER) == first


def test_only_settled_months_are_reported(database, tablets, clock):  # noqa: ARG001 - a round
    with database.reading() as connection:
        facts = round_facts(connection, "quay")
    assert settled_months(facts, dt.date(2026, 11, 5)) == [dt.date(2026, 9, 1)]
    assert settled_months(facts, dt.date(2026, 11, 6)) == [OCTOBER, dt.date(2026, 9, 1)]
    assert settled_months(facts, dt.date(2027, 5, 1))[0] == dt.date(2026, 11, 1)
    with pytest.raises(StateError, match="is not over"):
        monthly_report(database, "quay", dt.date(2026, 11, 1))


@pytest.mark.usefixtures("ratings")
def test_the_page_says_grade_coverage_and_what_is_left_out(database, enter):
    person = Person("s", "lan", "Lan", Role.ANALYST, None)
    with database.writing() as connection:
        keep_finished_files(connection, [FilesFinished(OFFICE, OCTOBER, 360)], person, OPERATOR)
    browser = enter(Role.ANALYST)
    page = browser.get(PAGE).text
    for part in ("10/2026", "Chỉ báo tham khảo", "10,0 %", "13,0", "Tốt", "không quy đổi"):
        assert part in page.replace("\N{NO-BREAK SPACE}", " ")
    own = browser.get(PAGE, query_string={"month": "2026-10", "office": OFFICE}).text
    assert "Không tính: chỉ số 2, 5." in own
    assert "CANARY" not in page + own
    assert browser.get(PAGE, query_string={"month": "2026-11"}).status_code == 404
    assert browser.get(PAGE, query_string={"month": "x"}).status_code == 404
    assert browser.get(PAGE, query_string={"office": "99999"}).status_code == 404
    assert (
        "Tháng này không có phiếu nào" in browser.get(PAGE, query_string={"month": "2026-09"}).text
    )


@pytest.mark.usefixtures("ratings")
def test_the_files_hold_the_same_figures_and_the_warning(enter):
    browser = enter(Role.ANALYST)
    text = browser.get(f"{PAGE}.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    whole = {
        row["place"]: row for row in rows if (row["tree"], row["node"]) == ("one_stop", "total")
    }
    assert (whole[OFFICE]["value"], whole[OFFICE]["grade"]) == ("13.0", "Tốt")
    assert (whole[OFFICE]["left_out"], whole[OFFICE]["coverage"]) == ("2, 5", "")
    assert whole[OTHER_OFFICE]["value"] == ""
    assert all("chỉ báo tham khảo" in row["warning"] for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{PAGE}.xlsx").data))
    assert book["offices"].max_row == len(rows) + 1


def every_indicator_from_people(code: str) -> dict:
    """The tree as if each indicator were asked: so that every total can be reached."""
    trees = load_trees(BUILTIN / "one_stop", load_builtin("one_stop"))
    mapping = next(tree.mapping for tree in trees if tree.code == code)
    points = {"values": {"0": 0, "1": 1, "2": 2}}
    children = [
        {
            **{k: v for k, v in leaf.items() if k != "given"},
            "item": leaf.get("item", "x"),
            **points,
        }
        for leaf in mapping["tree"]["children"]
    ]
    return {**mapping, "tree": {**mapping["tree"], "children": children}}


def grade_of(code: str, total: float) -> tuple[float, str]:
    """Grade an office of 30 people whose indicators add up to a total."""
    tree = index_tree(every_indicator_from_people(code), code)
    n_leaves = len(tree.nodes) - 1
    points = np.clip(total - 2.0 * np.arange(n_leaves), 0, 2)
    shares = np.concatenate([[0.0], points / 2])
    n = np.full(n_leaves + 1, 30)
    sums = {
        "unit": np.zeros(n_leaves + 1, int), "leaf": np.arange(-1, n_leaves), "n": n,
        "d": n * 1.0, "y": n * shares, "q": n * shares**2,
        "outside": n * 0, "unknown": n * 0,
    }  # fmt: skip
    whole = office_rows(tree, sums, 0, LEAST)["presented"][0]
    return whole["value"], whole["grade"]["vi"]


@pytest.mark.parametrize(
    ("code", "total", "grade"),
    [
        ("one_stop", 15.0, "Xuất sắc"), ("one_stop", 14.9, "Tốt"),
        ("one_stop", 12.0, "Tốt"), ("one_stop", 11.9, "Khá"),
        ("one_stop", 9.0, "Khá"), ("one_stop", 8.9, "Trung bình"),
        ("one_stop", 6.0, "Trung bình"), ("one_stop", 5.9, "Yếu"),
        ("officer", 5.0, "Hoàn thành 100% nhiệm vụ"),
        ("officer", 4.9, "Hoàn thành từ 70% đến dưới 100% nhiệm vụ"),
        ("officer", 3.5, "Hoàn thành từ 70% đến dưới 100% nhiệm vụ"),
        ("officer", 3.4, "Hoàn thành dưới 70% nhiệm vụ"),
    ],
)  # fmt: skip
def test_a_grade_begins_at_its_score(code, total, grade):
    assert grade_of(code, total) == (total, grade)
