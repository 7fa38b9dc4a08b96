"""How responses came: counted for each way, and small counts are never told nor to be computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.analyst.channels import hidden_channels
from survey.analyst.figures import LEAST_CELL
from survey.operations.responses import receive_response
from survey.operations.slips import NewStack, print_slips
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.queries.fieldwork import channel_counts, senders_by_place
from survey.queries.slips import held_slip
from survey.queries.staff import OPERATOR
from survey.seals import code_digest
from tests.build import a_body, a_round, an_id, with_rounds

COUNTS = st.fixed_dictionaries(dict.fromkeys(("device", "slip", "open"), st.integers(0, 30)))


@given(COUNTS)
def test_no_small_count_is_shown_or_left_over_from_the_total(counts):
    hidden = hidden_channels(counts)
    used = {channel for channel, count in counts.items() if count}
    small = {channel for channel in used if counts[channel] < LEAST_CELL}
    if len(used) > 1:
        assert small <= hidden
        assert len(hidden) != 1
    assert hidden <= used
    assert bool(hidden) == (bool(small) and len(used) > 1)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"device": 40, "slip": 3, "open": 12}, {"slip", "open"}),
        ({"device": 40, "slip": 3, "open": 0}, {"slip", "device"}),
        ({"device": 0, "slip": 3, "open": 0}, set()),
        ({"device": 40, "slip": 10, "open": 0}, set()),
    ],
)
def test_the_next_larger_hides_a_single_small_one(counts, hidden):
    assert hidden_channels(counts) == hidden


def test_each_way_is_counted(store):
    with_rounds(store.database)
    stack = NewStack("mo", "00001", "", 1, a_round().closes_on)
    with store.database.writing() as connection:
        (code,) = print_slips(connection, store.keys, stack, OPERATOR)
    with store.database.reading() as connection:
        sender: Sender = senders_by_place(connection)["00001"]
        slip = held_slip(connection, code_digest(store.keys, "slip", code))
    for credential in ({}, {}, {"sender": sender}, {"slip": slip}):
        submission = read_submission(an_id(), a_body(), **credential)
        receive_response(store.database, store.keys, submission)
    with store.database.reading() as connection:
        assert channel_counts(connection, "mo") == {"device": 1, "slip": 1, "open": 2}
        assert channel_counts(connection, "kin") == {"device": 0, "slip": 0, "open": 0}
