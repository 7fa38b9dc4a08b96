"""The hatch through which every device and program hands in a response."""

import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, g, jsonify, request

from survey.errors import InputError, NotAllowed, SurveyError
from survey.operations.quarantine import refuse_revoked
from survey.operations.responses import Acknowledgement, receive_response
from survey.operations.submissions import (
    MAX_BYTES,
    Submission,
    canonical_id,
    read_submission,
)
from survey.queries.devices import Sender, recent_sender
from survey.seals import content_digest, sha256_hex, token_digest
from survey.web.limits import spend
from survey.web.metrics import count_intake
from survey.web.origin import address_prefix
from survey.web.store import current_store

interviews: Final = Blueprint("interviews", __name__, url_prefix="/api/v1")

SHA256_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=([^,]*)")
DIGEST: Final = re.compile(r"\s*[a-z*][a-z0-9_.*-]*=:[A-Za-z0-9+/]*=*:\s*")
"""One digest as RFC 9530 writes it; several stand behind one another with commas."""


@interviews.put("/interviews/<interview>")
def put_interview(interview: str) -> tuple[Response, int]:
    """Take one response; answer 201 when new, 200 for the same bytes again."""
    try:
        done = _take(interview)
    except SurveyError as error:
        count_intake(error.code)
        raise
    count_intake("acked" if done.is_new else "duplicate")
    status = HTTPStatus.CREATED if done.is_new else HTTPStatus.OK
    return jsonify(
        id=done.id,
        sha256=done.sha256,
        receipt=done.receipt,
        proof=done.proof,
        notes=list(done.notes),
    ), status


def _take(interview: str) -> Acknowledgement:
    """Check the envelope from the outside in, then hand the response to the one way in."""
    store = current_store()
    interview = canonical_id(interview)
    _check_content_type()
    sender = _sender()
    body = _whole_body()
    has_digest = _check_digest(body)
    if sender is None:
        submission = _read_from_nobody(interview, body)
    elif sender.is_revoked:
        refuse_revoked(store.database, interview, body, sender)
    elif not has_digest:
        raise InputError("digest-missing", where="Content-Digest", expected="sha-256=:...:")
    else:
        submission = read_submission(interview, body, sender)
    return receive_response(store.database, store.keys, submission)


def _check_content_type() -> None:
    encoding = request.headers.get("Content-Encoding", "identity")
    if request.mimetype != "application/json" or encoding != "identity":
        raise InputError("unsupported", where="Content-Type", expected="application/json")


def _sender() -> Sender | None:
    """Return the device of the bearer key, None without a credential; raise NotAllowed."""
    header = request.headers.get("Authorization")
    if header is None:
        g.is_citizen = True
        return None
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAllowed("unauthorised", where="Authorization", expected="Bearer")
    store = current_store()
    sender = recent_sender(store.database, token_digest(key.strip()))
    g.device = sender.device
    spend("device", store.settings.rate_device, sender.device)
    return sender


def _whole_body() -> bytes:
    """Return the body as it was sent; raise InputError for one that was cut off on the way."""
    length = request.content_length
    if length:  # then nothing behind it is waited for
        request.max_content_length = min(length, MAX_BYTES + 1)
    body = request.get_data(cache=False)
    if length is not None and length != len(body):
        raise InputError("malformed", where="Content-Length", expected="the whole body")
    return body


def _check_digest(body: bytes) -> bool:
    """Tell whether the body came with its SHA-256; raise InputError when it is another's.

    Digests by other algorithms only are as none; what is no digest at all is a wrong one.
    """
    header = request.headers.get("Content-Digest", "")
    found = SHA256_DIGEST.search(header)
    is_readable = all(map(DIGEST.fullmatch, header.split(",")))
    if not header.strip() or (found is None and is_readable):
        return False
    expected = content_digest(sha256_hex(body))
    if found is None or f"sha-256={found[1].strip()}" != expected:
        raise InputError("digest-mismatch", where="Content-Digest", expected=expected)
    return True


def _read_from_nobody(interview: str, body: bytes) -> Submission:
    """Read a response without a credential, counted by round and part of the network."""
    allowed, prefix = current_store().settings.rate_open, address_prefix(request)
    try:
        submission = read_submission(interview, body)
    except InputError:
        spend("unreadable", allowed, prefix)
        raise
    spend("open", allowed, submission.round, prefix)
    return submission
