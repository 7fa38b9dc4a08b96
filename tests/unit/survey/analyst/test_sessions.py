"""Log-in: who gets in, what the cookie is, when a session ends."""

import dataclasses
import datetime as dt
import unicodedata

import pytest

from survey.operations.staff import NewStaff, add_staff
from survey.terms import Role
from tests.unit.survey.analyst.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("people")
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def browser(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def attempt(browser, login="analyst", password=PASSWORD, **extra):
    return browser.post("/login", data={"login": login, "password": password}, **extra)


def cookie_of(reply) -> str:
    return next(line for line in reply.headers.getlist("Set-Cookie") if "staff=" in line)


def test_a_form_without_its_token_is_refused(app):
    assert attempt(app.test_client()).status_code == 400


def test_a_right_password_opens_a_session(browser):
    reply = attempt(browser)
    assert reply.status_code == 302
    assert browser.get("/analyst/").status_code == 200


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser):
    over_http = cookie_of(attempt(browser))
    assert over_http.startswith("staff=")
    assert "HttpOnly" in over_http
    assert "SameSite=Strict" in over_http
    over_https = cookie_of(attempt(browser, base_url="https://localhost"))
    assert over_https.startswith("__Host-staff=")
    assert "Secure" in over_https
    assert "Path=/" in over_https


def test_each_log_in_makes_a_new_token(browser):
    assert cookie_of(attempt(browser)) != cookie_of(attempt(browser))


def test_a_new_log_in_ends_the_session_before_it(browser):
    old = cookie_of(attempt(browser)).split(";")[0].partition("=")[2]
    attempt(browser)
    browser.set_cookie("staff", old)
    assert browser.get("/analyst/").status_code == 302


def test_a_page_that_refreshes_itself_keeps_nobody_logged_in(browser, clock):
    attempt(browser)
    for _ in range(8):
        clock.moment += dt.timedelta(minutes=2)
        reply = browser.get("/account", headers={"X-Passive": "1"})
    assert reply.status_code == 302


def test_an_unknown_name_and_a_wrong_password_read_the_same(browser):
    unknown = attempt(browser, login="nobody")
    wrong = attempt(browser, password="sai mật khẩu rồi")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("nobody", "") == wrong.text.replace("analyst", "")


def test_a_name_is_found_however_it_is_typed(browser, database, password_hash):
    with database.writing() as connection:
        add_staff(connection, NewStaff("Hương.Sở", "Hương", Role.ANALYST), password_hash)
    typed = unicodedata.normalize("NFD", "  HƯƠNG.sở ")
    assert attempt(browser, login=typed).status_code == 302


def test_five_wrong_passwords_lock_the_account_for_a_while(browser, clock):
    for _ in range(5):
        assert attempt(browser, password="sai mật khẩu rồi").status_code == 401
    assert attempt(browser).status_code == 401
    clock.moment += dt.timedelta(minutes=1, seconds=1)
    assert attempt(browser).status_code == 302


def test_a_locked_account_stays_locked_longer_after_each_failure(browser, clock):
    for _ in range(5):
        attempt(browser, password="sai mật khẩu rồi")
    clock.moment += dt.timedelta(minutes=1, seconds=1)
    attempt(browser, password="sai mật khẩu rồi")
    clock.moment += dt.timedelta(minutes=1, seconds=1)
    assert attempt(browser).status_code == 401
    clock.moment += dt.timedelta(minutes=1)
    assert attempt(browser).status_code == 302


@pytest.mark.parametrize(
    ("wait", "times", "status"),
    [
        (dt.timedelta(minutes=14), 1, 200),
        (dt.timedelta(minutes=16), 1, 302),
        (dt.timedelta(minutes=10), 47, 200),
        (dt.timedelta(minutes=10), 49, 302),
    ],
)
def test_a_session_ends_when_idle_or_old(browser, clock, wait, times, status):
    attempt(browser)
    for _ in range(times):
        clock.moment += wait
        reply = browser.get("/analyst/")
    assert reply.status_code == status


def test_log_out_ends_the_session_on_the_server(browser):
    token = cookie_of(attempt(browser)).split(";")[0].partition("=")[2]
    reply = browser.post("/logout")
    assert '"cookies"' in reply.headers["Clear-Site-Data"]
    browser.set_cookie("staff", token)
    assert browser.get("/analyst/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_log_in_leads_to_no_other_site(browser, target):
    reply = browser.post("/login", data={"login": "analyst", "password": PASSWORD, "next": target})
    assert reply.location == "/staff"


def test_log_in_leads_back_to_the_page_that_was_asked_for(browser):
    asked = browser.get("/analyst/rounds/mau?level=1")
    assert "next=/analyst/rounds/mau?level%3D1" in asked.location
    reply = browser.post(
        "/login",
        data={"login": "analyst", "password": PASSWORD, "next": "/analyst/rounds/mau?level=1"},
    )
    assert reply.location == "/analyst/rounds/mau?level=1"


def test_plain_http_from_another_machine_is_refused(browser):
    assert browser.get("/login", environ_overrides=ELSEWHERE).status_code == 403
    assert attempt(browser, environ_overrides=ELSEWHERE).status_code == 403
    assert browser.get("/analyst/", environ_overrides=ELSEWHERE).status_code == 403


def test_https_from_another_machine_is_served(browser):
    reply = browser.get("/login", base_url="https://localhost", environ_overrides=ELSEWHERE)
    assert reply.status_code == 200


def test_more_attempts_a_minute_than_allowed_are_slowed_down(app, browser, store, settings):
    strict = dataclasses.replace(settings, rate_login=3)
    app.extensions["store"] = dataclasses.replace(store, settings=strict)
    for _ in range(3):
        assert attempt(browser, login="nobody").status_code == 401
    reply = attempt(browser, login="nobody")
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 0
