"""The one way in: every response of every door becomes one durable row, or is refused.

It must not know which door it serves. The bytes stay as they were sent; what they mean is read
in NFC. Nothing is acknowledged before its commit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from survey import clock
from survey.db.database import Database
from survey.errors import (
    ConflictError,
    InputError,
    NotAllowed,
    NotFound,
    StateError,
    SurveyError,
    Unavailable,
)
from survey.instruments.check import check_response
from survey.instruments.model import Instrument
from survey.operations.quarantine import Refused, quarantine
from survey.operations.storing import (
    Admitted,
    ResponseRow,
    Stored,
    known_responses,
    store_all,
)
from survey.operations.submissions import Submission
from survey.queries.rounds import PublishedInstrument, RoundFacts, recent_form, recent_round
from survey.queries.slips import HeldSlip
from survey.queries.withdrawals import RECEIPT
from survey.seals import Keys, code_digest, early_digest, proof, receipt, sha256_hex
from survey.terms import ReceiptNote

AN_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Acknowledgement:
    """The server's word that it holds a response; ``is_new`` is False for the same bytes again."""

    id: str
    sha256: str
    receipt: str
    proof: str
    notes: tuple[str, ...]
    is_new: bool


def receive_response(database: Database, keys: Keys, submission: Submission) -> Acknowledgement:
    """Store a response durably and acknowledge it, once, however often it is sent.

    Raises NotAllowed, InputError, ConflictError, Unavailable, or StateError ``closed``,
    ``slip-used``, ``slip-expired`` or ``withdrawn``; what a known sender sent and we refuse is
    kept in quarantine.
    """
    (outcome,) = receive_responses(database, keys, [submission])
    if isinstance(outcome, SurveyError):
        raise outcome
    return outcome


def receive_responses(
    database: Database, keys: Keys, submissions: Sequence[Submission]
) -> list[Acknowledgement | SurveyError]:
    """Store many in one transaction; return of each its acknowledgement, or what refuses it."""
    judged = [_judged(database, keys, submission) for submission in submissions]
    admitted = [each for each in judged if isinstance(each, Admitted)]
    stored = iter(database.writer.submit_all(store_all, admitted))
    return [
        _acknowledgement(
            database, keys, submission, next(stored) if isinstance(each, Admitted) else each
        )
        for submission, each in zip(submissions, judged, strict=True)
    ]


def _judged(
    database: Database, keys: Keys, submission: Submission
) -> Admitted | Stored | SurveyError:
    """Return what may be stored, what was stored before the door closed, or the refusal."""
    try:
        return _admitted(database, keys, submission)
    except (InputError, StateError) as reason:
        return _refused(database, submission, reason)
    except SurveyError as reason:
        return reason


def _acknowledgement(
    database: Database, keys: Keys, submission: Submission, stored: Stored | SurveyError
) -> Acknowledgement | SurveyError:
    """Return the server's word for what is stored; refuse other bytes under the same id."""
    if isinstance(stored, SurveyError):
        return stored
    sha256 = sha256_hex(submission.body)
    if stored.sha256 != sha256:
        return _kept_apart(database, submission, _conflict())
    return Acknowledgement(
        id=submission.id,
        sha256=sha256,
        receipt=receipt(keys, submission.id, sha256, stored.received_hour),
        proof=proof(keys, submission.id, sha256, stored.received_hour),
        notes=tuple(stored.notes),
        is_new=stored.is_new,
    )


def _admitted(database: Database, keys: Keys, submission: Submission) -> Admitted:
    """Check the response against its round and return its row; raise what refuses it."""
    now = clock.now()
    try:
        facts = recent_round(database, submission.round)
        _check_admission(submission, facts, now)
        form = recent_form(database, facts, submission.version)
    except NotFound as unknown:
        raise InputError(unknown.code, where=unknown.where, got=unknown.got) from unknown
    _check_words(submission, facts, form.instrument)
    _check_answers(submission, form.instrument)
    row = _row(keys, submission, facts, form, now)
    return Admitted(row, None if submission.slip is None else submission.slip.code_digest)


def _row(
    keys: Keys,
    submission: Submission,
    facts: RoundFacts,
    form: PublishedInstrument,
    now: dt.datetime,
) -> ResponseRow:
    sha256, received_hour = sha256_hex(submission.body), clock.to_hour(now)
    sender, slip = submission.sender, submission.slip
    code, early = receipt(keys, submission.id, sha256, received_hour), submission.early_hash
    return {
        "id": submission.id,
        "round": facts.code,
        "instrument": form.instrument.code,
        "instrument_version": form.instrument.version,
        "instrument_sha256": form.instrument.sha256,
        "place": _place(submission, facts),
        "channel": _channel(submission),
        "device": None if sender is None else sender.device,
        "procedure_group": None if slip is None else slip.procedure_group,
        "state": submission.state.value,
        "notes": [note.value for note in _notes(submission, facts, form, now)],
        "received_hour": received_hour,
        "sha256": sha256,
        "body": submission.body,
        "receipt_digest": code_digest(keys, RECEIPT, code),
        "early_digest": early_digest(keys, early) if early else None,
    }


def _check_admission(submission: Submission, facts: RoundFacts, now: dt.datetime) -> None:
    """Without a credential only an open round takes responses, and only while it runs."""
    if submission.slip is not None:
        _check_slip(submission.slip, facts, now)
    elif submission.sender is None:
        if not facts.is_open_access:
            raise NotAllowed("unauthorised", "the round asks for a credential")
        if not facts.is_running(now.astimezone(clock.VIETNAM).date()):
            raise StateError("closed", "the round does not take responses now", where="round")
    if submission.instrument != facts.instrument:
        raise InputError("unknown-version", where="instrument", expected=facts.instrument)


def _check_slip(slip: HeldSlip, facts: RoundFacts, now: dt.datetime) -> None:
    """Refuse the slip of another round, and one that was used or has expired."""
    if slip.round != facts.code:
        raise NotAllowed("unauthorised", "the slip is for another round", where="round")
    slip.require_fresh(now.astimezone(clock.VIETNAM).date())


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


def _channel(submission: Submission) -> str:
    if submission.sender is not None:
        return "device"
    return "open" if submission.slip is None else "slip"


def _place(submission: Submission, facts: RoundFacts) -> str | None:
    """Return the place of the credential; in an open round, that of the item that asks for it."""
    credential = submission.sender or submission.slip
    if credential is not None:
        return credential.place
    answer = submission.answers.get(facts.place_item) if facts.place_item else None
    return answer if isinstance(answer, str) else None


def _refused(
    database: Database, submission: Submission, reason: SurveyError
) -> Stored | SurveyError:
    """Return what is stored if this id was acknowledged before; else the reason, body kept."""
    with database.reading() as connection:
        stored = known_responses(connection, [submission.id]).get(submission.id)
    return _kept_apart(database, submission, reason) if stored is None else stored


def _kept_apart(database: Database, submission: Submission, reason: SurveyError) -> SurveyError:
    """Return the reason, after the body of a known sender was kept, or why it could not be."""
    if submission.sender is None:
        return reason
    room = database.quarantine_bytes
    refused = Refused(submission.id, submission.body, submission.sender, reason, room)
    try:
        quarantine(database, refused)
    except Unavailable as unavailable:
        return unavailable
    return reason


def _conflict() -> ConflictError:
    return ConflictError("conflict", where="id", expected="the bytes that were sent first")
