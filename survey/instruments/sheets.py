"""A questionnaire's three sheets as rows of text, from a folder of CSV files or an .xlsx file.

**sha256**: of a workbook, over the bytes of the file. Of a folder, over ``survey.csv``,
``choices.csv`` and ``settings.csv`` in this order, each as its name, a line feed, the length of
the file in decimal, a line feed, and its bytes; a file that is absent adds nothing.
"""

import csv
import hashlib
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import xlsx_to_dict

from survey.errors import Fault, InstrumentError
from survey.instruments.limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    check_size,
    check_workbook,
)
from survey.instruments.mistakes import Mistake, say

_STRAY: Final = {**{code: None for code in range(32) if chr(code) not in "\t\n"}, 0xA0: " "}
SHEETS: Final = ("survey", "choices", "settings")


@dataclass(frozen=True)
class Row:
    """One row: its number as the spreadsheet shows it, and its filled cells by heading."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its headings from left to right, and its rows that are not blank."""

    name: str
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """The three sheets of one questionnaire and the hash of their source."""

    survey: Sheet
    choices: Sheet
    settings: Sheet
    sha256: str


def read_workbook(path: Path) -> Workbook:
    """Read a folder of CSV sheets or an .xlsx file; raise InstrumentError when it cannot be."""
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise _unreadable(path.name, say("no-file", got=path.name))
    return read_xlsx(path.read_bytes(), path.name)


def read_xlsx(source: bytes, name: str) -> Workbook:
    """Read the bytes of an .xlsx file, as uploaded; raise InstrumentError when they cannot be."""
    mistake = check_workbook(source)
    if mistake is not None:
        raise _unreadable(name, mistake)
    try:
        book = xlsx_to_dict(BytesIO(source))
    except PyXFormError as error:
        raise _unreadable(name, say("unreadable", got=str(error))) from error
    except (ParseError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        # A damaged workbook surfaces as any of these in the depth of the XML reader; forbidden
        # entities are a ValueError.
        raise _unreadable(name, say("not-a-workbook")) from error
    for sheet in book["sheet_names"]:  # names, where every other entry is rows
        if str(sheet).strip().lower() == "index":
            raise InstrumentError(name, (_fault(str(sheet), say("index-sheet")),))
    sheets = [_from_pyxform(sheet, book) for sheet in SHEETS]
    return _workbook(name, sheets, hashlib.sha256(source).hexdigest())


def _read_folder(path: Path) -> Workbook:
    digest = hashlib.sha256()
    sheets = []
    for name in SHEETS:
        file = path / f"{name}.csv"
        if not file.is_file():
            sheets.append(Sheet(name))
            continue
        source = file.read_bytes()
        digest.update(f"{file.name}\n{len(source)}\n".encode() + source)
        sheets.append(_read_csv(name, source))
    return _workbook(path.name, sheets, digest.hexdigest())


def _read_csv(name: str, source: bytes) -> Sheet:
    file = f"{name}.csv"
    mistake = check_size(source)
    if mistake is not None:
        raise _unreadable(file, mistake)
    try:
        table = list(csv.reader(StringIO(source.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise _unreadable(file, say("not-utf8")) from error
    except csv.Error as error:
        raise _unreadable(file, say("not-csv", got=str(error))) from error
    headings = [_clean(cell) for cell in table[0]] if table else []
    long = [n for n, cells in enumerate(table, start=1) if any(cells[len(headings) :])]
    if long:
        raise InstrumentError(file, tuple(_fault(name, say("row-long"), row) for row in long))
    rows = (dict(zip(headings, map(_clean, cells), strict=False)) for cells in table[1:])
    return _sheet(name, headings, rows)


def _from_pyxform(name: str, book: Mapping[str, list[dict[str, str]]]) -> Sheet:
    header = book.get(f"{name}_header") or [{}]
    rows = (
        {_clean(heading): _clean(cell) for heading, cell in row.items()}
        for row in book.get(name, [])
    )
    return _sheet(name, [_clean(heading) for heading in header[0]], rows)


def _sheet(name: str, headings: list[str], rows: Iterable[dict[str, str]]) -> Sheet:
    filled = (
        Row(number, {heading: cell for heading, cell in row.items() if heading and cell})
        for number, row in enumerate(rows, start=2)
    )
    return Sheet(name, tuple(headings), tuple(row for row in filled if row.cells))


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.translate(_STRAY).strip())


def _workbook(source: str, sheets: list[Sheet], sha256: str) -> Workbook:
    faults = [fault for sheet in sheets for fault in _shape_faults(sheet)]
    if not sheets[0].rows:
        faults.append(_fault(sheets[0].name, say("no-survey")))
    if faults:
        raise InstrumentError(source, tuple(faults))
    survey, choices, settings = sheets
    return Workbook(survey, choices, settings, sha256)


def _shape_faults(sheet: Sheet) -> Iterable[Fault]:
    if len(sheet.headings) > MAX_COLUMNS or (sheet.rows and sheet.rows[-1].number > MAX_ROWS + 1):
        yield _fault(sheet.name, say("sheet-large", rows=MAX_ROWS, columns=MAX_COLUMNS))
    named = [heading for heading in sheet.headings if heading]
    for heading in sorted({heading for heading in named if named.count(heading) > 1}):
        mistake = say("heading-twice", got=heading)
        yield Fault(mistake.code, sheet.name, 1, heading, mistake.vi, mistake.en)


def _fault(sheet: str, mistake: Mistake, row: int | None = None) -> Fault:
    return Fault(mistake.code, sheet, row, None, mistake.vi, mistake.en)


def _unreadable(source: str, mistake: Mistake) -> InstrumentError:
    return InstrumentError(source, (_fault(source, mistake),))
