"""Accounts: invited, not given; changed and closed by others only; never without an admin."""

import datetime as dt
import re

import pytest
from sqlalchemy import func, select

from survey.errors import StateError
from survey.models import Staff, StaffInvitation, StaffSession
from survey.operations.accounts import disable_staff, renew_invitation
from survey.queries.staff import OPERATOR
from survey.seals import token_digest
from survey.terms import Role
from tests.unit.survey.admin.conftest import PASSWORD

NEW = {"login": "Thào.A", "name": "Thào A Sử", "role": "supervisor", "place": "Sơn La"}
LINK = re.compile(r"/invitation/([\w-]+)")
GOOD = "mưa rơi trên mái tranh"


def invite(browser, **changes):
    return browser.post("/admin/staff/new", data={**NEW, **changes})


def accept(browser, token, password=GOOD, again=None):
    form = {"password": password, "again": password if again is None else again}
    return browser.post(f"/invitation/{token}", data=form)


def log_in(browser, login="thào.a", password=GOOD):
    return browser.post("/login", data={"login": login, "password": password})


def token_in(page) -> str:
    return LINK.search(page.text)[1]


@pytest.mark.usefixtures("places")
def test_who_is_invited_sets_the_password_and_logs_in(app, enter, deeds):
    page = invite(enter("lan"))
    assert page.status_code == 200
    token = token_in(page)
    newcomer = app.test_client()
    assert "Thào A Sử" in newcomer.get(f"/invitation/{token}").text
    assert accept(newcomer, token).status_code == 303
    assert log_in(newcomer).status_code == 302
    assert "Tỉnh Sơn La" in enter("lan").get("/admin/staff?q=thào").text
    done = [(actor, action) for actor, action, on in deeds() if on == "staff:thào.a"]
    assert done == [
        ("lan", "staff-added"), ("lan", "staff-invited"),
        ("thào.a", "password-set"), ("thào.a", "log-in"),
    ]  # fmt: skip


@pytest.mark.usefixtures("places")
def test_an_invitation_works_once(app, enter):
    token = token_in(invite(enter("lan")))
    assert accept(app.test_client(), token).status_code == 303
    assert accept(app.test_client(), token, "một câu khác hẳn").status_code == 404
    assert app.test_client().get(f"/invitation/{token}").status_code == 404


@pytest.mark.usefixtures("places")
def test_an_invitation_ends(app, enter, clock):
    token = token_in(invite(enter("lan")))
    clock.moment += dt.timedelta(days=3, seconds=1)
    assert accept(app.test_client(), token).status_code == 404


@pytest.mark.usefixtures("places")
def test_of_the_link_only_a_digest_is_kept(enter, database):
    token = token_in(invite(enter("lan")))
    with database.reading() as connection:
        assert connection.scalars(select(StaffInvitation.token_digest)).one() == token_digest(
            token
        )


@pytest.mark.usefixtures("places")
def test_looking_at_an_invitation_does_not_use_it_up(app, enter):
    token = token_in(invite(enter("lan")))
    for _ in range(3):
        assert app.test_client().get(f"/invitation/{token}").status_code == 200
    assert accept(app.test_client(), token).status_code == 303


@pytest.mark.usefixtures("places")
def test_nobody_logs_in_to_an_account_without_a_password(app, enter):
    invite(enter("lan"))
    for password in ("", "x", GOOD):
        assert log_in(app.test_client(), password=password).status_code != 302


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("password", "again", "fault"),
    [
        ("mưa rơi", None, "12"),
        ("matkhau123456", None, "dễ đoán"),
        ("tên tôi là thào.a đấy", None, "tên đăng nhập"),
        (GOOD, "mưa rơi trên mái ngói", "chưa giống"),
    ],
)
def test_a_password_that_may_not_be_one_is_refused(app, enter, password, again, fault):
    token = token_in(invite(enter("lan")))
    page = accept(app.test_client(), token, password, again)
    assert page.status_code == 422
    assert fault in page.text


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"login": "HOA"}, "đã có người dùng"),
        ({"place": "Không Đâu"}, "Không tìm thấy"),
        ({"place": "Đoàn Kết"}, "Chưa rõ là địa bàn nào"),
        ({"place": ""}, "chọn địa bàn"),
        ({"name": " "}, "nhập họ và tên"),
        ({"role": "device"}, ""),
        ({"role": "king"}, ""),
    ],
)
def test_an_invitation_that_is_not_clear_is_not_made(enter, database, changes, fault):
    page = invite(enter("lan"), **changes)
    assert page.status_code == 422
    assert fault in page.text
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(StaffInvitation)) == 0


@pytest.mark.usefixtures("places")
def test_a_new_role_ends_the_sessions_and_holds_at_once(enter, staff, database):
    hoa = enter("hoa")
    assert hoa.get("/analyst/").status_code == 200
    form = {"role": "supervisor", "place": "20"}
    assert enter("lan").post(f"/admin/staff/{staff['hoa']}/role", data=form).status_code == 303
    assert hoa.get("/analyst/").status_code == 302
    with database.reading() as connection:
        row = connection.execute(select(Staff.role, Staff.place).where(Staff.id == staff["hoa"]))
        assert tuple(row.one()) == ("supervisor", "20")


def test_a_role_for_all_places_keeps_no_place(enter, staff, database):
    form = {"role": "designer", "place": "14"}
    assert enter("lan").post(f"/admin/staff/{staff['hoa']}/role", data=form).status_code == 303
    with database.reading() as connection:
        assert connection.scalar(select(Staff.place).where(Staff.id == staff["hoa"])) is None


def test_a_closed_account_is_out_at_once_and_comes_back(enter, staff, app):
    hoa, lan = enter("hoa"), enter("lan")
    address = f"/admin/staff/{staff['hoa']}"
    assert lan.post(f"{address}/disable", data={"reason": ""}).status_code == 422
    assert lan.post(f"{address}/disable", data={"reason": "Nghỉ việc"}).status_code == 303
    assert hoa.get("/analyst/").status_code == 302
    assert log_in(app.test_client(), "hoa", PASSWORD).status_code == 401
    assert lan.post(f"{address}/invitation").status_code == 409
    assert lan.post(f"{address}/enable").status_code == 303
    assert log_in(app.test_client(), "hoa", PASSWORD).status_code == 302


def test_a_new_invitation_takes_the_password_away(enter, staff, app):
    hoa = enter("hoa")
    token = token_in(enter("lan").post(f"/admin/staff/{staff['hoa']}/invitation"))
    assert hoa.get("/analyst/").status_code == 302
    assert log_in(app.test_client(), "hoa", PASSWORD).status_code == 401
    assert accept(app.test_client(), token).status_code == 303
    assert log_in(app.test_client(), "hoa").status_code == 302


def test_sessions_are_seen_and_ended(enter, staff, database):
    enter("hoa")
    hoa, lan = enter("hoa"), enter("lan")
    address = f"/admin/staff/{staff['hoa']}"
    assert lan.get(address).text.count("12:30 21/11/2026") == 4
    assert lan.post(f"{address}/sessions").status_code == 303
    assert hoa.get("/analyst/").status_code == 302
    with database.reading() as connection:
        open_now = connection.scalars(select(StaffSession.staff)).all()
    assert open_now == [staff["lan"]]


@pytest.mark.parametrize("deed", ["disable", "role", "invitation"])
def test_nobody_changes_their_own_account(enter, staff, deed):
    form = {"reason": "thử", "role": "analyst", "whole_country": "y"}
    page = enter("lan").post(f"/admin/staff/{staff['lan']}/{deed}", data=form)
    assert page.status_code == 409
    assert "quản trị viên khác" in page.text


def test_the_last_administrator_stays(database, staff):
    with database.writing() as connection:
        disable_staff(connection, staff["minh"], "nghỉ", OPERATOR)
    for deed in (
        lambda connection: disable_staff(connection, staff["lan"], "nghỉ", OPERATOR),
        lambda connection: renew_invitation(connection, staff["lan"], OPERATOR),
    ):
        with pytest.raises(StateError, match="no administrator"), database.writing() as connection:
            deed(connection)
    with database.reading() as connection:
        lan = connection.execute(select(Staff.disabled_at, Staff.password_hash).where(
            Staff.id == staff["lan"]
        )).one()  # fmt: skip
    assert lan.disabled_at is None
    assert lan.password_hash


def test_an_account_has_one_role_so_nobody_has_two_that_exclude_each_other():
    assert not Staff.__table__.c.role.nullable
    assert len([table for table in Staff.metadata.tables.values() if "role" in table.c]) == 2
    assert {Role.DESIGNER, Role.MICRO_ANALYST, Role.ADMIN, Role.KEY_OFFICER} <= set(Role)


def test_an_administrator_finds_no_way_to_answers_or_estimates(enter):
    lan = enter("lan")
    for page in ("/admin/staff", "/admin/devices", "/account"):
        assert "/analyst" not in lan.get(page).text
    assert lan.get("/analyst/").status_code == 403
