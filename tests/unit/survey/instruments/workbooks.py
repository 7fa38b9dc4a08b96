"""Small questionnaires as sheets: a good one, and ways to write any other."""

import csv
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl

VI, EN = "Tiếng Việt (vi)", "English (en)"
Rows = Sequence[dict[str, str]]

CHOICES: Rows = [
    {"list_name": "sex", "name": "1", "vi": "Nam", "en": "Man"},
    {"list_name": "sex", "name": "2", "vi": "Nữ", "en": "Woman"},
    {"list_name": "channel", "name": "tv", "vi": "Ti vi", "en": "TV", "area": "all"},
    {"list_name": "channel", "name": "zalo", "vi": "Zalo", "en": "Zalo", "area": "1"},
    {"list_name": "channel", "name": "other", "vi": "Khác", "en": "Other", "area": "all"},
    {"list_name": "channel", "name": "dk", "vi": "Không biết", "en": "Don't know", "area": "all"},
]
SETTINGS: Rows = [
    {
        "form_id": "small",
        "version": "1",
        "form_title": "Phiếu nhỏ",
        "form_title_en": "Small form",
        "default_language": VI,
    }
]
SURVEY: Rows = [
    {"type": "calculate", "name": "place", "calculation": "'xã/phường'"},
    {"type": "begin_group", "name": "profile", "vi": "Thông tin", "en": "About you"},
    {"type": "select_one sex", "name": "sex", "vi": "Giới tính", "en": "Sex", "required": "yes"},
    {
        "type": "integer",
        "name": "age",
        "vi": "Tuổi",
        "en": "Age",
        "constraint": ". >= 18 and . <= 120",
        "constraint_message::" + VI: "Từ 18 đến 120",
        "constraint_message::" + EN: "From 18 to 120",
    },
    {"type": "end_group"},
    {
        "type": "begin_group",
        "name": "media",
        "relevant": "${age} >= 20",
        "appearance": "field-list",
    },
    {
        "type": "select_multiple channel",
        "name": "channels",
        "vi": "Ở ${place}, Ông/Bà nghe tin qua đâu?",
        "en": "How do you hear news in ${place}?",
        "choice_filter": "area = 'all' or area = ${sex}",
        "required": "yes",
    },
    {
        "type": "select_one channel",
        "name": "best",
        "vi": "Kênh nào tốt nhất?",
        "en": "Which is best?",
        "relevant": "count-selected(${channels}) > 1",
    },
    {"type": "end_group"},
    {"type": "note", "name": "thanks", "vi": "Cảm ơn", "en": "Thank you"},
    {"type": "date", "name": "seen_on", "vi": "Ngày nào?", "en": "When?"},
    {"type": "decimal", "name": "hours", "vi": "Mấy giờ?", "en": "How many hours?"},
    {"type": "text", "name": "remark", "vi": "Góp ý", "en": "Remarks"},
]


def _named(row: dict[str, str]) -> dict[str, str]:
    names = {"vi": f"label::{VI}", "en": f"label::{EN}"}
    return {names.get(key, key): value for key, value in row.items()}


def sheet_table(rows: Rows) -> list[list[str]]:
    """Return a sheet as a table: its headings, then its rows."""
    named = [_named(row) for row in rows]
    headings = list(dict.fromkeys(key for row in named for key in row))
    return [headings, *([row.get(key, "") for key in headings] for row in named)]


def write_folder(
    folder: Path, survey: Rows = SURVEY, choices: Rows = CHOICES, settings: Rows = SETTINGS
) -> Path:
    """Write three CSV sheets and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(sheet_table(rows))
    return folder


def write_xlsx(survey: Rows = SURVEY, choices: Rows = CHOICES, settings: Rows = SETTINGS) -> bytes:
    """Return the bytes of an .xlsx workbook with the three sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = book.create_sheet(name)
        for row in sheet_table(rows):
            sheet.append([cell or None for cell in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(rows: Rows, name: str, /, **cells: str) -> list[dict[str, str]]:
    """Return the rows with other cells in the row of that name."""
    return [{**row, **cells} if row.get("name") == name else dict(row) for row in rows]
