"""The hatch through which every device and program hands in a response."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, request

from survey.api.envelopes import (
    check_content_type,
    early_hash,
    has_digest,
    sender,
    whole_body,
)
from survey.api.slips import shown_slip
from survey.errors import InputError, SurveyError
from survey.operations.quarantine import refuse_revoked
from survey.operations.responses import Acknowledgement, receive_response
from survey.operations.submissions import Submission, canonical_id, read_submission
from survey.queries.slips import HeldSlip
from survey.web.limits import spend
from survey.web.metrics import count_intake
from survey.web.origin import address_prefix
from survey.web.store import current_store

interviews: Final = Blueprint("interviews", __name__, url_prefix="/api/v1")


@interviews.put("/interviews/<interview>")
def put_interview(interview: str) -> tuple[Response, int]:
    """Take one response; answer 201 when new, 200 for the same bytes again."""
    try:
        done = _take(interview)
    except SurveyError as error:
        count_intake(error.code)
        raise
    said, status = acknowledged(done)
    return jsonify(said), status


def acknowledged(done: Acknowledgement) -> tuple[dict[str, object], int]:
    """Count a response that is held; return what its sender is told."""
    count_intake("acked" if done.is_new else "duplicate")
    said: dict[str, object] = {
        "id": done.id,
        "sha256": done.sha256,
        "receipt": done.receipt,
        "proof": done.proof,
        "notes": list(done.notes),
    }
    return said, HTTPStatus.CREATED if done.is_new else HTTPStatus.OK


def _take(interview: str) -> Acknowledgement:
    """Check the envelope from the outside in, then hand the response to the one way in."""
    store = current_store()
    interview = canonical_id(interview)
    check_content_type()
    slip = shown_slip()
    device = None if slip else sender()
    if device is not None:
        spend("device", store.settings.rate_device, device.device)
    body = whole_body()
    is_sealed = has_digest(body)
    if device is None:
        submission = _read_from_nobody(interview, body, slip)
    elif device.is_revoked:
        refuse_revoked(store.database, interview, body, device)
    elif not is_sealed:
        raise InputError("digest-missing", where="Content-Digest", expected="sha-256=:...:")
    else:
        drawn = early_hash(request.content_type or "")
        submission = read_submission(interview, body, device, early_hash=drawn)
    return receive_response(store.database, store.keys, submission)


def _read_from_nobody(interview: str, body: bytes, slip: HeldSlip | None) -> Submission:
    """Read a response from a citizen's own phone, counted by round and part of the network."""
    allowed, prefix = current_store().settings.rate_open, address_prefix(request)
    try:
        submission = read_submission(interview, body, slip=slip)
    except InputError:
        spend("unreadable", allowed, prefix)
        raise
    spend("open", allowed, submission.round, prefix)
    return submission
