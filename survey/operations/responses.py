"""The one way in: every response of every door becomes one durable row, or is refused.

It must not know which door it serves. The bytes stay as they were sent; what they mean is read
in NFC. Nothing is acknowledged before its commit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

from sqlalchemy import Connection, Table, bindparam, insert, select

from survey import clock
from survey.db.database import Database
from survey.errors import ConflictError, InputError, NotAllowed, NotFound, StateError, SurveyError
from survey.instruments.check import check_response
from survey.instruments.model import Instrument
from survey.models import Response
from survey.operations.quarantine import Refused, quarantine
from survey.operations.submissions import Submission
from survey.queries.rounds import PublishedInstrument, RoundFacts, recent_form, recent_round
from survey.seals import Keys, proof, receipt, sha256_hex
from survey.terms import ReceiptNote

AN_HOUR = dt.timedelta(hours=1)

STORED = cast("Table", Response.__table__).c
NEW = insert(Response.__table__)  # type: ignore[arg-type]
KNOWN = select(STORED.id, STORED.sha256, STORED.received_hour, STORED.notes).where(
    STORED.id.in_(bindparam("interviews", expanding=True))
)
"""Built once: on this path the building of a statement costs more than its work."""


@dataclass(frozen=True)
class Acknowledgement:
    """The server's word that it holds a response; ``is_new`` is False for the same bytes again."""

    id: str
    sha256: str
    receipt: str
    proof: str
    notes: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True)
class _Stored:
    """What is stored under an id."""

    sha256: str
    received_hour: dt.datetime
    notes: list[str]
    is_new: bool


class _Row(TypedDict):
    """The columns of a response."""

    id: str
    round: str
    instrument: str
    instrument_version: str
    instrument_sha256: str
    place: str | None
    channel: str
    device: str | None
    state: str
    notes: list[str]
    received_hour: dt.datetime
    sha256: str
    body: bytes


def receive_response(database: Database, keys: Keys, submission: Submission) -> Acknowledgement:
    """Store a response durably and acknowledge it, once, however often it is sent.

    Raises NotAllowed, StateError ``closed``, InputError, ConflictError or Unavailable; what a
    known sender sent and we refuse is kept in quarantine.
    """
    sha256 = sha256_hex(submission.body)
    try:
        row = _admitted_row(database, submission, sha256)
    except (InputError, StateError) as reason:
        stored = _refused(database, submission, sha256, reason)
    else:
        stored = database.writer.submit(_store_all, row)
        if stored.sha256 != sha256:
            raise _kept_apart(database, submission, _conflict())
    return Acknowledgement(
        id=submission.id,
        sha256=sha256,
        receipt=receipt(keys, submission.id, sha256, stored.received_hour),
        proof=proof(keys, submission.id, sha256, stored.received_hour),
        notes=tuple(stored.notes),
        is_new=stored.is_new,
    )


def _admitted_row(database: Database, submission: Submission, sha256: str) -> _Row:
    """Check the response against its round and return its row; raise what refuses it."""
    now, sender = clock.now(), submission.sender
    try:
        facts = recent_round(database, submission.round)
        _check_admission(submission, facts, now)
        form = recent_form(database, facts, submission.version)
    except NotFound as unknown:
        raise InputError(unknown.code, where=unknown.where, got=unknown.got) from unknown
    _check_words(submission, facts, form.instrument)
    _check_answers(submission, form.instrument)
    return {
        "id": submission.id,
        "round": facts.code,
        "instrument": form.instrument.code,
        "instrument_version": form.instrument.version,
        "instrument_sha256": form.instrument.sha256,
        "place": _place(submission, facts),
        "channel": "open" if sender is None else "device",
        "device": None if sender is None else sender.device,
        "state": submission.state.value,
        "notes": [note.value for note in _notes(submission, facts, form, now)],
        "received_hour": clock.to_hour(now),
        "sha256": sha256,
        "body": submission.body,
    }


def _check_admission(submission: Submission, facts: RoundFacts, now: dt.datetime) -> None:
    """Without a credential only an open round takes responses, and only while it runs."""
    if submission.sender is None:
        if not facts.is_open_access:
            raise NotAllowed("unauthorised", "the round asks for a credential")
        if not facts.is_running(now.astimezone(clock.VIETNAM).date()):
            raise StateError("closed", "the round does not take responses now", where="round")
    if submission.instrument != facts.instrument:
        raise InputError("unknown-version", where="instrument", expected=facts.instrument)


def _check_words(submission: Submission, facts: RoundFacts, instrument: Instrument) -> None:
    if submission.language not in instrument.languages:
        expected = " | ".join(instrument.languages)
        raise InputError("unknown-language", where="language", expected=expected)
    if submission.consent != facts.consent_version:
        raise InputError("unknown-consent", where="consent", expected=facts.consent_version)


def _check_answers(submission: Submission, instrument: Instrument) -> None:
    refusals = check_response(
        instrument,
        submission.answers,
        submission.missing,
        submission.state,
        submission.answered_on,
    )
    if refusals:
        first = refusals[0]
        error = InputError(
            "invalid-answer", first.code, where=first.where, expected=first.expected
        )
        error.texts = first.message
        raise error


def _notes(
    submission: Submission, facts: RoundFacts, form: PublishedInstrument, now: dt.datetime
) -> list[ReceiptNote]:
    """Return the doubts that keep a stored response out of estimates until it is accepted."""
    is_in_period = facts.opens_on <= submission.answered_on <= facts.closes_on
    notes = []
    if is_in_period and facts.is_over(now.astimezone(clock.VIETNAM).date()):
        notes.append(ReceiptNote.LATE)
    if not is_in_period:
        notes.append(ReceiptNote.OUT_OF_PERIOD)
    published_hour = clock.to_hour(form.published_at)
    if not published_hour <= submission.answered_hour <= now + AN_HOUR:
        notes.append(ReceiptNote.CLOCK)
    return notes


def _place(submission: Submission, facts: RoundFacts) -> str | None:
    """Return the place of the credential; in an open round, that of the item that asks for it."""
    if submission.sender is not None:
        return submission.sender.place
    answer = submission.answers.get(facts.place_item) if facts.place_item else None
    return answer if isinstance(answer, str) else None


def _store_all(connection: Connection, rows: Sequence[_Row]) -> Sequence[_Stored]:
    """Write the rows whose ids are free; say of each what is stored under its id.

    Two writers of two processes may meet at one id: the loser's group is undone and tried again.
    """
    known = _known(connection, [row["id"] for row in rows])
    new = {row["id"]: row for row in reversed(rows) if row["id"] not in known}
    if new:
        connection.execute(NEW, list(new.values()))
    return [
        known[row["id"]] if row["id"] in known else _as_stored(new[row["id"]], row) for row in rows
    ]


def _as_stored(written: _Row, row: _Row) -> _Stored:
    """Return what was written under the id of a row: itself, or one that came just before it."""
    return _Stored(
        written["sha256"], written["received_hour"], written["notes"], is_new=written is row
    )


def _refused(
    database: Database, submission: Submission, sha256: str, reason: SurveyError
) -> _Stored:
    """Return what is stored if these bytes were acknowledged before; else keep and raise."""
    with database.reading() as connection:
        stored = _known(connection, [submission.id]).get(submission.id)
    if stored is None:
        raise _kept_apart(database, submission, reason)
    if stored.sha256 != sha256:
        raise _kept_apart(database, submission, _conflict())
    return stored


def _kept_apart(database: Database, submission: Submission, reason: SurveyError) -> SurveyError:
    """Return the reason, after the body of a known sender was kept in quarantine."""
    if submission.sender is not None:
        room = database.quarantine_bytes
        refused = Refused(submission.id, submission.body, submission.sender, reason, room)
        quarantine(database, refused)
    return reason


def _known(connection: Connection, interviews: Sequence[str]) -> dict[str, _Stored]:
    """Return what is stored under these ids."""
    rows = connection.execute(KNOWN, {"interviews": interviews})
    return {
        interview: _Stored(sha256, received_hour, notes, is_new=False)
        for interview, sha256, received_hour, notes in rows
    }


def _conflict() -> ConflictError:
    return ConflictError("conflict", where="id", expected="the bytes that were sent first")
