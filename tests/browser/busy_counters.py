"""Counters after a busy half year, for pictures: ratings, a flooded hour, finished files."""

import datetime as dt
from collections.abc import Mapping
from typing import Final
from unittest.mock import patch

from survey import clock
from survey.clock import VIETNAM
from survey.operations.finished_files import keep_finished_files
from survey.operations.kiosks import Refusals, count_declined
from survey.operations.responses import receive_response
from survey.operations.score_runs import run_scores
from survey.operations.submissions import read_submission
from survey.queries.counters import FilesFinished, tablets
from survey.queries.devices import Sender
from survey.queries.rounds import round_facts
from survey.queries.staff import OPERATOR, Person
from survey.simulate.bodies import Sheet, body_of
from survey.simulate.counters import counters, rate_at_counters
from survey.simulate.rounds import COUNTER, PROVINCE
from survey.simulate.sending import Installation
from survey.terms import ResponseState, Role
from survey.web.store import Store
from tests.build import an_id

FLOOD: Final = 130
PRAISE: Final = {
    "purpose": "result", "promptness": "2", "contacts": "2", "offices": "2", "public_info": "2",
    "attitude": "2", "accuracy": "2", "extra_cost": "2", "petition": "none", "online": "2",
    "overall": "5",
}  # fmt: skip
SUPERVISOR: Final = Person("s", "supervisor", "Lò Thị Lan", Role.SUPERVISOR, PROVINCE)
REFUSED: Final = 4
BUSY_TODAY: Final = 5
MOST_TABLETS: Final = 100
FILES: Final = (1240, 980, 865, 1510)


def settled_month() -> dt.date:
    """Return the first day of the newest month of which there is a report."""
    last = clock.now().astimezone(VIETNAM).date() - dt.timedelta(days=5)
    return (last.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def fill_counters(store: Store) -> None:
    """Let half a year of ratings arrive until yesterday, a flood among them, and some today."""
    now = clock.now()
    places = [commune.code for commune in counters()]
    with patch.object(clock, "now", lambda: now - dt.timedelta(days=1)):
        rate_at_counters(Installation(store.database, store.keys), lambda *_progress: None)
        _rate(store, places[0], PRAISE, FLOOD, seconds=12)
    for number, place in enumerate(places[:BUSY_TODAY]):
        for overall in ("3", "4", "5"):
            _rate(store, place, {**PRAISE, "overall": overall}, 4 + number, seconds=95)
    month, today = settled_month(), now.astimezone(VIETNAM).date()
    with store.database.writing() as connection:
        files = [FilesFinished(place, month, n) for place, n in zip(places, FILES, strict=False)]
        keep_finished_files(connection, files, SUPERVISOR, OPERATOR)
        count_declined(connection, Refusals(an_id(), COUNTER, places[0], today, REFUSED))
    run_scores(store.database, COUNTER)


def _rate(
    store: Store, place: str, answers: Mapping[str, object], count: int, seconds: int
) -> None:
    """Send the same ratings of the present hour from the tablet of a place."""
    with store.database.reading() as connection:
        facts = round_facts(connection, COUNTER)
        found = tablets(connection, None, MOST_TABLETS)
    tablet = next(one for one in found if (one.round, one.place) == (COUNTER, place))
    sheet = Sheet(
        answers=answers,
        missing={"opinion": "refused"},
        state=ResponseState.COMPLETE,
        answered_hour=clock.to_hour(clock.now()),
        seconds=seconds,
        is_assisted=False,
    )
    for _turn in range(count):
        sender = Sender(tablet.id, tablet.place, is_revoked=False)
        submission = read_submission(an_id(), body_of(facts, sheet), sender)
        receive_response(store.database, store.keys, submission)
