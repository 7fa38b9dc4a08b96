"""Answers as columns of small integers and numbers, in the codes of the columnar snapshot.

It must not know where responses are kept, nor what a column will be used for.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from survey.instruments.model import Instrument, Item
from survey.terms import ItemKind, Missing

Integers: TypeAlias = npt.NDArray[np.signedinteger]
Floats: TypeAlias = npt.NDArray[np.float64]

ANSWERED: Final = 0
NOT_ASKED: Final = -1
REASONS: Final[Mapping[str, int]] = {
    Missing.DONT_KNOW.value: -2,
    Missing.REFUSED.value: -3,
    Missing.NOT_APPLICABLE.value: -4,
}


@dataclass(frozen=True, eq=False)
class ChoiceColumn:
    """A select_one item: ``names[codes[row]]``, or -1 not asked, -2 dk, -3 refused, -4 na."""

    codes: Integers
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """A number item: the value or NaN, and the reason (0 answered, else as for choices)."""

    values: Floats
    reasons: Integers


@dataclass(frozen=True)
class Row:
    """One stored response: what the columns and their fingerprint need of it."""

    id: str
    sha256: str
    answers: Mapping[str, object]
    missing: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Columns:
    """Responses side by side, in the order of their ids.

    ``answers_sha256`` names exactly these responses with exactly these bytes.
    """

    n_rows: int
    choices: Mapping[str, ChoiceColumn]
    numbers: Mapping[str, NumberColumn]
    answers_sha256: str


def columns_of(instrument: Instrument, rows: Sequence[Row]) -> Columns:
    """Lay out the scorable items of an instrument; the rows come in the order of their ids."""
    choices, numbers = {}, {}
    for item in instrument.items:
        if item.kind is ItemKind.SELECT_ONE:
            choices[item.name] = _choice_column(item, rows)
        elif item.kind in {ItemKind.INTEGER, ItemKind.DECIMAL}:
            numbers[item.name] = _number_column(item, rows)
    return Columns(len(rows), choices, numbers, _fingerprint(rows))


def _choice_column(item: Item, rows: Sequence[Row]) -> ChoiceColumn:
    answers = [_choice(row.answers.get(item.name)) for row in rows]
    known = [option.name for option in item.options]
    # a response keeps to its own version, whose list may have had other choices
    names = (*known, *sorted({name for name in answers if name} - set(known)))
    code_of = {name: code for code, name in enumerate(names)}
    codes = [
        code_of[name] if name else _reason(row, item.name)
        for name, row in zip(answers, rows, strict=True)
    ]
    width = np.int8 if len(names) <= np.iinfo(np.int8).max else np.int16
    return ChoiceColumn(np.array(codes, dtype=width), names)


def _choice(answer: object) -> str:
    name = answer.get("choice") if isinstance(answer, dict) else answer
    return unicodedata.normalize("NFC", name) if isinstance(name, str) else ""


def _number_column(item: Item, rows: Sequence[Row]) -> NumberColumn:
    values = np.full(len(rows), np.nan)
    reasons = np.zeros(len(rows), dtype=np.int8)
    for place, row in enumerate(rows):
        answer = row.answers.get(item.name)
        if isinstance(answer, int | float):
            values[place] = answer
        else:
            reasons[place] = _reason(row, item.name)
    return NumberColumn(values, reasons)


def _reason(row: Row, name: str) -> int:
    return REASONS.get(row.missing.get(name, ""), NOT_ASKED)


def _fingerprint(rows: Sequence[Row]) -> str:
    lines = "".join(f"{row.id} {row.sha256}\n" for row in rows)
    return hashlib.sha256(lines.encode()).hexdigest()
