"""Finished files: typed or from a file, only of one's own offices, every entry in the audit."""

import datetime as dt
import json
from io import BytesIO

import pytest
from sqlalchemy import select

from survey.errors import NotFound
from survey.models.audit import AuditEntry
from survey.operations.finished_files import keep_finished_files
from survey.queries.counters import FilesFinished, finished_files
from survey.queries.staff import OPERATOR, Person
from survey.terms import Role
from tests.unit.survey.counters.conftest import FAR_OFFICE, OFFICE, OTHER_OFFICE

PAGE = "/analyst/counters/files"
OCTOBER = dt.date(2026, 10, 1)
pytestmark = pytest.mark.usefixtures("tablets")


def stored(database) -> list[tuple]:
    with database.reading() as connection:
        return [
            (row.place, row.month, row.files_count) for row in finished_files(connection, None)
        ]


def entries(database) -> list[tuple]:
    with database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.object, AuditEntry.detail)
            .where(AuditEntry.action == "files-entered")
            .order_by(AuditEntry.seq)
        )
        return [(row.object, json.loads(row.detail)["files"]) for row in rows]


def upload(browser, text: str):
    data = {"table": (BytesIO(text.encode()), "tep.csv")}
    return browser.post(f"{PAGE}/table", data=data)


def test_a_later_figure_replaces_the_earlier_and_both_are_in_the_audit(enter, database):
    browser = enter(Role.SUPERVISOR, OFFICE)
    for count in (120, 130):
        form = {"place": OFFICE, "month": "2026-10", "files_count": count}
        assert browser.post(PAGE, data=form).status_code == 303
    assert stored(database) == [(OFFICE, OCTOBER, 130)]
    assert entries(database) == [
        (f"files:{OFFICE}:2026-10", 120),
        (f"files:{OFFICE}:2026-10", 130),
    ]
    assert "10/2026" in browser.get(PAGE).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": FAR_OFFICE}, {"month": "2026-12"}, {"month": "13/2026"}, {"month": "0000-01"},
        {"files_count": "-1"}, {"files_count": ""}, {"files_count": "1.00"},
        {"files_count": "1.0000"}, {"files_count": "1,000"}, {"files_count": ".000"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(enter, database, wrong):
    form = {"place": OFFICE, "month": "2026-10", "files_count": "5", **wrong}
    assert enter(Role.SUPERVISOR, OFFICE).post(PAGE, data=form).status_code == 422
    assert stored(database) == []


def test_a_file_brings_many_offices(enter, database):
    text = f"place;month;finished_files\r\n{OFFICE};2026-10;120\r\n{OTHER_OFFICE};2026-10;80\r\n"
    assert upload(enter(Role.ANALYST, "14"), text).status_code == 303
    assert stored(database) == [(OFFICE, OCTOBER, 120), (OTHER_OFFICE, OCTOBER, 80)]


def test_a_file_with_faults_says_all_of_them_and_changes_nothing(enter, database):
    text = (
        "place,month,finished_files\n"
        f"{FAR_OFFICE},2026-10,1\n{OFFICE},2027-01,1\n{OFFICE},2026-09,1.5\n"
        f"{OFFICE},2026-10,1\n{OFFICE},2026-10,2\n"
    )
    reply = upload(enter(Role.ANALYST, "14"), text)
    assert reply.status_code == 422
    for part in (FAR_OFFICE, "2027-01", "1.5", "đã có ở dòng 5"):
        assert part in reply.text
    assert stored(database) == []


def test_no_file_is_no_entry(enter):
    assert enter(Role.ANALYST, "14").post(f"{PAGE}/table").status_code == 422


def test_an_entry_for_another_place_is_not_found(database):
    row = FilesFinished(FAR_OFFICE, OCTOBER, 5)
    person = Person("s", "lan", "Lan", Role.SUPERVISOR, OFFICE)
    with pytest.raises(NotFound), database.writing() as connection:
        keep_finished_files(connection, [row], person, OPERATOR)


@pytest.mark.parametrize(
    ("month", "count", "kept"),
    [
        ("10/2026", "1.000", (OFFICE, OCTOBER, 1_000)),
        ("9/2026", " 12.345 ", (OFFICE, dt.date(2026, 9, 1), 12_345)),
    ],
)
def test_numbers_and_months_are_read_as_pages_write_them(enter, database, month, count, kept):
    form = {"place": OFFICE, "month": month, "files_count": count}
    assert enter(Role.SUPERVISOR, OFFICE).post(PAGE, data=form).status_code == 303
    assert stored(database) == [kept]
