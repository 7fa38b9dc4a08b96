"""Hostile or damaged files are refused before they cost anything, in plain words."""

import csv
import struct
import time
import tracemalloc
import zipfile
from io import BytesIO

import openpyxl
import pytest

from survey.errors import InstrumentError
from survey.instruments import limits
from survey.instruments.sheets import read_workbook, read_xlsx
from tests.unit.survey.instruments.workbooks import write_folder, write_xlsx


def refusal(source: bytes) -> str:
    with pytest.raises(InstrumentError) as caught:
        read_xlsx(source, "upload.xlsx")
    assert [fault.sheet for fault in caught.value.faults] == ["upload.xlsx"]
    return caught.value.faults[0].code


def with_member(name: str, content: bytes, attributes: int = 0) -> bytes:
    stream = BytesIO(write_xlsx())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = attributes
        member.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(member, content)
    return stream.getvalue()


def replacing(name: str, content: bytes) -> bytes:
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(write_xlsx())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return stream.getvalue()


def entity_bomb() -> bytes:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lols}]>'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = '<c r="A1" t="inlineStr"><is><t>&l8;</t></is></c>'
    sheet = (
        f'<worksheet xmlns="{space}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    )
    return replacing("xl/worksheets/sheet1.xml", (head + sheet).encode())


BOMBS = {
    "not a zip": (b"PK\x03\x04 nothing", "not-a-workbook"),
    "empty": (b"", "not-a-workbook"),
    "a text": (b"type,name\n", "not-a-workbook"),
    "too many bytes": (b"x" * (limits.MAX_BYTES + 1), "too-large"),
    "zeros": (with_member("xl/media/a.png", b"\0" * 30_000_000), "workbook-strange"),
    "a path that climbs": (with_member("../a.xml", b"x"), "workbook-strange"),
    "an absolute path": (with_member("/etc/a.xml", b"x"), "workbook-strange"),
    "a path of Windows": (with_member("xl\\..\\a.xml", b"x"), "workbook-strange"),
    "a link": (with_member("xl/link", b"/etc/passwd", 0o120777 << 16), "workbook-strange"),
    "laughs": (entity_bomb(), "not-a-workbook"),
    "no workbook inside": (replacing("xl/workbook.xml", b"<a>"), "not-a-workbook"),
    "no sheets part": (replacing("[Content_Types].xml", b""), "not-a-workbook"),
}


@pytest.mark.parametrize(("source", "code"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_quickly_and_cheaply(source, code) -> None:
    tracemalloc.start()
    began = time.process_time()
    assert refusal(source) == code
    assert time.process_time() - began < 5  # of our own work: others may keep the machine busy
    assert tracemalloc.get_traced_memory()[1] < 50 * 1024 * 1024
    tracemalloc.stop()


def test_too_many_parts_are_refused() -> None:
    stream = BytesIO(write_xlsx())
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(201):
            archive.writestr(f"xl/part{number}.xml", "x")
    assert refusal(stream.getvalue()) == "workbook-heavy"


def test_a_locked_part_is_refused() -> None:
    source = bytearray(write_xlsx())
    start = source.index(b"PK\x01\x02")
    (flags,) = struct.unpack_from("<H", source, start + 8)
    struct.pack_into("<H", source, start + 8, flags | 1)
    assert refusal(bytes(source)) == "workbook-strange"


def test_a_sheet_with_countless_formatted_cells_is_refused_unread() -> None:
    cells = "".join(f"<c r='A{n}'/>" for n in range(800_001))
    assert refusal(replacing("xl/worksheets/sheet1.xml", cells.encode())) == "workbook-cells"


def test_more_rows_than_a_questionnaire_has_are_refused(tmp_path) -> None:
    rows = [{"type": "note", "name": f"n{n}", "vi": "x", "en": "x"} for n in range(2001)]
    with pytest.raises(InstrumentError) as caught:
        read_workbook(write_folder(tmp_path, survey=rows))
    assert [(f.sheet, f.code) for f in caught.value.faults] == [("survey", "sheet-large")]


def csv_fault(folder, content: bytes):
    write_folder(folder)
    (folder / "survey.csv").write_bytes(content)
    with pytest.raises(InstrumentError) as caught:
        read_workbook(folder)
    return caught.value.faults[0]


def test_a_csv_in_another_encoding_is_refused(tmp_path) -> None:
    assert csv_fault(tmp_path, "type,name\nnote,Tuổi\n".encode("utf-16")).code == "not-utf8"


def test_a_comma_outside_quotes_is_found_by_its_row(tmp_path) -> None:
    fault = csv_fault(tmp_path, "type,name\nnote,a\nnote,b,thừa\n".encode())
    assert (fault.code, fault.row) == ("row-long", 3)


def test_a_damaged_csv_is_refused(tmp_path) -> None:
    assert csv_fault(tmp_path, b'type,name\nnote,"a"b\n').code == "not-csv"


def test_a_heading_given_twice_is_named(tmp_path) -> None:
    fault = csv_fault(tmp_path, b"type,name,name\nnote,a,b\n")
    assert (fault.code, fault.sheet, fault.row, fault.column) == (
        "heading-twice",
        "survey",
        1,
        "name",
    )


def test_a_heading_given_twice_in_a_workbook_is_refused_too() -> None:
    book = openpyxl.load_workbook(BytesIO(write_xlsx()))
    book["survey"]["C1"] = "type"
    stream = BytesIO()
    book.save(stream)
    assert refusal(stream.getvalue()) == "unreadable"


def test_a_csv_too_large_is_refused(tmp_path) -> None:
    assert csv_fault(tmp_path, b"x" * (limits.MAX_BYTES + 1)).code == "too-large"


def test_a_questionnaire_without_choices_needs_no_choices_sheet(tmp_path) -> None:
    write_folder(tmp_path)
    (tmp_path / "choices.csv").unlink()
    assert read_workbook(tmp_path).choices.rows == ()


def test_an_empty_survey_sheet_says_so(tmp_path) -> None:
    assert csv_fault(tmp_path, b"type,name\n").code == "no-survey"


def test_a_path_that_leads_nowhere_says_so(tmp_path) -> None:
    with pytest.raises(InstrumentError) as caught:
        read_workbook(tmp_path / "nothing.xlsx")
    assert caught.value.faults[0].code == "no-file"


def test_rows_count_as_a_spreadsheet_shows_them(tmp_path) -> None:
    write_folder(tmp_path)
    with (tmp_path / "survey.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["type", "name"], [], ["note", "two\nlines"], ["note", "b"]])
    assert [row.number for row in read_workbook(tmp_path).survey.rows] == [3, 4]
