"""The envelope of what devices send: who sends it, the whole body, its digest, its receipt."""

import re
from typing import Final

from flask import g, request
from werkzeug.http import parse_options_header

from survey.errors import InputError, NotAllowed
from survey.operations.device_reports import Heard, note_heard
from survey.operations.submissions import MAX_BYTES
from survey.queries.devices import Sender, recent_sender
from survey.seals import EARLY, content_digest, sha256_hex, token_digest
from survey.terms import Keeping
from survey.web.device_cookie import own_device_key
from survey.web.store import current_store

SHA256_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=([^,]*)")
DIGEST: Final = re.compile(r"\s*[a-z*][a-z0-9_.*-]*=:[A-Za-z0-9+/]*=*:\s*")
"""One digest as RFC 9530 writes it; several stand behind one another with commas."""

WAITING: Final = re.compile(r"[0-9]{1,6}")
EARLY_RECEIPT: Final = EARLY.replace(" ", "-")
"""The parameter of a content type in which a device names a receipt that it drew."""

HASH: Final = re.compile("[0-9a-f]{64}")


def check_content_type() -> None:
    """Raise InputError ``unsupported`` unless the body is JSON as it stands."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if request.mimetype != "application/json" or encoding != "identity":
        raise InputError("unsupported", where="Content-Type", expected="application/json")


def early_hash(content_type: str) -> str:
    """Return the hash of the receipt that the device drew for these bytes, empty without one.

    It stands in the content type, which an interview has alone and in a batch; raise InputError.
    """
    said = parse_options_header(content_type)[1].get(EARLY_RECEIPT, "")
    if said and not HASH.fullmatch(said):
        expected = f"{EARLY_RECEIPT}=64 lower-case hexadecimal digits"
        raise InputError("unsupported", where="Content-Type", expected=expected)
    return said


def sender() -> Sender | None:
    """Return the device of the bearer key or cookie, None without either; raise NotAllowed.

    That it was heard is noted, with how many interviews it says still wait on it, how safely.
    """
    key = _bearer_key()
    if key is None:
        key = own_device_key()
    if key is None:
        g.is_citizen = True
        return None
    database = current_store().database
    found = recent_sender(database, token_digest(key))
    g.device = found.device
    note_heard(database, Heard(found.device, _waiting(), _keeping()))
    return found


def _bearer_key() -> str | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAllowed("unauthorised", where="Authorization", expected="Bearer")
    return key.strip()


def known_sender() -> Sender:
    """Return the device of the request; raise NotAllowed without one that may send."""
    found = sender()
    if found is None:
        raise NotAllowed("unauthorised", where="Authorization", expected="Bearer")
    return found


def _waiting() -> int | None:
    """Return how many interviews wait on the device besides these; None when it does not say."""
    said = request.headers.get("Outbox-Waiting", "")
    return int(said) if WAITING.fullmatch(said) else None


def _keeping() -> Keeping | None:
    """Return how safely interviews wait on the device; None when it does not say."""
    said = request.headers.get("Outbox-Keeping", "")
    return Keeping(said) if said in set(Keeping) else None


def whole_body(most: int = MAX_BYTES) -> bytes:
    """Return the body as it was sent; raise InputError for one that was cut off on the way."""
    length = request.content_length
    # One byte more than is taken shows a body that is too large; behind a length nothing is read.
    request.max_content_length = min(length or most + 1, most + 1)
    body = request.get_data(cache=False)
    if length is not None and length != len(body):
        raise InputError("malformed", where="Content-Length", expected="the whole body")
    if len(body) > most:
        raise InputError("too-large", expected=f"at most {most} bytes")
    return body


def has_digest(body: bytes) -> bool:
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
