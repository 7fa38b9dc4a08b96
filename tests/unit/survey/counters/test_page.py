"""The page of a counter: today's counts, how its tablets are, and never an answer."""

import datetime as dt

from sqlalchemy import update

from survey.clock import VIETNAM
from survey.models import Round
from survey.operations.device_reports import Heard, note_heard
from survey.operations.devices import revoke_device
from survey.operations.kiosks import Refusals, count_declined
from survey.terms import Keeping, Role
from tests.build import NOON, an_id, settle
from tests.unit.survey.counters.conftest import FAR_OFFICE, OFFICE, OTHER_OFFICE

PAGE = "/analyst/counters"
MORNING = dt.datetime(2026, 11, 21, 9, tzinfo=VIETNAM)


def test_it_counts_the_forms_and_refusals_of_today(rate, database, clock, enter):
    clock.moment = MORNING - dt.timedelta(days=1)
    rate(OFFICE, 3, clock.moment)
    clock.moment = MORNING
    rate(OFFICE, 11, MORNING)
    clock.moment = NOON + dt.timedelta(hours=1)
    rate(OFFICE, 10, NOON.replace(minute=0))
    with database.writing() as connection:
        count_declined(connection, Refusals(an_id(), "quay", OFFICE, NOON.date(), 4))
    page = enter(Role.SUPERVISOR, OFFICE).get(PAGE).text
    assert '<dd class="big">21</dd>' in page
    assert '<dd class="big">4</dd>' in page
    assert "sáng 11, chiều 10" in page


def test_simulated_counters_are_told_apart(tablets, database, enter):  # noqa: ARG001 - the round must be there
    words = "phiếu của nửa năm được gửi dồn"
    browser = enter(Role.SUPERVISOR, OFFICE)
    for is_simulated in (False, True):
        with database.writing() as connection:
            connection.execute(update(Round).values(is_simulated=is_simulated))
        assert (words in browser.get(PAGE).text) == is_simulated


def test_half_a_day_with_few_forms_is_not_told_apart(rate, clock, enter):
    clock.moment = MORNING
    rate(OFFICE, 9, MORNING)
    clock.moment = NOON + dt.timedelta(hours=1)
    rate(OFFICE, 20, NOON.replace(minute=0))
    page = enter(Role.SUPERVISOR, OFFICE).get(PAGE).text
    assert '<span class="strong">29</span>' in page
    assert "sáng 9" not in page
    assert "chiều 20" not in page


def test_it_says_how_each_tablet_is(tablets, database, clock, enter):
    note_heard(database, Heard(tablets[OFFICE].device, 5, Keeping.MEMORY))
    note_heard(database, Heard(tablets[OTHER_OFFICE].device, 0, Keeping.SAFE))
    settle(database)
    browser = enter(Role.SUPERVISOR, "14")
    assert "còn phiếu chờ gửi" in browser.get(PAGE).text
    assert "im lặng" not in browser.get(PAGE).text
    assert browser.get(PAGE).text.count("tắt trang là mất phiếu chờ gửi") == 1
    assert browser.get(PAGE).text.count("được giữ chắc trên máy") == 1
    devices = enter(Role.ADMIN).get("/admin/devices").text
    assert devices.count("tắt trang là mất phiếu chờ gửi") == 1
    assert devices.count("Máy chưa cho biết") == 1
    with database.writing() as connection:
        revoke_device(connection, tablets[OFFICE].device)
    clock.moment = NOON + dt.timedelta(days=2)
    page = enter(Role.SUPERVISOR, OTHER_OFFICE).get(PAGE).text
    assert "im lặng hơn một ngày" in page
    assert "đã thu hồi 21/11/2026" in enter(Role.SUPERVISOR, OFFICE).get(PAGE).text


def test_another_office_and_every_answer_stay_hidden(rate, enter):
    rate(FAR_OFFICE, 3, MORNING)
    rate(OFFICE, 3, MORNING)
    page = enter(Role.SUPERVISOR, OFFICE).get(PAGE).text
    assert f"Quầy {OFFICE}" in page
    assert f"Quầy {FAR_OFFICE}" not in page
    assert "CANARY" not in page
    assert "Chưa có máy bảng nào" in enter(Role.SUPERVISOR, "20").get(PAGE).text


def test_only_supervisors_open_it(tablets, enter):  # noqa: ARG001 - the round must be there
    assert enter(Role.ANALYST).get(PAGE).status_code == 403
    assert enter(Role.ADMIN).get(PAGE).status_code == 403
