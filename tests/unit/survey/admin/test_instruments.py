"""Designers publish from files: whole or not at all, every fault at sheet, row and column."""

import io

import pytest
import yaml

from survey.errors import InstrumentError
from survey.operations.publishing import read_questionnaire
from survey.queries.instruments import listed_trees, published_versions
from tests.unit.survey.instruments.workbooks import SURVEY, write_xlsx

ADDRESS = "/admin/instruments"
TREE = {
    "index": "thu", "title": {"vi": "Cây thử"}, "scale": [1, 10], "min_n": 10,
    "tree": {"code": "A", "item": "age", "range": [18, 120]},
}  # fmt: skip


@pytest.fixture
def de(enter):
    """A designer at a browser."""
    return enter("de")


def publish(browser, workbook: bytes):
    return browser.post(ADDRESS, data={"workbook": (io.BytesIO(workbook), "phiếu.xlsx")})


def keep(browser, mapping, version: str = "small/1"):
    source = yaml.safe_dump(mapping, allow_unicode=True).encode()
    form = {"version": version, "tree": (io.BytesIO(source), "index.thu.yaml")}
    return browser.post(f"{ADDRESS}/trees", data=form)


def published(database) -> list[str]:
    with database.reading() as connection:
        return [version.name for version in published_versions(connection)]


def test_a_workbook_is_published_once_and_its_bytes_stay(de, database, deeds):
    good = write_xlsx()
    assert publish(de, good).status_code == 303
    assert publish(de, good).status_code == 303
    assert published(database) == ["small/1"]
    other = write_xlsx(survey=SURVEY[:-1])
    refused = publish(de, other)
    assert refused.status_code == 409
    assert "tăng số phiên bản" in refused.text
    assert [action for who, action, _ in deeds() if who == "de"][-1] == "instrument-published"


def test_a_workbook_with_faults_leaves_no_trace(de, database):
    bad = write_xlsx(survey=[*SURVEY, {"type": "select_one nowhere", "name": "sex"}])
    page = publish(de, bad)
    assert page.status_code == 422
    assert "trang survey, dòng" in page.text
    assert published(database) == []


def test_what_is_no_workbook_is_said_to_be_none(de, database):
    assert publish(de, b"PK\x03\x04 not a workbook").status_code == 422
    assert de.post(ADDRESS, data={}).status_code == 422
    assert published(database) == []


def test_a_file_over_two_megabytes_is_not_opened():
    with pytest.raises(InstrumentError, match="at most 2048 KB"):
        read_questionnaire(b"x" * (2 * 1024 * 1024 + 1), "phiếu.xlsx")


def test_a_tree_is_checked_against_its_items_and_by_the_engine(de, database):
    publish(de, write_xlsx())
    lost = {**TREE, "tree": {"code": "A", "item": "agge", "range": [18, 120]}}
    assert "agge" in keep(de, lost).text
    flat = {**TREE, "tree": {"code": "A", "item": "age", "range": [18, 18]}}
    refused = keep(de, flat)
    assert refused.status_code == 422
    assert "không tính được" in refused.text
    assert keep(de, TREE).status_code == 303
    assert keep(de, TREE).status_code == 303
    with database.reading() as connection:
        assert [tree.code for tree in listed_trees(connection, "small")] == ["thu"]
    assert "Cây thử" in de.get(ADDRESS).text
