"""Tables as files for other programs: CSV and XLSX in which nothing is ever a formula or a link.

It must not know what the tables are about.
"""

import csv
import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final, TypeAlias

import xlsxwriter

Cell: TypeAlias = str | int | float | None

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS: Final = frozenset("=+-@\t\r\n\0")
_INVISIBLE: Final = frozenset({"Zs", "Cf"})
LONGEST_TEXT: Final = 32_767
"""What a cell of a workbook holds; a longer text would be left out without a word."""

DECIMALS: Final = 6
WIDEST, NARROWEST = 60, 8


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its headings, its rows."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Imprint:
    """What a workbook says of itself on each printed page and in its properties."""

    title: str
    warning: str
    made_at: dt.datetime


def csv_cell(value: Cell) -> str:
    """Return a value as a CSV cell; a text that a spreadsheet might compute gets a ' before it.

    Numbers stay numbers (-98 is one). Full-width and small forms of a sign count as the sign;
    blanks and invisible marks before it are looked through.
    """
    if isinstance(value, str):
        return f"'{value}" if _begins_like_a_formula(value) else value
    return "" if value is None else repr(_rounded(value))


def csv_bytes(sheet: Sheet) -> bytes:
    """Return a table as RFC 4180 CSV: quoted, with points, in UTF-8 with the mark for Excel."""
    lines = StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (sheet.head, *sheet.rows):
        writer.writerow([csv_cell(value) for value in row])
    return lines.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Sequence[Sheet], imprint: Imprint) -> bytes:
    """Return tables as a workbook: texts typed as texts; the same bytes each time."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        made_at = imprint.made_at.astimezone(dt.UTC).replace(tzinfo=None)
        book.set_properties(
            {"title": imprint.title, "comments": imprint.warning, "created": made_at}
        )
        bold = book.add_format({"bold": True, "bottom": 1, "quote_prefix": True})
        text = book.add_format({"quote_prefix": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for column, heading in enumerate(sheet.head):
                page.write_string(0, column, heading, bold)
                page.set_column(column, column, _width(sheet, column))
            for place, row in enumerate(sheet.rows, start=1):
                _write_row(page, place, row, text)
            _lay_out(page, sheet, imprint)
    return content.getvalue()


def _write_row(
    page: xlsxwriter.worksheet.Worksheet,
    place: int,
    row: Sequence[Cell],
    text: xlsxwriter.format.Format,
) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(place, column, value[:LONGEST_TEXT], text)
        elif value is not None:
            page.write_number(place, column, _rounded(value))


def _lay_out(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, imprint: Imprint) -> None:
    """Keep the headings in sight; say the warning on each page that is printed."""
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.head) - 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_header(f"&C{imprint.warning.replace('&', '&&')}")
    page.set_footer("&R&P / &N")


def _width(sheet: Sheet, column: int) -> int:
    lengths = [len(str(row[column])) for row in sheet.rows if row[column] is not None]
    return min(max([NARROWEST, len(sheet.head[column]) + 3, *lengths]), WIDEST)


def _rounded(value: float) -> float:
    return round(value, DECIMALS)


def _begins_like_a_formula(text: str) -> bool:
    for character in text:
        if character in DANGEROUS or unicodedata.category(character) == "Cc":
            return True
        if unicodedata.category(character) not in _INVISIBLE:
            return unicodedata.normalize("NFKC", character)[0] in DANGEROUS
    return False
