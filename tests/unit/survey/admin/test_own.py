"""One's own password and sessions."""

import datetime as dt

import pytest

from tests.unit.survey.admin.conftest import PASSWORD

GOOD = "mưa rơi trên mái tranh"


def change(browser, current=PASSWORD, new=GOOD):
    form = {"current": current, "password": new, "again": new}
    return browser.post("/account/password", data=form)


def log_in(app, password):
    return app.test_client().post("/login", data={"login": "hoa", "password": password})


def test_a_changed_password_ends_other_sessions_and_keeps_this_browser(app, enter, deeds):
    other, hoa = enter("hoa"), enter("hoa")
    before = hoa.get_cookie("staff").value
    assert change(hoa).status_code == 303
    assert hoa.get_cookie("staff").value != before
    assert hoa.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert log_in(app, PASSWORD).status_code == 401
    assert log_in(app, GOOD).status_code == 302
    assert ("hoa", "password-set", "staff:hoa") in deeds()


def test_the_present_password_is_asked_and_counted_like_a_log_in(enter, clock, deeds):
    hoa = enter("hoa")
    for _ in range(5):
        assert change(hoa, current="không phải mật khẩu").status_code == 422
    assert change(hoa).status_code == 422
    assert ("hoa", "lock-out", "staff:hoa") in deeds()
    clock.moment += dt.timedelta(minutes=1, seconds=1)
    assert change(hoa).status_code == 303


@pytest.mark.parametrize("new", ["ngắn quá", "passwordpassword", "tôi tên là hoa đây"])
def test_a_new_password_that_may_not_be_one_changes_nothing(app, enter, new):
    hoa = enter("hoa")
    for _ in range(6):
        assert change(hoa, new=new).status_code == 422
    assert log_in(app, PASSWORD).status_code == 302


def test_all_of_ones_sessions_are_ended_here_too(enter, deeds):
    other, hoa = enter("hoa"), enter("hoa")
    assert "Phiên làm việc đang mở" in hoa.get("/account/sessions").text
    reply = hoa.post("/account/sessions")
    assert reply.location == "/login"
    assert '"cookies"' in reply.headers["Clear-Site-Data"]
    for browser in (other, hoa):
        assert browser.get("/account").status_code == 302
    assert deeds()[-1] == ("hoa", "sessions-ended", "staff:hoa")


def test_log_ins_leave_lines_and_what_was_typed_does_not(app, staff, deeds, database):
    assert staff
    browser = app.test_client()
    for login, password in (("hoa", PASSWORD), ("hoa", "sai hết cả rồi"), (PASSWORD, "hoa")):
        browser.post("/login", data={"login": login, "password": password})
    browser.post("/logout")
    assert [deed for deed in deeds() if deed[1].startswith("log-")] == [
        ("hoa", "log-in", "staff:hoa"),
        ("hoa", "log-in-failed", "staff:hoa"),
        ("", "log-in-failed", ""),
        ("hoa", "log-out", "staff:hoa"),
    ]
    with database.reading() as connection:
        written = connection.exec_driver_sql("SELECT * FROM audit").all()
    assert PASSWORD not in repr(written)
