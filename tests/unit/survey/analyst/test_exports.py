"""Files that leave the house: what they hold, hide, are called, and who may take them."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from sqlalchemy import select

from survey.analyst.exports import MOST_AN_HOUR
from survey.models import AuditEntry
from survey.operations.score_runs import run_scores
from survey.queries.scores import Part, latest_run
from survey.terms import Role
from tests.unit.survey.analyst.conftest import SAMPLED, a_tree

WARNING = "Ước lượng nội bộ, không phải kết quả chính thức"


def newest(database, part=Part.SAMPLE, code="mau"):
    run_scores(database, code)
    with database.reading() as connection:
        return latest_run(connection, code, part, a_tree("nho").sha256)


def address(run, form: str) -> str:
    return f"/analyst/rounds/{run.round}/runs/{run.id}.{form}"


def records(content: bytes) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
    return {row["node"]: row for row in rows}


@pytest.fixture
def run(fieldwork, database):
    fieldwork.answer_everywhere(5)
    return newest(database)


def test_a_csv_file_holds_the_figures_of_the_run(run, log_in):
    reply = log_in("analyst").get(address(run, "csv"))
    assert reply.mimetype == "text/csv"
    written = records(reply.data)
    for row in run.results["estimates"]:
        for name in ("estimate", "se", "low", "high", "df", "n", "deff"):
            cell = written[row["node"]][name]
            assert (float(cell) if cell else None) == pytest.approx(row[name], abs=5e-7)
        assert written[row["node"]]["run"] == run.id
        assert WARNING in written[row["node"]]["warning"]
        assert "dữ liệu mô phỏng" in written[row["node"]]["warning"]
    assert written["A"]["title_vi"] == "Mức hài lòng"
    assert written["A"]["title_en"] == "Satisfaction"


def test_a_workbook_holds_numbers_provenance_and_the_meaning_of_columns(run, log_in):
    book = openpyxl.load_workbook(BytesIO(log_in("analyst").get(address(run, "xlsx")).data))
    assert book.sheetnames == ["estimates", "provenance", "columns"]
    head, *rows = book["estimates"].iter_rows(values_only=True)
    estimates = {row[head.index("node")]: row[head.index("estimate")] for row in rows}
    for row in run.results["estimates"]:
        assert estimates[row["node"]] == pytest.approx(row["estimate"], abs=5e-7)
    facts = {row[0]: row[2] for row in book["provenance"].iter_rows(values_only=True)}
    assert WARNING in facts["warning"]
    assert facts["run"] == run.id
    assert json.loads(facts["options"]) == run.options
    for name in ("instrument_sha256", "tree_sha256", "answers_sha256", "frame_sha256"):
        assert facts[name] == getattr(run, name)
    meanings = {row[0]: row[1:] for row in book["columns"].iter_rows(values_only=True)}
    assert set(head) <= set(meanings)
    assert all(all(words) for words in meanings.values())
    assert not any(cell.data_type == "f" for page in book for row in page for cell in row)
    assert all(WARNING in page.oddHeader.center.text for page in book)


def test_what_the_page_hides_is_empty_with_its_note(fieldwork, database, log_in):
    for place in SAMPLED:
        fieldwork.answer(place, 2)
        fieldwork.answer(place, 1, missing={"sex": "dk"})
    content = log_in("analyst").get(address(newest(database), "csv")).data
    hidden = records(content)["B"]
    assert {hidden[name] for name in ("estimate", "se", "low", "high", "df", "n", "deff")} == {""}
    assert hidden["note_codes"] == "small-n n-below-10"
    assert "Chưa đủ phiếu" in hidden["notes"]
    assert "8 valid answers" not in content.decode()


def test_an_indicative_run_says_so_and_holds_no_error(fieldwork, database, log_in):
    fieldwork.answer(None, 12)
    run = newest(database, Part.INDICATIVE, "mo")
    written = records(log_in("analyst").get(address(run, "csv")).data)
    assert "chỉ báo tham khảo" in written["A"]["warning"]
    assert written["A"]["estimate"]
    assert {written["A"][name] for name in ("se", "low", "high", "df")} == {""}


def test_the_file_is_named_by_round_tree_and_run(run, log_in):
    named = log_in("analyst").get(address(run, "xlsx")).headers["Content-Disposition"]
    assert named == f"attachment; filename=mau-nho-sample-{run.short_code}.xlsx"


def test_an_export_leaves_a_line_in_the_audit_chain(run, database, log_in):
    log_in("analyst").get(address(run, "csv"))
    with database.reading() as connection:
        line = connection.execute(
            select(AuditEntry.actor, AuditEntry.object, AuditEntry.detail).where(
                AuditEntry.action == "exported"
            )
        ).one()
    assert tuple(line)[:2] == ("analyst", f"run:{run.id}")
    assert json.loads(line.detail) == {"form": "csv", "round": "mau"}


def test_the_run_must_be_of_the_round(run, log_in):
    browser = log_in("analyst")
    assert browser.get(f"/analyst/rounds/mo/runs/{run.id}.csv").status_code == 404
    assert browser.get("/analyst/rounds/mau/runs/khong-co.csv").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_only_an_analyst_takes_files_away(run, log_in, role):
    browser = log_in(role.value)
    pages = (address(run, "csv"), address(run, "xlsx"), "/analyst/rounds/mau/codebook/items.csv")
    assert {browser.get(page).status_code for page in pages} == {403}


def test_files_are_limited_by_the_hour(run, log_in):
    browser = log_in("analyst")
    codes = [
        browser.get("/analyst/rounds/mau/codebook/items.csv").status_code
        for _ in range(MOST_AN_HOUR)
    ]
    assert set(codes) == {200}
    refused = browser.get(address(run, "csv"))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 60


def test_the_page_leads_to_its_files(run, log_in):
    page = log_in("analyst").get("/analyst/rounds/mau/nho").text
    assert address(run, "csv") in page
    assert address(run, "xlsx") in page


@pytest.mark.usefixtures("fieldwork")
def test_the_codebook_says_who_is_asked_what(log_in):
    browser = log_in("analyst")
    page = browser.get("/analyst/rounds/mau/codebook/items").text
    assert "“Câu s01” (s01) là “Phương án 1” hoặc “Câu s01” (s01) là “Phương án 2”" in page
    assert "Không muốn trả lời" in page
    english = browser.get("/analyst/rounds/mau/codebook/items?lang=en").text
    assert "“Question s01” (s01) is “Option 1”" in english
    assert "Được hỏi khi" not in english


@pytest.mark.usefixtures("fieldwork")
def test_the_codebook_file_has_a_row_for_each_choice(log_in):
    browser = log_in("analyst")
    content = browser.get("/analyst/rounds/mau/codebook/items.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content, newline="")))
    assert [row["choice"] for row in rows if row["item"] == "s01"] == list("12345")
    assert [row["choice_en"] for row in rows if row["item"] == "sex"] == ["Option 1", "Option 2"]
    assert [row["type"] for row in rows if row["item"] == "age"] == ["integer"]
    assert next(row for row in rows if row["item"] == "age")["accepted_en"]
    book = openpyxl.load_workbook(
        BytesIO(browser.get("/analyst/rounds/mau/codebook/items.xlsx").data)
    )
    assert book.sheetnames == ["items", "missing", "columns"]
    codes = {row[0]: row[2] for row in book["missing"].iter_rows(values_only=True)}
    assert codes["don't know"] == "-2"
