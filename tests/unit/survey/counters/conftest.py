"""A counter round with two offices, tablets that send ratings, and people of the staff."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from config import Settings
from survey import clock as survey_clock
from survey.clock import VIETNAM
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.trees import load_trees
from survey.operations.kiosks import Counter, offer_enrolment, take_enrolment
from survey.operations.places import bring_builtin_places
from survey.operations.responses import receive_response
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender, device_of_key
from survey.seals import token_digest
from survey.terms import Role
from survey.web.login import cookie_name
from tests.build import a_round, an_id

OFFICE, OTHER_OFFICE, FAR_OFFICE = "03646", "03688", "00004"
LAST_YEAR = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def settings(settings, database_url) -> Settings:
    """What holds of counters holds on both databases."""
    return dataclasses.replace(settings, database_url=database_url)


@pytest.fixture
def tablets(app, database) -> dict[str, Sender]:
    """The tablets of the round ``quay``, by place; staff forms need no token here."""
    app.config["WTF_CSRF_ENABLED"] = False
    instrument = load_builtin("one_stop")
    trees = load_trees(BUILTIN / "one_stop", instrument)
    with database.writing() as connection:
        bring_builtin_places(connection)
        publish_instrument(connection, instrument, at=LAST_YEAR)
        for tree in trees:
            keep_tree(connection, instrument, tree)
        facts = {
            "instrument": "one_stop", "instrument_version": instrument.version,
            "opens_on": dt.date(2026, 9, 1), "trees": tuple(tree.sha256 for tree in trees),
        }  # fmt: skip
        open_round(connection, a_round("quay", is_open_access=False, **facts))
        return {place: _tablet(connection, place) for place in (OFFICE, OTHER_OFFICE, FAR_OFFICE)}


def _tablet(connection, place: str) -> Sender:
    code = offer_enrolment(connection, Counter(f"Quầy {place}", place, "quay"))
    key = take_enrolment(connection, code, "2580")
    return device_of_key(connection, token_digest(key))


@pytest.fixture
def rate(store, tablets) -> Callable[..., None]:
    """Send ratings of one hour from the tablet of a place; ``points`` is given for everything."""

    def send(place: str, count: int, at: dt.datetime, points: int = 2, seconds: int = 90) -> None:
        for turn in range(count):
            items = ("promptness", "contacts", "offices", "public_info", "attitude")
            answers = {"purpose": "result", **dict.fromkeys(items, str(points))}
            answers |= {"accuracy": str(points), "extra_cost": str(points), "petition": "none"}
            answers |= {"online": "012"[turn % 3], "overall": "12345"[turn % 5]}
            answers |= {"opinion": f"CANARY-7f3a {turn}"}
            document = {
                "round": "quay", "instrument": "one_stop", "version": "1", "language": "vi",
                "answered_hour": at.astimezone(VIETNAM).isoformat(timespec="minutes"),
                "seconds": seconds, "assisted": False, "consent": "1", "state": "complete",
                "answers": answers, "missing": {},
            }  # fmt: skip
            body = json.dumps(document, ensure_ascii=False).encode()
            submission = read_submission(an_id(), body, tablets[place])
            receive_response(store.database, store.keys, submission)

    return send


@pytest.fixture
def enter(app, database) -> Callable[..., FlaskClient]:
    """Open a session for a person of a role and a place and return their browser."""

    def open_session(role: Role, place: str | None = None) -> FlaskClient:
        login = f"{role.value}-{place}"
        with database.writing() as connection:
            staff = add_staff(connection, NewStaff(login, "Lan", role, place), "x")
            attempt = Attempt(staff, "", login, role.value)
            token = finish_log_in(connection, attempt, survey_clock.now())
        browser = app.test_client()
        with app.test_request_context("/"):
            browser.set_cookie(cookie_name(), token)
        return browser

    return open_session
