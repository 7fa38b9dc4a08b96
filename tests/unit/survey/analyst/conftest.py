"""A round with a design, one without, staff of every role, and people who answer."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from config import Settings
from survey.instruments.trees import TreeSource
from survey.models import SampledPlace
from survey.operations.devices import enrol_device
from survey.operations.passwords import hash_password
from survey.operations.responses import receive_response
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.staff import NewStaff, add_staff
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.terms import Role
from tests.build import a_body, a_place, a_round, an_id, an_instrument, answers

PASSWORD = "một mật khẩu dài"
SAMPLED = ("01.a", "01.b", "02.a", "02.b")
OUTSIDE = "03.x"


def a_tree(code: str = "nho") -> TreeSource:
    """A mean of a scale and a share, which hides what fewer than ten answered."""
    scale = {
        "code": "A",
        "item": "s01",
        "values": {str(k): k for k in range(1, 6)},
        "range": [1, 5],
    }
    share = {"code": "B", "item": "sex", "share": ["2"], "range": [0, 1]}
    titles = {"A": {"vi": "Mức hài lòng", "en": "Satisfaction"}, "B": {"vi": "Nữ", "en": "Women"}}
    root = {
        "code": "total",
        "title": {"vi": "Chỉ số chung", "en": "Overall index"},
        "combine": "mean",
        "children": [{**leaf, "title": titles[leaf["code"]]} for leaf in (scale, share)],
    }
    mapping = {"index": code, "scale": [0, 100], "min_n": 1, "tree": root}
    sha256 = hashlib.sha256(json.dumps(mapping).encode()).hexdigest()
    return TreeSource(code, {"vi": f"Cây {code}", "en": f"Tree {code}"}, mapping, sha256)


@dataclass
class Fieldwork:
    """Sends responses as devices and citizens do."""

    store: object
    senders: dict[str, Sender]

    def answer(self, place: str | None, count: int = 1, **changes) -> None:
        """Answer ``count`` times at a place of the round ``mau``; None: in the open round."""
        facts = {"round": "mo" if place is None else "mau", **changes}
        step = SAMPLED.index(place) if place in SAMPLED else 1
        for turn in range(count):
            s01 = str(1 + turn * step % 5)
            given = answers(s01=s01, sex="12"[turn % 2], note="CANARY-7f3a")
            for item in facts.get("missing", {}):
                del given[item]
            if s01 in {"1", "2"}:
                given["why"] = "slow"
            body = a_body(answers=given, **facts)
            sender = None if place is None else self.senders[place]
            submission = read_submission(an_id(), body, sender)
            receive_response(self.store.database, self.store.keys, submission)

    def leave_out(self, place: str) -> None:
        """Take a place out of the sample of the round ``mau``."""
        with self.store.database.writing() as connection:
            connection.execute(delete(SampledPlace).where(SampledPlace.place == place))

    def answer_everywhere(self, count: int) -> None:
        for place in SAMPLED:
            self.answer(place, count)


@pytest.fixture
def settings(settings) -> Settings:
    """Log-ins without a limit; the one test of the limit sets its own."""
    return dataclasses.replace(settings, rate_login=10**6)


@pytest.fixture
def fieldwork(store) -> Fieldwork:
    """Two rounds with two trees each; a device at each sampled place and one outside."""
    trees = a_tree("nho"), a_tree("doi")
    hashes = tuple(tree.sha256 for tree in trees)
    places = [
        a_place(place, stratum=place[:2], psu=place, name=f"Bản {place}") for place in SAMPLED
    ]
    with store.database.writing() as connection:
        instrument = an_instrument()
        publish_instrument(connection, instrument)
        for tree in trees:
            keep_tree(connection, instrument, tree)
        sampled = a_round("mau", is_open_access=False, trees=hashes, is_simulated=True)
        open_round(connection, sampled, places)
        open_round(connection, a_round("mo", trees=hashes))
        senders = {
            place: Sender(enrol_device(connection, place, place)[0], place, is_revoked=False)
            for place in (*SAMPLED, OUTSIDE)
        }
    return Fieldwork(store, senders)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def people(database, password_hash) -> None:
    """One account of each role, named after it."""
    with database.writing() as connection:
        for role in Role:
            add_staff(connection, NewStaff(role.value, f"Người {role}", role), password_hash)


@pytest.fixture
def log_in(app, people) -> Callable[..., FlaskClient]:  # noqa: ARG001 - they must exist
    """Log a person in by name and return their browser."""

    def enter(login: str) -> FlaskClient:
        app.config["WTF_CSRF_ENABLED"] = False
        browser = app.test_client()
        reply = browser.post("/login", data={"login": login, "password": PASSWORD})
        assert reply.status_code == 302, reply.text
        return browser

    return enter
