"""Files of villages and successors: clean ones are brought, damaged ones named row by row."""

import unicodedata

import pytest
from sqlalchemy import func, select

from survey.errors import PlacesError
from survey.models import Place
from survey.operations.places import Brought, import_successors, import_villages

HEADING = "commune,code,kind,name"


def village_file(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *rows, ""]).encode()


Found = list[tuple[str, int | None, str]]


def faults_of(connection, source: bytes, deed=import_villages) -> Found:
    with pytest.raises(PlacesError) as caught:
        deed(connection, source, "thon.csv")
    faults = caught.value.faults
    assert all(fault.vi and fault.en and fault.sheet == "thon.csv" for fault in faults)
    return [(fault.code, fault.row, fault.column or "") for fault in faults]


def test_a_clean_file_is_brought_and_bringing_it_again_changes_nothing(connection) -> None:
    source = village_file(
        "03694,01,Bản,Bản Giôn", "03694,03694.02,tiểu khu,1", "06001,01,thôn,Cốc"
    )
    first = import_villages(connection, source, "thon.csv")
    second = import_villages(connection, source, "thon.csv")
    renamed = village_file("03694,01,bản,Giôn Mới")
    third = import_villages(connection, renamed, "thon.csv")
    row = connection.execute(select(Place).where(Place.code == "03694.02")).one()
    assert (first, second, third) == (Brought(3, 0), Brought(0, 0), Brought(0, 1))
    assert (row.designation, row.name, row.parent) == ("tiểu khu", "1", "03694")


def test_every_fault_is_named_at_once_and_nothing_is_brought(connection) -> None:
    source = village_file(
        "03694,01,bản,Giôn",
        "99999,01,bản,Ca",
        "3694,02,bản,Hát",
        "03694,01,bản,Cút",
        "03694,03,quận,Pá",
        "03694,0 4,bản,Xa",
        "03667,05,tổ,Một",
        "03694,06,bản,Giôn",
        "03694,,bản,",
        "14,07,bản,Tỉnh",
    )
    assert faults_of(connection, source) == [
        ("unknown-commune", 3, "commune"),
        ("unknown-commune", 4, "commune"),
        ("code-twice", 5, "code"),
        ("unknown-kind", 6, "kind"),
        ("bad-code", 7, "code"),
        ("other-code", 8, "commune"),
        ("name-twice", 9, "name"),
        ("empty-cell", 10, "code"),
        ("empty-cell", 10, "name"),
        ("unknown-commune", 11, "commune"),
    ]
    count = select(func.count()).select_from(Place).where(Place.kind == "village")
    assert connection.scalar(count) == 0


def test_nfd_is_normalised_and_spreadsheet_habits_are_read(connection) -> None:
    text = "\ufeffCommune;Code;Kind;Name\r\n03694;01;Bản;  Nà  Lươn\r\n\r\n"
    import_villages(connection, unicodedata.normalize("NFD", text).encode(), "thon.csv")
    row = connection.execute(select(Place).where(Place.code == "03694.01")).one()
    assert (row.designation, row.name, row.folded) == ("bản", "Nà Lươn", "na luon")


def test_dates_bound_a_village(connection) -> None:
    heading = f"{HEADING},valid_from,valid_until"
    good = village_file("03694,01,bản,A,2025-07-01,2026-05-31", heading=heading)
    assert import_villages(connection, good, "thon.csv") == Brought(1, 0)
    bad = village_file(
        "03694,01,bản,A,01/07/2025,", "03694,02,bản,B,2026-01-01,2025-01-01", heading=heading
    )
    assert faults_of(connection, bad) == [
        ("bad-date", 2, "valid_from"),
        ("dates-backwards", 3, "valid_until"),
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (b"", ("no-column", 1, "commune")),
        (b"commune,code,name\n", ("no-column", 1, "kind")),
        (village_file(), ("no-rows", None, "")),
        (village_file("03694,01,bản,A,thừa"), ("row-long", 2, "")),
        (b"commune,code,kind,name\n03694,01,b\xe3n,A\n", ("not-utf8", None, "")),
        (b'commune,code,kind,name\n03694,01,"ban,A\n', ("not-csv", None, "")),
    ],
)
def test_a_file_that_is_no_table_says_so(connection, source, fault) -> None:
    assert fault in faults_of(connection, source)


def test_successors_are_checked_like_villages(connection) -> None:
    source = (
        "old,new,extent,source\n118,03694,inside,NQ 1681\n118,03694,same,x\n118,118,same,x\n"
        "117,03688,part,x\n119,03667,inside,\n"
    )
    assert faults_of(connection, source.encode(), import_successors) == [
        ("pair-twice", 3, "new"),
        ("same-place", 4, "new"),
        ("unknown-place", 5, "old"),
        ("unknown-kind", 5, "extent"),
        ("empty-cell", 6, "source"),
        ("other-code", 6, "new"),
    ]
