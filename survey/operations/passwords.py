"""Passwords: what may be one, its hash, and whether one is right. No rule about its letters.

A password must be long, must not hold the log-in name, and must not be one that people choose
everywhere, whatever digits stand around it and however often it is repeated.
"""

import secrets
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from survey.errors import InputError
from survey.vietnamese import fold

SHORTEST_PASSWORD: Final = 12
SHORTEST_NAME: Final = 3
"""A shorter log-in name stands in too many good passwords."""

SHORTEST_PIECE: Final = 5
"""What repeats a shorter piece is guessed by its pattern."""

COMMON: Final = Path(__file__).with_name("common_passwords.txt")
DIGITS: Final = "0123456789" * 2
NO_PASSWORD: Final = ""
"""Stands for the hash of an account whose password nobody has set yet."""

_HASHER = PasswordHasher(memory_cost=64 * 1024, time_cost=3, parallelism=1)
NOBODY_HASH: Final = _HASHER.hash(secrets.token_urlsafe())
# each check takes 64 MiB: a storm of log-ins must not take the memory of the server
_CHECKS = threading.BoundedSemaphore(2)


def hash_password(password: str, login: str = "") -> str:
    """Return the argon2id hash of a password; raise InputError when it may not be one."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST_PASSWORD:
        raise _refused("short-password", f"{SHORTEST_PASSWORD} characters")
    if len(login) >= SHORTEST_NAME and login in password.casefold():
        raise _refused("login-in-password", "no log-in name in it")
    if is_common(password):
        raise _refused("common-password", "one that few people choose")
    with _CHECKS:
        return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Tell whether a hash is that of a password; takes as long whatever the hash."""
    with _CHECKS:
        try:
            _HASHER.verify(password_hash, unicodedata.normalize("NFC", password))
        except VerifyMismatchError:
            return False
    return True


def is_common(password: str) -> bool:
    """Tell whether a password, its core, or the piece that it repeats is chosen everywhere."""
    whole = fold(password).replace(" ", "")
    core = whole.strip("0123456789") or whole
    piece = _piece(core)
    is_pattern = piece != core and len(piece) < SHORTEST_PIECE
    is_run = core in DIGITS or core[::-1] in DIGITS
    return is_pattern or is_run or not {whole, core, piece}.isdisjoint(_common_passwords())


def _piece(text: str) -> str:
    """Return the shortest text that gives this one when it is repeated."""
    return text[: (text + text).find(text, 1)]


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _refused(code: str, expected: str) -> InputError:
    return InputError(code, "this may not be a password", where="password", expected=expected)
