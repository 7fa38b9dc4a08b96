"""JSON as it must be: one reading for one text, bounded in depth, text in NFC.

It must not know what the document means.
"""

import json
import math
import unicodedata
from typing import Final, NoReturn, TypeAlias

from survey.errors import InputError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_DEPTH: Final = 32
LARGEST_INTEGER: Final = 2**53
LONGEST_NUMBER: Final = 400


def read_json(body: bytes) -> Json:
    """Return the document with every text in NFC; raise InputError ``malformed`` naming the spot.

    Refused: bytes that are not UTF-8, a name twice in one object, NaN and infinities, integers
    that a double cannot hold, lone surrogates, U+0000, nesting deeper than 32.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start}", "UTF-8") from error
    try:
        document: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"line {error.lineno}, column {error.colno}", "JSON") from error
    except RecursionError as error:
        raise _malformed("", f"nesting of at most {MAX_DEPTH}") from error
    _check_depth(document, body)
    return document


def _object(pairs: list[tuple[str, Json]]) -> Json:
    result: dict[str, Json] = {}
    for name, value in pairs:
        key = _text(name, "")
        if key in result:
            raise _malformed(key, "each name once")
        result[key] = _in_nfc(value, key)
    return result


def _in_nfc(value: Json, where: str) -> Json:
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, list):
        return [_in_nfc(each, where) for each in value]
    return value


def _text(text: str, where: str) -> str:
    if text.isascii():
        if "\0" in text:
            raise _malformed(where, "text without U+0000")
        return text
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _malformed(where, "text of Unicode characters without U+0000")
    return unicodedata.normalize("NFC", text)


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER or abs(int(digits)) > LARGEST_INTEGER:
        raise _malformed(digits[:20], "an integer of at most 2^53")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _malformed(digits[:20], "a finite number")
    return value


def _constant(word: str) -> NoReturn:
    raise _malformed(word, "a number")


def _check_depth(document: Json, body: bytes) -> None:
    if body.count(b"{") + body.count(b"[") <= MAX_DEPTH:
        return
    level: list[Json] = [document]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Json] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        if not inner:
            return
        level = inner
    raise _malformed("", f"nesting of at most {MAX_DEPTH}")


def _malformed(where: str, expected: str) -> InputError:
    return InputError("malformed", "the body is not well-formed", where=where, expected=expected)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=_constant,
    strict=True,
)
