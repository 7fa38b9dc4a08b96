"""Bytes in, bytes out: digests, receipts and keys. It knows no table and no request."""

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config import Settings, SettingsError

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters that people do not mix up when they read a code aloud: no I, L, O, U."""

EARLY = "early receipt"
"""What a device draws for a person before the server has the form; twin: early_receipt.js."""

MISREAD = str.maketrans("ILO", "110")
CODE = re.compile(f"[{CROCKFORD}]{{12}}")
BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True)
class Keys:
    """The secrets of one installation."""

    cookies: str
    receipts: bytes


def load_keys(settings: Settings) -> Keys:
    """Return the given secrets, or those of the data folder, made there once (mode 0600).

    Raise SettingsError when the folder cannot be used.
    """
    try:
        cookies = settings.secret_key or _kept_secret(settings.data_dir / "secret_key")
        receipts = settings.receipt_key or _kept_secret(settings.data_dir / "receipt_key")
    except OSError as error:
        raise SettingsError([f"SURVEY_DATA_DIR: cannot use the data folder: {error}"]) from error
    return Keys(cookies=cookies, receipts=receipts.encode())


def sha256_hex(content: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of the bytes."""
    return hashlib.sha256(content).hexdigest()


def content_digest(sha256: str) -> str:
    """Return the RFC 9530 form of a SHA-256."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def proof(keys: Keys, interview: str, sha256: str, received_hour: dt.datetime) -> str:
    """Return the server's word, for devices, that it holds these bytes under this id."""
    return _sealed(keys, "proof", interview, sha256, received_hour).hex()


def receipt(keys: Keys, interview: str, sha256: str, received_hour: dt.datetime) -> str:
    """Return the code of 12 characters (60 bits) that a person can keep."""
    return _readable(_sealed(keys, "receipt", interview, sha256, received_hour))


def key_name(key: bytes) -> str:
    """Return a name by which a key is recognised and from which it cannot be found."""
    return hmac.digest(key, b"name of this key", "sha256").hex()[:16]


def new_token() -> str:
    """Return 256 random bits as text: a device key."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return 60 random bits as a code of 12 characters that a person can type."""
    return _readable(secrets.token_bytes(8))


def tidy_code(typed: str) -> str:
    """Return a code as it is printed, from what a person typed; I, L and O are read as 1, 1, 0.

    What cannot be a code comes back empty.
    """
    letters = BETWEEN.sub("", typed).upper().translate(MISREAD)
    if not CODE.fullmatch(letters):
        return ""
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def code_digest(keys: Keys, purpose: str, code: str) -> bytes:
    """Return what is stored of a printed code: without the key nothing leads back to it."""
    return hmac.digest(keys.receipts, f"{purpose} code\n{code}".encode(), "sha256")


def early_hash(code: str) -> str:
    """Return what a device keeps and sends of a receipt that it drew: 60 random bits, hashed."""
    return sha256_hex(f"{EARLY}\n{code}".encode())


def early_digest(keys: Keys, hashed: str) -> bytes:
    """Return what is stored of a receipt that a device drew, from the hash that it sent."""
    return code_digest(keys, EARLY, hashed)


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def chained(link: str, fields: Iterable[bytes]) -> str:
    """Return the hash that ties a line to the one before it: SHA-256 of ``link`` and the fields.

    Each field stands behind its length, so that no two lines read the same.
    """
    canonical = b"".join(b"%d:%b," % (len(field), field) for field in fields)
    return sha256_hex(link.encode() + canonical)


def _readable(seed: bytes) -> str:
    """Return the first 60 bits as a code of 12 characters in groups of four."""
    number = int.from_bytes(seed[:8]) >> 4
    letters = [CROCKFORD[(number >> shift) & 31] for shift in range(55, -1, -5)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def _sealed(
    keys: Keys, purpose: str, interview: str, sha256: str, received_hour: dt.datetime
) -> bytes:
    hour = received_hour.astimezone(dt.UTC).isoformat()[: len("2026-11-21T09")]
    message = f"{purpose}\n{interview}\n{sha256}\n{hour}Z".encode()
    return hmac.digest(keys.receipts, message, "sha256")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link is made whole or not at all: of two processes that start, both read one secret.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
