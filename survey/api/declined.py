"""The hatch through which a tablet says how many people declined: a number, nothing else."""

import datetime as dt
from http import HTTPStatus
from typing import Final

from flask import Blueprint

from survey import clock
from survey.api.envelopes import check_content_type, known_sender, whole_body
from survey.errors import InputError, NotAllowed
from survey.operations.kiosks import Refusals, count_declined
from survey.operations.strict_json import Json, read_json
from survey.operations.submissions import canonical_id
from survey.queries.devices import Sender
from survey.queries.rounds import recent_round
from survey.web.limits import spend
from survey.web.store import current_store, writing

declined: Final = Blueprint("declined", __name__, url_prefix="/api/v1")

MOST: Final = 10_000
KEYS: Final = {"round", "day", "count"}


@declined.put("/declined/<count>")
def put_declined(count: str) -> tuple[str, int]:
    """Keep how many declined on a day; the same id again never lowers the count."""
    check_content_type()
    sender = known_sender()
    if sender.is_revoked:
        raise NotAllowed("revoked", "the device was revoked")
    spend("device", current_store().settings.rate_device, sender.device)
    refusals = _refusals(canonical_id(count), read_json(whole_body()), sender)
    with writing() as connection:
        count_declined(connection, refusals)
    return "", HTTPStatus.NO_CONTENT


def _refusals(number: str, said: Json, sender: Sender) -> Refusals:
    if not isinstance(said, dict) or said.keys() != KEYS:
        raise _malformed("", "an object with round, day and count")
    count = said["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST:
        raise _malformed("count", f"a whole number from 1 to {MOST}")
    facts = recent_round(current_store().database, str(said["round"]))
    return Refusals(number, facts.code, sender.place, _day(said["day"]), count)


def _day(said: Json) -> dt.date:
    today = clock.now().astimezone(clock.VIETNAM).date()
    try:
        day = dt.date.fromisoformat(str(said))
    except ValueError as error:
        raise _malformed("day", "a day as 2026-11-21") from error
    if day > today + dt.timedelta(days=1):
        raise _malformed("day", "a day that has come")
    return day


def _malformed(where: str, expected: str) -> InputError:
    return InputError("malformed", "not a count of refusals", where=where, expected=expected)
