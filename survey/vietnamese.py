"""How Vietnamese is cleaned, ordered and searched; pure text, it knows no table and no page.

The order is the dictionary's, as ICU gives it for the locale ``vi-u-kn-true``: first the letters
of the whole text (a ă â b … d đ e ê …), then the tones (ngang, huyền, hỏi, ngã, sắc, nặng), then
small before capital letters; digits count as one number.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

COLLATION: Final = "vietnamese"
"""The name of this order in both databases: ``COLLATE vietnamese``."""

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[bool, ...]]

_PUNCTUATION: Final = " _-–—,;:!?.…'‘’\"“”()[]{}@*/\\&#%`^+<=>|~$"
_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_ELEMENT: Final = re.compile(r"\d+|.[\u0300-\u036f]*", re.DOTALL)
_APOSTROPHES: Final = re.compile("['‘’`]")
_NOT_WORD: Final = re.compile(r"[\W_]+")


def tidy(text: str) -> str:
    """Return the text in NFC, with single spaces between its words."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


@lru_cache(maxsize=16384)
def sort_key(text: str) -> SortKey:
    """Return the key that orders texts as a Vietnamese dictionary does; NFC and NFD are equal."""
    elements = _ELEMENT.findall(unicodedata.normalize("NFD", text))
    return (
        tuple(_letter_weight(element) for element in elements),
        tuple(_tone_weight(element) for element in elements),
        tuple(element[0].isupper() for element in elements),
    )


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1 as ``left`` stands before, at or after ``right``: SQLite's collation."""
    first, second = sort_key(left), sort_key(right)
    return (first > second) - (first < second)


def fold(text: str) -> str:
    """Return what search compares: small letters without marks, đ as d, words one space apart."""
    plain = _APOSTROPHES.sub("", _without(text.casefold()).replace("đ", "d"))
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def spelling(text: str) -> str:
    """Return one form for all spellings of a name that differ in case or in the tone's seat.

    Hoà and Hòa are one spelling, Hoa and Hòa are not.
    """
    words = unicodedata.normalize("NFD", text.casefold()).split()
    return " ".join(_tone_last(word) for word in words)


def _letter_weight(element: str) -> tuple[int, int]:
    if element[0].isdigit():
        return 1, int(element)
    letter = unicodedata.normalize("NFC", "".join(c for c in element.lower() if c not in _TONES))
    if letter in _PUNCTUATION:
        return 0, _PUNCTUATION.index(letter)
    if letter in _LETTERS:
        return 2, _LETTERS.index(letter)
    return 3, ord(letter[0])


def _tone_weight(element: str) -> int:
    return sum(_TONES.index(mark) + 1 for mark in element if mark in _TONES)


def _without(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _tone_last(word: str) -> str:
    letters = "".join(c for c in word if c not in _TONES)
    tones = "".join(c for c in word if c in _TONES)
    return unicodedata.normalize("NFC", letters) + tones
