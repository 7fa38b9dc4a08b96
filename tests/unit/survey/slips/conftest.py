"""A round that takes slips only, one that is open besides, and people who hold slips."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from config import Settings
from survey.operations.responses import Acknowledgement, receive_response
from survey.operations.slips import NewStack, print_slips
from survey.operations.submissions import read_submission
from survey.queries.slips import HeldSlip, held_slip
from survey.queries.staff import OPERATOR
from survey.seals import code_digest
from tests.build import a_body, an_id, with_rounds

LAST_DAY = dt.date(2026, 11, 30)


@pytest.fixture
def settings(settings, database_url) -> Settings:
    """What holds of slips holds on both databases."""
    return replace(settings, database_url=database_url)


@pytest.fixture
def printed(store) -> Callable[..., list[str]]:
    """Print slips for a round; the counter is that of 00001."""
    with_rounds(store.database)

    def print_some(count: int = 1, round_code: str = "kin", until=LAST_DAY) -> list[str]:
        stack = NewStack(round_code, "00001", "Hộ tịch", count, until)
        with store.database.writing() as connection:
            return print_slips(connection, store.keys, stack, OPERATOR)

    return print_some


@pytest.fixture
def held(store) -> Callable[[str], HeldSlip]:
    """Return the slip of a code."""

    def find(code: str) -> HeldSlip:
        with store.database.reading() as connection:
            return held_slip(connection, code_digest(store.keys, "slip", code))

    return find


@pytest.fixture
def hand_in(store, held) -> Callable[..., Acknowledgement]:
    """Hand in a response with the slip of a code."""

    def send(code: str, body: bytes = b"", interview: str = "") -> Acknowledgement:
        submission = read_submission(
            interview or an_id(), body or a_body(round="kin"), slip=held(code)
        )
        return receive_response(store.database, store.keys, submission)

    return send
