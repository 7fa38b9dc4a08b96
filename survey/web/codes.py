"""Codes that people type or scan: what one opens, and what happens to whoever guesses."""

from collections.abc import Callable
from typing import Final, TypeVar, cast

import structlog
from flask import current_app, request

from survey.errors import NotFound
from survey.queries.slips import HeldSlip, held_slip
from survey.queries.withdrawals import Receipted, response_of_receipt
from survey.seals import code_digest, tidy_code
from survey.web.limits import A_MINUTE, WindowCounts, spend
from survey.web.metrics import count_guess
from survey.web.origin import address_prefix
from survey.web.store import current_store, reading

LOG = structlog.get_logger()
T = TypeVar("T")

GUESSES_A_MINUTE: Final = 5
"""Wrong codes from one part of the network; after them right ones have to wait too."""

ALARM_A_MINUTE: Final = 100
SLIP: Final = "slip"
RECEIPT: Final = "receipt"


def found_slip(typed: str) -> HeldSlip:
    """Return the slip of a code; raise NotFound, or Throttled after too many wrong codes."""

    def find(code: str) -> HeldSlip:
        with reading() as connection:
            return held_slip(connection, code_digest(current_store().keys, SLIP, code))

    return _found(SLIP, typed, find)


def found_receipt(typed: str) -> Receipted:
    """Return the response of a receipt; raise NotFound, StateError ``withdrawn`` or Throttled."""

    def find(code: str) -> Receipted:
        with reading() as connection:
            return response_of_receipt(connection, current_store().keys, code)

    return _found(RECEIPT, typed, find)


def _found(kind: str, typed: str, find: Callable[[str], T]) -> T:
    """Look up a code unless too many were wrong; a wrong one is counted."""
    prefix = address_prefix(request)
    spend("guess", GUESSES_A_MINUTE, kind, prefix, cost=0)
    try:
        return find(tidy_code(typed))
    except NotFound:
        _count_wrong(kind)
        spend("guess", GUESSES_A_MINUTE, kind, prefix)
        raise


def _count_wrong(kind: str) -> None:
    """Count a wrong code for the operator; raise the alarm, once a minute, when they are many."""
    count_guess(kind)
    counts = cast("WindowCounts", current_app.extensions["limits"])
    is_many = counts.seconds_to_wait(("guesses",), ALARM_A_MINUTE - 1, A_MINUTE) > 0
    if is_many and counts.seconds_to_wait(("guesses", "told"), 1, A_MINUTE) == 0:
        LOG.warning("code-guessing", kind=kind, count=ALARM_A_MINUTE)
