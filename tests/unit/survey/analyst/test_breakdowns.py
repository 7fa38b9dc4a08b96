"""Breakdowns: only from a released snapshot, by name and not by score, released by an analyst."""

import re

import pytest
from sqlalchemy import select

from survey.errors import StateError
from survey.models import AuditEntry
from survey.operations.releases import release_scores
from survey.operations.score_runs import repeat, run_scores
from survey.queries.releases import latest_release
from survey.queries.scores import Part, latest_run
from survey.queries.staff import OPERATOR
from tests.unit.survey.analyst.conftest import SAMPLED, a_tree

TREE = "/analyst/rounds/mau/nho"
WARNING = "Ước lượng nội bộ, không phải kết quả chính thức"


def released(database, tree="nho"):
    with database.reading() as connection:
        return latest_release(connection, "mau", a_tree(tree).sha256)


@pytest.fixture
def scored(fieldwork, database):
    """Forty answers in each of four communes, and estimates of them."""
    fieldwork.answer_everywhere(40)
    run_scores(database, "mau")
    return fieldwork


@pytest.mark.usefixtures("scored")
def test_before_a_release_there_is_no_group_to_be_seen(log_in):
    browser = log_in("analyst")
    page = browser.get(f"{TREE}/by").text
    assert "Chưa công bố bản chụp nào" in page
    assert "Công bố bản chụp của đợt khảo sát" in page
    assert browser.get(f"{TREE}/by/sex").status_code == 404
    assert browser.get(f"{TREE}/by/sex.csv").status_code == 404


@pytest.mark.usefixtures("scored")
def test_an_analyst_releases_with_a_reason_and_the_chain_keeps_it(database, log_in):
    browser = log_in("analyst")
    assert browser.post(f"{TREE}/by", data={"reason": " "}).status_code == 422
    reply = browser.post(f"{TREE}/by", data={"reason": "kết thúc thực địa"})
    assert reply.location.endswith("/by/stratum")
    with database.reading() as connection:
        line = connection.execute(
            select(AuditEntry.__table__).where(AuditEntry.action == "scores-released")
        ).one()
    assert (line.actor, line.object, line.reason) == ("analyst", "round:mau", "kết thúc thực địa")
    again = browser.post(f"{TREE}/by", data={"reason": "lần nữa"})
    assert again.status_code == 409
    assert "Không có ước lượng nào mới" in again.text


@pytest.mark.usefixtures("scored")
def test_every_tree_is_released_over_the_same_responses(database):
    release_scores(database, "mau", OPERATOR, "thử")
    assert released(database).answers_sha256 == released(database, "doi").answers_sha256


@pytest.mark.usefixtures("scored")
def test_a_released_run_is_made_again_bit_for_bit_and_the_estimates_stay(database):
    with database.reading() as connection:
        before = latest_run(connection, "mau", Part.SAMPLE, a_tree().sha256)
    release_scores(database, "mau", OPERATOR, "thử")
    run = released(database)
    repeat(database, run)
    for one, other in zip(before.results["estimates"], run.results["estimates"], strict=True):
        assert one["estimate"] == pytest.approx(other["estimate"], rel=1e-12)
        assert one["n"] == other["n"]


@pytest.mark.usefixtures("scored")
def test_groups_stand_by_name_beside_the_whole_sample(database, log_in):
    release_scores(database, "mau", OPERATOR, "thử")
    browser = log_in("analyst")
    page = browser.get(f"{TREE}/by/commune").text
    assert WARNING in page
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th>', body) == sorted(SAMPLED)
    assert "≈ 40" in body
    assert "không xếp hạng" in page
    assert "Toàn mẫu" in browser.get(f"{TREE}/by/stratum").text


@pytest.mark.usefixtures("scored")
def test_two_groups_are_compared_with_each_other(database, log_in):
    """Half are women everywhere: of item A the two differ by what the answers say."""
    release_scores(database, "mau", OPERATOR, "thử")
    rows = released(database).results["breakdowns"]["columns"]["sex"]
    by = {(row["value"], row["node"]): row for row in rows}
    assert by["1", "A"]["against"] == "2"
    assert by["1", "A"]["difference"] == -by["2", "A"]["difference"]
    assert "Hai nhóm được so với nhau" in log_in("analyst").get(f"{TREE}/by/sex").text


def test_nothing_new_is_not_released_and_few_more_are_not_told_apart(scored, database):
    release_scores(database, "mau", OPERATOR, "thử")
    with pytest.raises(StateError, match="since the last release"):
        release_scores(database, "mau", OPERATOR, "thử")
    for place in SAMPLED:
        scored.answer(place, 3)
    run_scores(database, "mau")
    release_scores(database, "mau", OPERATOR, "thử")
    rows = released(database).results["breakdowns"]["columns"]["commune"]
    assert {row["estimate"] for row in rows} == {None}
    assert {"moved"} <= {note["fact"] for row in rows for note in row["notes"]}
    repeat(database, released(database))


@pytest.mark.usefixtures("fieldwork")
def test_a_round_without_estimates_has_nothing_to_release(database):
    with pytest.raises(StateError, match="since the last release"):
        release_scores(database, "mau", OPERATOR, "thử")


@pytest.mark.usefixtures("scored")
def test_an_unknown_column_or_node_is_not_found(database, log_in):
    release_scores(database, "mau", OPERATOR, "thử")
    browser = log_in("analyst")
    assert browser.get(f"{TREE}/by/ethnic").status_code == 404
    assert browser.get(f"{TREE}/by/sex?node=none").status_code == 404


@pytest.mark.usefixtures("scored")
def test_a_file_of_groups_says_what_it_is(database, log_in):
    release_scores(database, "mau", OPERATOR, "thử")
    browser = log_in("analyst")
    text = browser.get(f"{TREE}/by/sex.csv").data.decode("utf-8-sig")
    assert WARNING in text
    assert "CANARY-7f3a" not in text
    assert browser.get(f"{TREE}/by/sex.xlsx").data.startswith(b"PK")
