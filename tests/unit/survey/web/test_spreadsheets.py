"""Files in which nothing is ever computed: a corpus, whatever hypothesis finds, a round trip."""

import csv
import datetime as dt
from io import BytesIO, StringIO
from itertools import product

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.web.spreadsheets import Imprint, Sheet, csv_bytes, csv_cell, xlsx_bytes

IMPRINT = Imprint("Tên", "Lưu ý & cảnh báo", dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫\t\r\n\0"
BEFORE = ("", " ", "   ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2009 ")
AFTER = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.example","bấm")',
    "SUM(A1:A9)*cmd|'/c'!'A'",
)
CORPUS = ["".join(parts) for parts in product(BEFORE, SIGNS, AFTER)]
HARMLESS = [
    "", " ", "Tiếng Việt", "1.1.1", "http://x.example", "’=1", "'=1", "a=b", "– 5", "(=1)", "12-3",
    "#REF!", "−5", '"=1"', "/=1", "%0A=1", "1e5", "TRUE", "0012",
]  # fmt: skip
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


def looks_like_a_formula(text: str) -> bool:
    """Judge a cell as a spreadsheet does, written apart from the product's own rule."""
    shown = text.lstrip(" \u00a0\u3000\u2009\u200b\ufeff")
    return bool(shown) and shown[0] in SIGNS


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_the_corpus_is_as_large_as_was_promised():
    assert len(CORPUS) + len(HARMLESS) >= 200


@pytest.mark.parametrize("before", BEFORE)
def test_no_text_of_the_corpus_begins_like_a_formula(before):
    for text in CORPUS:
        if text.startswith(before):
            assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_stays_as_it_is(text):
    assert csv_cell(text) == text


@given(TEXTS)
def test_whatever_the_text_no_cell_begins_like_a_formula(text):
    cell = csv_cell(text)
    assert not looks_like_a_formula(cell)
    assert cell in {text, f"'{text}"}


@pytest.mark.parametrize(
    ("number", "cell"),
    [(-98, "-98"), (-0.5, "-0.5"), (4.8918, "4.8918"), (1 / 3, "0.333333"), (0, "0")],
)
def test_numbers_stay_numbers_with_points(number, cell):
    assert csv_cell(number) == cell


def test_a_csv_file_opens_in_excel_and_reads_back():
    content = csv_bytes(Sheet("x", ["tên", "điểm"], [["Sơn La, “14”", -1.5], ['a"b\nc', None]]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    assert cells_of(content) == [["tên", "điểm"], ["Sơn La, “14”", "-1.5"], ['a"b\nc', ""]]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5))
def test_a_csv_file_loses_nothing_and_computes_nothing(rows):
    content = csv_bytes(Sheet("x", ["một", "hai"], rows))
    read = cells_of(content)[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(looks_like_a_formula(cell) for row in read for cell in row)


def test_no_cell_of_a_workbook_is_a_formula_or_a_link():
    rows = [[text, -98.5, 7] for text in [*CORPUS, *HARMLESS, "=" * 40_000]]
    content = xlsx_bytes([Sheet("estimates", ["văn bản", "số", "n"], rows)], IMPRINT)
    page = openpyxl.load_workbook(BytesIO(content))["estimates"]
    types = [{cell.data_type for cell in column} for column in page.iter_cols(min_row=2)]
    assert types == [{"s"}, {"n"}, {"n"}]
    assert not any(cell.hyperlink for row in page.iter_rows() for cell in row)
    assert [row[1] for row in page.iter_rows(min_row=2, values_only=True)] == [-98.5] * len(rows)
    assert [len(cell.value) for cell in page["A"][-2:]] == [len(HARMLESS[-1]), 32_767]


def test_every_printed_page_of_a_workbook_carries_the_warning():
    sheets = [Sheet(name, ["a"], [["b"]]) for name in ("một", "hai")]
    book = openpyxl.load_workbook(BytesIO(xlsx_bytes(sheets, IMPRINT)))
    assert [page.oddHeader.center.text for page in book] == ["Lưu ý && cảnh báo"] * 2
    assert book.properties.description == IMPRINT.warning


def test_the_same_tables_give_the_same_bytes():
    sheet = Sheet("x", ["a"], [["b", 1.5]])
    assert xlsx_bytes([sheet], IMPRINT) == xlsx_bytes([sheet], IMPRINT)
