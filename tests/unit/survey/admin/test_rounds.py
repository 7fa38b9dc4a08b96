"""Rounds in the admin door: prepared, opened, changed; locked once responses rest on them."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.instruments.model import Instrument
from survey.instruments.trees import TreeSource
from survey.models import Round, SampledPlace
from survey.models.audit import AuditEntry
from survey.operations.rounds import keep_tree, publish_instrument
from survey.queries.rounds import round_facts, sampled_places
from survey.queries.weighting import newest_weighting, weighting_in_force
from survey.seals import sha256_hex
from survey.terms import ItemKind
from tests.build import a_body, an_id, an_instrument, an_item

TREE = TreeSource(
    "cay", {"vi": "Cây thử", "en": "Trial tree"},
    {"index": "cay", "scale": [0, 100], "tree": {"code": "A", "item": "s01", "range": [1, 5]}},
    sha256_hex(b"cay"),
)  # fmt: skip
FORM = {
    "code": "son-la-2027", "title_vi": "Đợt tỉnh Sơn La", "title_en": "Sơn La round",
    "opens_on": "2026-12-01", "closes_on": "2027-02-28", "trees": [TREE.sha256],
    "access": "credential", "consent_version": "1", "consent_vi": "Mục đích: thử.\nTự nguyện.",
    "consent_en": "Purpose: trial.", "place_item": "", "ask_sex": "y",
}  # fmt: skip
HEAD = "place,name,stratum,psu,base_weight,target,class,certainty"
SAMPLE = f"""{HEAD}
03694.01,Bản Một,núi,a,10,20,xa,1
03694.02,Bản Hai,núi,b,"12,5",20,xa,0
03688.01,Bản Ba,thấp,c,7,20,gần,
03688.02,Bản Bốn,thấp,d,9,20,gần,
"""


def with_ethnic() -> Instrument:
    small = an_instrument()
    ethnic = an_item("ethnic", ItemKind.SELECT_ONE, "kinh", "thai", is_profile=True)
    return replace(small, items=(*small.items, ethnic), sha256=sha256_hex(b"small with ethnic"))


@pytest.fixture
def lan(database, enter, places):  # noqa: ARG001 - communes must be known
    """An administrator at a browser; an instrument with its tree is published."""
    with database.writing() as connection:
        publish_instrument(connection, with_ethnic())
        keep_tree(connection, with_ethnic(), TREE)
    return enter("lan")


@pytest.fixture
def read(database):
    def read(query, *facts):
        with database.reading() as connection:
            return query(connection, *facts)

    return read


def prepare(browser, **changes):
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return browser.post("/admin/rounds/new/small/1", data=form)


def upload(browser, text=SAMPLE, policy="", code="son-la-2027"):
    file = (io.BytesIO(text.encode()), "mẫu.csv")
    form = {"sample": file, "lonely_psu": policy}
    return browser.post(f"/admin/rounds/{code}/sample", data=form)


def press(browser, deed, code="son-la-2027", **facts):
    return browser.post(f"/admin/rounds/{code}/{deed}", data=facts)


def opened(browser) -> None:
    prepare(browser)
    upload(browser)
    assert press(browser, "open").status_code == 303


def respond(database) -> None:
    """Store one response, as if a device had sent it."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO response (id, round, instrument, instrument_version, instrument_sha256,"
            " place, channel, device, state, notes, received_hour, sha256, body) VALUES (?, ?, ?,"
            " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (an_id(), "son-la-2027", "small", "1", "a" * 64, "03694.01", "device", "d",
             "complete", "[]", "2026-11-21 05:00:00", "c" * 64, a_body()),
        )  # fmt: skip


def test_a_round_begins_as_a_draft_that_nobody_else_sees(lan, enter, read):
    assert prepare(lan).status_code == 303
    facts = read(round_facts, "son-la-2027")
    assert facts.is_draft
    assert (facts.items_off, facts.place_item, facts.variables) == (["ethnic"], None, {})
    assert "bản nháp" in lan.get("/admin/rounds").text
    assert enter("hoa").get("/analyst/rounds/son-la-2027").status_code == 404
    assert "Đợt tỉnh Sơn La" not in enter("hoa").get("/analyst/").text
    assert lan.get("/api/v1/rounds/son-la-2027").status_code == 404


def test_the_place_of_a_round_is_typed_by_name_or_code(lan, read):
    page = prepare(lan, place="Đoàn Kết")
    assert page.status_code == 422
    assert "04000" in page.text
    assert "06001" in page.text
    assert "Không tìm thấy địa bàn" in prepare(lan, place="Atlantis").text
    assert prepare(lan, place="sơn la").status_code == 303
    assert read(round_facts, "son-la-2027").place == "14"
    assert "Tỉnh Sơn La" in lan.get("/admin/rounds/son-la-2027").text


def test_a_form_that_cannot_be_asked_says_what_is_wrong_and_keeps_what_was_typed(lan, read):
    page = prepare(lan, code="Sơn La", closes_on="2026-11-01", trees=[], title_en=" ")
    assert page.status_code == 422
    for words in ("chữ thường không dấu", "ít nhất một cây chỉ số", "Xin điền mục này"):
        assert words in page.text
    assert 'value="Đợt tỉnh Sơn La"' in page.text
    assert "Ngày cuối phải từ ngày đầu" in prepare(lan, closes_on="2026-11-01").text
    assert read(lambda connection: connection.scalar(select(Round.code))) is None


def test_the_ethnic_group_is_asked_only_with_its_purpose_which_the_citizen_reads(lan, read):
    refused = prepare(lan, ask_ethnic="y")
    assert refused.status_code == 422
    assert "chỉ được hỏi khi nêu rõ mục đích" in refused.text
    asked = {"ask_ethnic": "y", "why_ethnic_vi": "biết nhóm nào ít được phục vụ"}
    assert prepare(lan, **asked, access="open", place_item="place").status_code == 303
    assert press(lan, "open").status_code == 303
    told = read(round_facts, "son-la-2027").consent_told["vi"]
    assert told.endswith("Dân tộc: câu này chỉ được hỏi để biết nhóm nào ít được phục vụ")


def test_the_same_code_is_taken_once(lan):
    prepare(lan)
    assert "đã có đợt khảo sát khác dùng" in prepare(lan).text


def test_a_round_by_credential_opens_only_with_its_sample(lan, read):
    prepare(lan)
    assert "cần có mẫu trước khi mở" in press(lan, "open").text
    assert upload(lan).status_code == 303
    assert press(lan, "open").status_code == 303
    assert not read(round_facts, "son-la-2027").is_draft
    found = read(sampled_places, "son-la-2027")
    assert [(place.place, place.base_weight, place.target_count) for place in found] == [
        ("03688.01", 7, 20), ("03688.02", 9, 20), ("03694.01", 10, 20), ("03694.02", 12.5, 20),
    ]  # fmt: skip
    assert lan.get("/api/v1/rounds/son-la-2027").status_code == 200


def test_a_round_is_closed_and_opened_again(lan, read, deeds):
    opened(lan)
    assert press(lan, "close").status_code == 303
    assert read(round_facts, "son-la-2027").is_closed
    assert press(lan, "open").status_code == 303
    assert not read(round_facts, "son-la-2027").is_closed
    assert press(lan, "open").status_code == 409
    done = [action for _, action, on in deeds() if on == "round:son-la-2027"]
    assert done == [
        "round-prepared", "sample-stored", "round-opened", "round-closed", "round-opened",
    ]  # fmt: skip


def test_a_draft_can_be_discarded_an_opened_round_cannot(lan, read):
    prepare(lan)
    upload(lan, policy="average")
    assert press(lan, "discard").status_code == 303
    assert read(lambda connection: connection.scalar(select(SampledPlace.id))) is None
    opened(lan)
    assert press(lan, "discard").status_code == 409


def test_villages_of_the_official_sample_need_a_reason_in_its_months(lan, read, database):
    prepare(lan, opens_on="2026-10-15", closes_on="2026-12-20")
    upload(lan)
    refused = press(lan, "open")
    assert refused.status_code == 409
    assert "03694.01" in refused.text
    assert 'name="reason"' in refused.text
    assert read(round_facts, "son-la-2027").is_draft
    assert press(lan, "open", reason="Sở yêu cầu, đã báo UNDP").status_code == 303
    query = select(AuditEntry.reason).where(AuditEntry.action == "certainty-overridden")
    with database.reading() as connection:
        assert connection.scalar(query) == "Sở yêu cầu, đã báo UNDP"


def test_a_longer_period_is_held_to_the_same_warning(lan, read):
    opened(lan)
    longer = {**FORM, "closes_on": "2027-08-01"}
    refused = lan.post("/admin/rounds/son-la-2027/edit", data=longer)
    assert refused.status_code == 422
    assert 'name="reason"' in refused.text
    kept = lan.post("/admin/rounds/son-la-2027/edit", data={**longer, "reason": "Đã báo"})
    assert kept.status_code == 303
    assert str(read(round_facts, "son-la-2027").closes_on) == "2027-08-01"


def test_under_responses_only_what_touches_none_of_them_changes(lan, read, database):
    opened(lan)
    respond(database)
    page = lan.get("/admin/rounds/son-la-2027/edit").text
    assert "không đổi được nữa" in page
    assert 'name="consent_vi"' not in page
    assert 'name="opens_on"' not in page
    changes = {**FORM, "title_vi": "Tên mới", "closes_on": "2027-03-31", "consent_vi": "Khác"}
    assert lan.post("/admin/rounds/son-la-2027/edit", data=changes).status_code == 303
    facts = read(round_facts, "son-la-2027")
    assert (facts.title["vi"], str(facts.closes_on)) == ("Tên mới", "2027-03-31")
    assert facts.consent["vi"] == FORM["consent_vi"]
    refused = upload(lan)
    assert refused.status_code == 422
    assert "không thay đổi được nữa" in refused.text


def test_weights_are_proposed_not_used(lan, read):
    opened(lan)
    margins = "variable,value,total\nsex,1,0.49\nsex,2,0.51\n"
    form = {
        "lonely_psu": "average", "by_classes": "y", "kind": "raking",
        "margins": (io.BytesIO(margins.encode()), "biên.csv"),
    }  # fmt: skip
    assert lan.post("/admin/rounds/son-la-2027/weighting", data=form).status_code == 303
    newest = read(newest_weighting, "son-la-2027")
    assert newest.margins == {"sex": {"1": 0.49, "2": 0.51}}
    assert (newest.by_classes, newest.kind, newest.accepted_at) == (True, "raking", None)
    assert read(weighting_in_force, "son-la-2027").is_plain
    assert "đang chờ người phân tích" in lan.get("/admin/rounds/son-la-2027").text
    form = {"lonely_psu": "refuse", "kind": "poststratify"}
    assert lan.post("/admin/rounds/son-la-2027/weighting", data=form).status_code == 303
    assert read(newest_weighting, "son-la-2027").margins == newest.margins


def test_the_page_names_every_fault_of_a_file_and_stores_nothing(lan, read):
    prepare(lan)
    page = upload(lan, f"{HEAD}\n99999,x,núi,a,0,20,xa,\n03694.01,Bản,núi,a,5,20,xa,2\n")
    assert page.status_code == 422
    for words in ("dòng 2, cột place", "dòng 2, cột base_weight", "dòng 3, cột certainty"):
        assert words in page.text
    assert read(sampled_places, "son-la-2027") == []
