"""An installation at work on each database: a sampled round with a tree, people who answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from config import Settings
from survey.instruments.trees import TreeSource
from survey.operations.backups import take_backup
from survey.operations.devices import enrol_device
from survey.operations.responses import receive_response
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.score_runs import run_scores
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from tests.build import a_body, a_place, a_round, an_id, an_instrument, answers

PLACES = ("00001", "00004")


def a_tree() -> TreeSource:
    leaf = {"code": "A", "item": "age", "range": [18, 120]}
    mapping = {"index": "nho", "scale": [1, 10], "min_n": 1, "tree": {**leaf, "title": {}}}
    sha256 = hashlib.sha256(json.dumps(mapping).encode()).hexdigest()
    return TreeSource("nho", {"vi": "Cây nhỏ", "en": "Small tree"}, mapping, sha256)


@pytest.fixture
def settings(settings, database_url) -> Settings:
    return replace(settings, database_url=database_url)


@pytest.fixture
def send(store) -> Callable[[], str]:
    """Send the next response of the round ``kin``, by turns from each place; return its id."""
    tree, instrument = a_tree(), an_instrument()
    with store.database.writing() as connection:
        publish_instrument(connection, instrument)
        keep_tree(connection, instrument, tree)
        kin = a_round("kin", is_open_access=False, trees=(tree.sha256,))
        open_round(connection, kin, [a_place(place) for place in PLACES])
        devices = [enrol_device(connection, place, place)[0] for place in PLACES]
    senders = [
        Sender(device, place, is_revoked=False)
        for device, place in zip(devices, PLACES, strict=True)
    ]
    sent = 0

    def send() -> str:
        nonlocal sent
        interview, sent = an_id(), sent + 1
        given = answers(age=18 + sent % 70, note=f"Phiếu {sent}")
        body = a_body(round="kin", answers=given)
        submission = read_submission(interview, body, senders[sent % len(senders)])
        receive_response(store.database, store.keys, submission)
        return interview

    return send


@pytest.fixture
def at_work(send, database) -> list[str]:
    """Twenty responses and the score run made of them; the ids of the responses."""
    sent = [send() for _ in range(20)]
    run_scores(database, "kin")
    return sent


@pytest.fixture
def backup(at_work, database, settings):  # noqa: ARG001 - the work comes first
    """A backup of the installation at work."""
    return take_backup(database, settings)
