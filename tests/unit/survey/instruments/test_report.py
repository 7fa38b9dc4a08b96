"""What check-instrument says, in both languages, and that every sentence exists in both."""

import re
import string
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml

from survey.instruments import mistakes
from survey.instruments.report import check, render_lines
from tests.unit.survey.instruments.workbooks import SURVEY, changed, write_folder, write_xlsx

ROOM = Path(mistakes.__file__).parent
SENTENCES = yaml.safe_load((ROOM / "messages.yaml").read_text(encoding="utf-8"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_the_same_in_both_languages(code) -> None:
    assert set(SENTENCES[code]) == {"vi", "en"}
    assert fields(SENTENCES[code]["vi"]) == fields(SENTENCES[code]["en"])


def test_every_sentence_is_said_somewhere() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    said = set(re.findall(r'"([a-z0-9-]+)"', source))
    built = {f"answer-{code}" for code in said} | {f"text-missing-{code}" for code in said}
    assert set(SENTENCES) <= said | built


def test_a_fine_questionnaire_is_described(tmp_path) -> None:
    report = check(write_folder(tmp_path))
    assert report.is_fine
    assert render_lines(report) == [
        "Phiếu «small», phiên bản 1: không có lỗi.",
        "7 câu hỏi, vi, en; cây chỉ số: chưa có.",
    ]
    assert render_lines(report, "en")[1] == "7 questions, vi, en; index trees: none."


def test_a_workbook_can_be_checked_too(tmp_path) -> None:
    (tmp_path / "small.xlsx").write_bytes(write_xlsx())
    assert check(tmp_path / "small.xlsx").is_fine


def test_an_index_sheet_in_a_workbook_is_refused_aloud(tmp_path) -> None:
    book = openpyxl.load_workbook(BytesIO(write_xlsx()))
    book.create_sheet("Index").append(["index", "scale"])
    book.save(tmp_path / "small.xlsx")
    (fault,) = check(tmp_path / "small.xlsx").faults
    assert (fault.code, fault.sheet) == ("index-sheet", "Index")
    assert "index.<code>.yaml" in fault.en


def test_each_fault_is_one_line_with_its_place(tmp_path) -> None:
    folder = write_folder(tmp_path / "small", changed(SURVEY, "age", relevant="${sexx} = '1'"))
    report = check(folder)
    assert not report.is_fine
    head, line = render_lines(report)
    assert head == "small: có 1 lỗi cần sửa."
    assert line == (
        "- trang survey, dòng 5, cột relevant: Không có câu hỏi nào tên là «sexx». "
        "Có phải ý Anh/Chị là «sex»?"
    )
    assert render_lines(report, "en")[1] == (
        "- sheet survey, row 5, column relevant: There is no item named “sexx”. "
        "Did you mean “sex”?"
    )


def test_a_fault_of_a_tree_names_the_file_and_the_line(tmp_path) -> None:
    folder = write_folder(tmp_path)
    tree = "index: x\ntitle: {vi: x, en: x}\ntree: {code: a, item: agee, range: [0, 1]}\n"
    (folder / "index.x.yaml").write_text(tree)
    line = render_lines(check(folder))[1]
    assert line.startswith("- tệp index.x.yaml, dòng 3, cột item:")
    assert "«age»" in line


def test_sheets_and_trees_are_mended_in_one_go(tmp_path) -> None:
    folder = write_folder(tmp_path, changed(SURVEY, "age", type="nteger"))
    tree = "index: x\ntitle: {vi: x}\ntree: {code: a, item: agee, rnge: [0, 1]}\n"
    (folder / "index.x.yaml").write_text(tree)
    faults = check(folder).faults
    assert [(f.code, f.sheet) for f in faults] == [
        ("type-unknown", "survey"),
        ("tree-key", "index.x.yaml"),
    ]


def test_a_path_that_is_not_there_is_a_fault(tmp_path) -> None:
    assert [fault.code for fault in check(tmp_path / "none").faults] == ["no-file"]
