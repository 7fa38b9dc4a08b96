"""The pages of devices and of the audit chain, and the auditor's command."""

import re

import pytest
from sqlalchemy import text

from survey.admin.words import action_words
from survey.operations.responses import receive_response
from survey.operations.submissions import read_submission
from survey.queries.audit import check_chain
from survey.queries.devices import device_of_key
from survey.seals import token_digest
from survey.terms import AuditAction
from tests.build import a_body, an_id, with_rounds

KEY = re.compile(r"<code>([\w-]{40,})</code>")


def enrol(browser, place="14", name="Máy bảng quầy 2"):
    return browser.post("/admin/devices", data={"name": name, "place": place})


@pytest.mark.usefixtures("places")
def test_a_key_is_shown_once_and_works_until_revoked(enter, database, deeds):
    lan = enter("lan")
    page = enrol(lan)
    assert "Tỉnh Sơn La" in page.text
    key = KEY.search(page.text)[1]
    with database.reading() as connection:
        sender = device_of_key(connection, token_digest(key))
    assert key not in lan.get("/admin/devices").text
    assert lan.post(f"/admin/devices/{sender.device}/revoke").status_code == 303
    assert lan.post(f"/admin/devices/{sender.device}/revoke").status_code == 404
    assert "đã thu hồi" in lan.get("/admin/devices").text
    with database.reading() as connection:
        assert device_of_key(connection, token_digest(key)).is_revoked
    assert [deed[:2] for deed in deeds()[-2:]] == [
        ("lan", "device-enrolled"), ("lan", "device-revoked"),
    ]  # fmt: skip


def test_a_device_of_a_place_that_nobody_knows_is_not_enrolled(enter):
    page = enrol(enter("lan"), place="99")
    assert page.status_code == 422
    assert "Không tìm thấy" in page.text


def test_a_device_may_send_for_a_place_of_a_sample(enter, database):
    with_rounds(database)
    assert KEY.search(enrol(enter("lan"), place="00001").text)


def test_one_sees_when_a_device_was_last_heard(enter, store):
    key = with_rounds(store.database)
    lan = enter("lan")
    assert "chưa nhận" in lan.get("/admin/devices").text
    with store.database.reading() as connection:
        sender = device_of_key(connection, token_digest(key))
    submission = read_submission(an_id(), a_body(round="kin"), sender)
    receive_response(store.database, store.keys, submission)
    page = lan.get("/admin/devices").text
    assert "12:00 21/11/2026" in page
    assert "chưa nhận" not in page


def test_an_auditor_reads_the_chain_page_by_page(enter):
    for _ in range(60):
        tuan = enter("tuan")
    page = tuan.get("/admin/audit")
    assert "Chuỗi nguyên vẹn: 65 dòng" in page.text
    assert page.text.count("<tr>") == 51
    before = int(re.search(r"before=(\d+)", page.text)[1])
    older = tuan.get(f"/admin/audit?before={before}")
    assert older.text.count("<tr>") == 16
    assert "Các dòng cũ hơn" not in older.text


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("actor=tuan", 1), ("actor=ai", 0), ("action=staff-added", 5), ("object=staff:h", 1),
        ("since=2026-11-21", 6), ("since=2026-11-22", 0), ("until=2026-11-21", 6),
        ("until=2026-11-20", 0), ("since=hôm+qua", 6), ("before=3", 2), ("before=x", 6),
        ("object=%25", 0),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(enter, filters, count):
    page = enter("tuan").get(f"/admin/audit?{filters}").text
    assert page.count("<tr>") == (count + 1 if count else 0)


def test_a_broken_chain_is_said_on_the_page_and_by_the_command(app, enter, database):
    tuan = enter("tuan")
    runner = app.test_cli_runner()
    whole = runner.invoke(args=["audit-verify"])
    assert (whole.exit_code, whole.output.split()[-2]) == (0, "6")
    with database.reading() as connection:
        head = check_chain(connection)
    seen = ["audit-verify", "--seen", str(head.seq)]
    assert runner.invoke(args=[*seen, head.hash]).exit_code == 0
    assert runner.invoke(args=[*seen, "0" * 64]).exit_code == 1
    with database.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_refuses_update"))
        connection.execute(text("UPDATE audit SET actor = 'ai đó' WHERE seq = 4"))
    page = tuan.get("/admin/audit")
    assert "bị hỏng từ dòng 4" in page.text
    broken = runner.invoke(args=["audit-verify"])
    assert broken.exit_code == 1
    assert "line 4" in broken.output


def test_an_auditor_sees_only_the_chain(enter):
    tuan = enter("tuan")
    for page in ("/admin/staff", "/admin/devices", "/analyst/"):
        assert tuan.get(page).status_code == 403
    assert tuan.get("/staff").location == "/admin/audit"


def test_every_deed_has_words(app):
    with app.test_request_context("/"):
        assert [action for action in AuditAction if action_words(action) == action.value] == []
