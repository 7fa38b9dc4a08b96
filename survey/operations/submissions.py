"""A response as it arrives: from bytes to checked facts, before any round is looked at."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from survey.clock import VIETNAM
from survey.errors import InputError, NotFound
from survey.operations.strict_json import Json, read_json
from survey.queries.devices import Sender
from survey.queries.slips import HeldSlip
from survey.terms import ResponseState

MAX_BYTES: Final = 256 * 1024
MAX_SECONDS: Final = 10 * 365 * 24 * 3600
LONGEST_NAME: Final = 200
_HEX: Final = "[0-9a-fA-F]"
_UUID4: Final = re.compile(
    f"{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89abAB]{_HEX}{{3}}-{_HEX}{{12}}"
)
_HOUR: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:00(:00)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Submission:
    """One response on its way in: the bytes, who sent them, and what they say.

    ``early_hash`` is the hash of the receipt that a device drew by itself; empty without one.
    """

    id: str
    body: bytes
    sender: Sender | None
    round: str
    instrument: str
    version: str
    language: str
    answered_hour: dt.datetime
    consent: str
    state: ResponseState
    answers: Mapping[str, Json]
    missing: Mapping[str, Json]
    slip: HeldSlip | None = None
    early_hash: str = ""

    @cached_property
    def answered_on(self) -> dt.date:
        """The day of the answer in Vietnam."""
        return self.answered_hour.astimezone(VIETNAM).date()


def read_submission(
    interview: str,
    body: bytes,
    sender: Sender | None = None,
    slip: HeldSlip | None = None,
    early_hash: str = "",
) -> Submission:
    """Read a response; raise NotFound ``bad-id``, InputError ``too-large`` or ``malformed``.

    ``interview`` is the UUIDv4 that the client made, ``sender`` the device it came from (with the
    hash of the receipt it drew, if it did), ``slip`` the slip that a citizen's own phone showed.
    """
    interview = canonical_id(interview)
    if len(body) > MAX_BYTES:
        raise InputError("too-large", expected=f"at most {MAX_BYTES} bytes")
    document = read_json(body)
    if not isinstance(document, dict):
        raise _malformed("", "an object")
    for name in document.keys() - _ENVELOPE.keys():
        raise _malformed(name, "only known keys: " + ", ".join(_ENVELOPE))
    for name, (is_right, expected) in _ENVELOPE.items():
        if name not in document or not is_right(document[name]):
            raise _malformed(name, expected)
    facts = {name: document[name] for name in _KEPT}
    return Submission(
        id=interview,
        body=body,
        sender=sender,
        slip=slip,
        early_hash=early_hash,
        answered_hour=_hour_of(str(document["answered_hour"])),
        state=ResponseState(str(document["state"])),
        **facts,  # type: ignore[arg-type]
    )


def canonical_id(interview: str) -> str:
    """Return a UUIDv4 in its lower-case form; raise NotFound ``bad-id`` for anything else."""
    if not _UUID4.fullmatch(interview):
        raise NotFound("bad-id", where="id", expected="a UUIDv4")
    return interview.lower()


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_hour(value: Json) -> bool:
    try:
        return isinstance(value, str) and _hour_of(value).minute == 0
    except (ValueError, OverflowError):
        return False


def _is_seconds(value: Json) -> bool:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return is_integer and 0 <= value <= MAX_SECONDS  # type: ignore[operator]


@lru_cache(maxsize=256)
def _hour_of(value: str) -> dt.datetime:
    """Return the moment; raise ValueError or OverflowError for what is not an hour of our time."""
    if not _HOUR.fullmatch(value):
        raise ValueError("not a full hour with its offset")
    moment = dt.datetime.fromisoformat(value)
    moment.astimezone(VIETNAM)
    return moment


def _malformed(where: str, expected: str) -> InputError:
    return InputError("malformed", "the body is not a response", where=where, expected=expected)


_STATES: Final = tuple(state.value for state in ResponseState)
_NAME: Final = (_is_name, f"text of at most {LONGEST_NAME} characters")

_ENVELOPE: Final[Mapping[str, tuple[Callable[[Json], bool], str]]] = {
    "round": _NAME,
    "instrument": _NAME,
    "version": _NAME,
    "language": _NAME,
    "answered_hour": (_is_hour, "the full hour with its offset, as 2026-11-21T09:00+07:00"),
    "seconds": (_is_seconds, "whole seconds, 0 or more"),
    "assisted": (lambda value: isinstance(value, bool), "true or false"),
    "consent": _NAME,
    "state": (lambda value: value in _STATES, "complete or abandoned"),
    "answers": (_is_object, "an object"),
    "missing": (_is_object, "an object"),
}
"""All keys of a response, each required, with its test and what is expected of it."""

_KEPT: Final = (
    "round", "instrument", "version", "language", "consent", "answers", "missing"
)  # fmt: skip
