"""The hatch for a device that comes back: many interviews in one go, and receipts asked again."""

import base64
import re
from dataclasses import asdict, dataclass
from typing import Final

from flask import Blueprint, Response, jsonify

from survey.api.envelopes import (
    check_content_type,
    early_hash,
    has_digest,
    known_sender,
    whole_body,
)
from survey.api.interviews import acknowledged
from survey.errors import InputError, NotAllowed, SurveyError
from survey.operations.quarantine import refuse_revoked
from survey.operations.responses import Acknowledgement, receive_responses
from survey.operations.strict_json import Json, read_json
from survey.operations.submissions import Submission, canonical_id, read_submission
from survey.queries.devices import Sender
from survey.queries.receipts import receipts_of_device
from survey.seals import sha256_hex
from survey.web.errors import error_body, words_of
from survey.web.limits import spend
from survey.web.metrics import count_intake
from survey.web.store import current_store, reading

batches: Final = Blueprint("batches", __name__, url_prefix="/api/v1")

MOST: Final = 50
MOST_BYTES: Final = 4 * 1024 * 1024
NAMES: Final = ("id", "content_type", "sha256", "body")
JSON_TYPE: Final = re.compile(r"application/json\s*(;.*)?")


@dataclass(frozen=True)
class Parcel:
    """One interview of a batch as it was sent; ``body`` is base64."""

    id: str
    content_type: str
    sha256: str
    body: str


Outcome = Acknowledgement | SurveyError


@batches.post("/batches")
def post_batch() -> Response:
    """Take up to 50 interviews; say of each what handing it in by itself would have answered."""
    check_content_type()
    device = known_sender()
    body = whole_body(MOST_BYTES)
    has_digest(body)
    parcels = _parcels(read_json(body))
    spend("sync", current_store().settings.rate_sync, device.device, cost=len(parcels))
    outcomes = _outcomes(parcels, device)
    return jsonify(results=[_result(*pair) for pair in zip(parcels, outcomes, strict=True)])


@batches.post("/receipts/query")
def query_receipts() -> Response:
    """Say which of these interviews are stored, for a device that lost the answer."""
    check_content_type()
    device = known_sender()
    if device.is_revoked:
        raise NotAllowed("revoked", "the device was revoked")
    spend("sync", current_store().settings.rate_sync, device.device)
    ids = _ids(read_json(whole_body()))
    with reading() as connection:
        lower = (each.lower() for each in ids)
        found = receipts_of_device(connection, current_store().keys, device.device, lower)
    known = {each.id for each in found}
    return jsonify(
        known=[asdict(each) for each in found],
        unknown=[each for each in ids if each.lower() not in known],
    )


def _parcels(document: Json) -> list[Parcel]:
    """Read the batch; raise InputError naming the first thing that is not as agreed."""
    listed = _listed(document, "interviews")
    if len(listed) > MOST:
        raise _malformed("interviews", f"at most {MOST} interviews")
    return [_parcel(each, f"interviews[{place}]") for place, each in enumerate(listed)]


def _parcel(sent: Json, where: str) -> Parcel:
    if not isinstance(sent, dict) or sent.keys() != set(NAMES):
        raise _malformed(where, "an object with " + ", ".join(NAMES))
    for name in NAMES:
        if not isinstance(sent[name], str):
            raise _malformed(f"{where}.{name}", "text")
    return Parcel(**sent)  # type: ignore[arg-type]  # each was just seen to be text


def _ids(document: Json) -> list[str]:
    ids = []
    for place, each in enumerate(_listed(document, "ids")):
        if not isinstance(each, str):
            raise _malformed(f"ids[{place}]", "text")
        ids.append(each)
    return ids


def _listed(document: Json, name: str) -> list[Json]:
    listed = document.get(name) if isinstance(document, dict) and len(document) == 1 else None
    if not isinstance(listed, list):
        raise _malformed(name, f"an object with a list of {name}, nothing else")
    return listed


def _outcomes(parcels: list[Parcel], device: Sender) -> list[Outcome]:
    """Hand what can be read to the one way in, in one transaction; keep what refused the rest."""
    store = current_store()
    read = [_read(parcel, device) for parcel in parcels]
    submissions = [each for each in read if isinstance(each, Submission)]
    received = iter(receive_responses(store.database, store.keys, submissions))
    return [next(received) if isinstance(each, Submission) else each for each in read]


def _read(parcel: Parcel, device: Sender) -> Submission | SurveyError:
    """Open one parcel, checked in the order in which the single hatch checks."""
    try:
        interview = canonical_id(parcel.id)
        body = _body(parcel)
        if device.is_revoked:
            refuse_revoked(current_store().database, interview, body, device)
        drawn = early_hash(parcel.content_type)
        return read_submission(interview, body, device, early_hash=drawn)
    except SurveyError as refusal:
        return refusal


def _body(parcel: Parcel) -> bytes:
    """Return the bytes inside; raise InputError unless they are what stands beside them."""
    if not JSON_TYPE.fullmatch(parcel.content_type):
        raise InputError("unsupported", where="content_type", expected="application/json")
    try:
        body = base64.b64decode(parcel.body, validate=True)
    except ValueError as error:
        raise _malformed("body", "base64") from error
    sha256 = sha256_hex(body)
    if not parcel.sha256:
        raise InputError("digest-missing", where="sha256", expected=sha256)
    if parcel.sha256.lower() != sha256:
        raise InputError("digest-mismatch", where="sha256", expected=sha256)
    return body


def _result(parcel: Parcel, outcome: Outcome) -> dict[str, object]:
    """Say what became of one parcel, under the id it was sent with."""
    if isinstance(outcome, SurveyError):
        count_intake(outcome.code)
        return {
            "id": parcel.id, "status": words_of(outcome).status, "body": error_body(outcome),
        }  # fmt: skip
    body, status = acknowledged(outcome)
    return {"id": parcel.id, "status": int(status), "body": body}


def _malformed(where: str, expected: str) -> InputError:
    return InputError("malformed", "not as agreed", where=where, expected=expected)
