"""Enrolling a tablet: one code, one tablet; what the cookie opens, and to whom."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from survey.errors import InputError, NotAllowed, NotFound, StateError
from survey.models import Declined, Kiosk, KioskEnrolment, Response
from survey.operations.devices import revoke_device
from survey.operations.kiosks import Counter, offer_enrolment, pin_hash, take_enrolment
from survey.queries.kiosks import declined_counts, kiosk_of_key, tidy_code
from tests.build import a_body, an_id, digest_of, with_rounds

COUNTER = Counter("Quầy số 3", "00001", "kin")
OWN = {"Sec-Fetch-Site": "same-origin"}
DAY = "2026-11-21"


@pytest.fixture
def code(database) -> str:
    with_rounds(database)
    with database.writing() as connection:
        return offer_enrolment(connection, COUNTER)


@pytest.fixture
def tablet(app, database, code):
    """A browser with the cookie of an enrolled tablet."""
    with database.writing() as connection:
        key = take_enrolment(connection, code, "2580")
    browser = app.test_client()
    browser.set_cookie("device", key)
    return browser


def send(browser, headers):
    body = a_body(round="kin")
    return browser.put(
        f"/api/v1/interviews/{an_id()}",
        data=body,
        content_type="application/json",
        headers={"Content-Digest": digest_of(body), **headers},
    )


def device_of(database) -> str:
    with database.reading() as connection:
        return connection.scalars(select(Kiosk.device)).one()


def test_of_many_tablets_with_one_code_one_is_enrolled(database, code):
    def take(_number: int) -> bool:
        try:
            with database.writing() as connection:
                take_enrolment(connection, code, "2580")
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(take, range(100))) == 1


def test_a_code_is_kept_as_a_digest_and_dies_after_a_day(database, code, clock):
    with database.reading() as connection:
        kept = connection.execute(select(KioskEnrolment.__table__)).one()
    assert code.encode() not in kept.code_digest
    clock.moment += dt.timedelta(hours=24)
    with database.writing() as connection, pytest.raises(NotFound):
        take_enrolment(connection, code, "2580")


def test_a_code_may_be_typed_carelessly():
    assert tidy_code(" o1lz-abcd efgh ") == "011ZABCDEFGH"


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４"])
def test_a_pin_has_four_to_eight_digits(database, code, pin):
    with database.writing() as connection, pytest.raises(InputError):
        take_enrolment(connection, code, pin)


def test_a_round_that_is_over_gets_no_tablet(database):
    with_rounds(database, is_simulated=True)
    over = Counter("Quầy", "00001", "mo")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE round SET is_closed = 1 WHERE code = 'mo'")
        with pytest.raises(StateError):
            offer_enrolment(connection, over)


def test_the_pin_is_kept_as_a_salted_hash_that_the_page_carries(tablet, database):
    with database.reading() as connection:
        kept = connection.execute(select(Kiosk.__table__)).one()
    assert kept.exit_hash == pin_hash("2580", kept.exit_salt)
    page = tablet.get("/k").text
    assert kept.exit_hash.hex() in page
    assert kept.exit_salt.hex() in page


def test_the_cookie_is_the_credential_of_our_own_pages_only(tablet, database):
    assert send(tablet, OWN).status_code == 201
    with database.reading() as connection:
        (row,) = connection.execute(select(Response.__table__))
    assert (row.device, row.place, row.channel) == (device_of(database), "00001", "device")
    assert send(tablet, {"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert send(tablet, {"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert send(tablet, {"Sec-Fetch-Site": "none"}).status_code == 401


def test_a_revoked_tablet_says_so_and_sends_into_quarantine(tablet, database):
    with database.writing() as connection:
        revoke_device(connection, device_of(database))
    page = tablet.get("/k")
    assert page.status_code == 403
    assert "ngừng nhận ý kiến" in page.text
    assert tablet.get("/k/state").status_code == 403
    assert send(tablet, OWN).status_code == 403


def test_a_key_of_another_device_opens_no_screens(app, database):
    key = with_rounds(database)
    browser = app.test_client()
    browser.set_cookie("device", key)
    assert "chưa được đăng ký" in browser.get("/k").text
    assert browser.get("/k/state").status_code == 401


def test_the_state_changes_with_what_the_screens_show(tablet, database):
    before = tablet.get("/k/state").get_json()["stamp"]
    assert f'data-stamp="{before}"' in tablet.get("/k").text
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE device SET name = 'Quầy số 9'")
    assert tablet.get("/k/state").get_json()["stamp"] != before
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE round SET is_closed = 1")
    assert tablet.get("/k/state").get_json()["stamp"] is None
    assert tablet.get("/k").status_code == 410


class TestRefusals:
    """What a tablet says of people who declined."""

    def put(self, browser, number, **changes):
        said = {"round": "kin", "day": DAY, "count": 2, **changes}
        return browser.put(f"/api/v1/declined/{number}", json=said, headers=OWN)

    def test_a_number_sent_again_counts_once_and_never_falls(self, tablet, database):
        number, another = an_id(), an_id()
        for count in (2, 2, 5, 3):
            assert self.put(tablet, number, count=count).status_code == 204
        assert self.put(tablet, another, count=4).status_code == 204
        with database.reading() as connection:
            (counted,) = declined_counts(connection, "kin", None)
        assert (counted.place, counted.day, counted.count) == ("00001", dt.date(2026, 11, 21), 9)

    def test_nothing_but_a_number_is_kept(self):
        assert set(Declined.__table__.c.keys()) == {"id", "round", "place", "day", "count"}

    @pytest.mark.parametrize(
        "change",
        [
            {"count": 0}, {"count": True}, {"count": 10_001}, {"count": "2"}, {"day": "hôm nay"},
            {"day": "2026-11-25"}, {"name": "Lan"},
        ],
    )  # fmt: skip
    def test_nonsense_is_refused(self, tablet, change):
        assert self.put(tablet, an_id(), **change).status_code == 400

    def test_nobody_but_a_tablet_may_count(self, client, tablet, database):
        assert self.put(client, an_id()).status_code == 401
        assert self.put(tablet, an_id(), round="none").status_code == 404
        assert self.put(tablet, "x").status_code == 404
        with database.writing() as connection:
            revoke_device(connection, device_of(database))
        assert self.put(tablet, an_id()).status_code == 403


def test_the_pages_of_enrolment_lead_from_code_to_cookie(app, database, code):
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert browser.post("/k/enrol", data={"code": ""}).status_code == 422
    led = browser.post("/k/enrol", data={"code": code.lower()})
    assert led.status_code == 303
    page = browser.get(led.location)
    assert "Quầy số 3" in page.text
    assert browser.post(led.location, data={"pin": "12", "again": "12"}).status_code == 422
    done = browser.post(
        led.location, data={"pin": "2580", "again": "2580"}, base_url="https://localhost"
    )
    cookie = done.headers["Set-Cookie"]
    assert cookie.startswith("__Host-device=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert browser.get(led.location).status_code == 404
    assert 429 in [browser.get("/k/enrol/x").status_code for _ in range(5)]
    with database.reading() as connection, pytest.raises(NotAllowed, match="no tablet"):
        kiosk_of_key(connection, "nobody's")
