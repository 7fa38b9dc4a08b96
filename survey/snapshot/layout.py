"""What columns an instrument version has: small integers for choices, numbers with their reasons.

It must not know where the columns are kept, nor what they will be used for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from survey.instruments.model import Instrument, Item
from survey.instruments.pace import reading_seconds
from survey.terms import ItemKind, Missing

OTHER: Final = "other"

ANSWERED: Final = 0
NOT_ASKED: Final = -1
REASONS: Final[Mapping[str, int]] = {
    Missing.DONT_KNOW.value: -2,
    Missing.REFUSED.value: -3,
    Missing.NOT_APPLICABLE.value: -4,
}

ID, SHA256, PLACE, SOURCE = "@id", "@sha256", "@place", "@source"
IS_DEVICE, IS_COMPLETE, IS_FLAGGED = "@device", "@complete", "@flagged"
"""Beside the answers: nothing finer than what the response row itself says. The source is the
device that sent it, else the channel."""

SECONDS, ANSWERED_COUNT, UNKNOWN_COUNT = "@seconds", "@answered", "@unknown"
"""How the interview went: its length, how many choices and numbers were given, or not known."""

ASSISTED = "@assisted"
"""Whether a person helped whoever answered (Decree 118/2025, art. 31.3)."""

HOUR, PACE, ALIKE = "@hour", "@pace", "@alike"
"""What tells a flood from people: the hour (counted from 1970), the seconds that reading what was
asked takes, and a hash that all responses with the same answers have."""

AROUND: Final[Mapping[str, pa.DataType]] = {
    ID: pa.binary(),
    SHA256: pa.binary(),
    PLACE: pa.string(),
    SOURCE: pa.string(),
    IS_DEVICE: pa.bool_(),
    IS_COMPLETE: pa.bool_(),
    IS_FLAGGED: pa.bool_(),
}
WENT: Final[Mapping[str, pa.DataType]] = {
    SECONDS: pa.float32(),
    ANSWERED_COUNT: pa.int16(),
    UNKNOWN_COUNT: pa.int16(),
    ASSISTED: pa.bool_(),
    HOUR: pa.int32(),
    PACE: pa.float32(),
    ALIKE: pa.int64(),
}


@dataclass(frozen=True)
class Layout:
    """The columns of one version, by item; a choice's code is its place in ``choices[item]``.

    ``choices`` are select_one items, ``numbers`` hold a value and a reason, ``several`` are
    select_multiple items with one column for each option (1 chosen, 0 not). ``pace`` are the
    seconds that reading an item takes.
    """

    choices: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    several: Mapping[str, tuple[str, ...]]
    pace: Mapping[str, float] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The columns of a part, in their order."""
        fields = {**AROUND, **WENT}
        for item, names in self.choices.items():
            fields[item] = pa.int8() if len(names) <= 127 else pa.int16()  # noqa: PLR2004 - int8
        for item in self.numbers:
            fields |= {item: pa.float64(), reason_column(item): pa.int8()}
        for item, names in self.several.items():
            fields |= {option_column(item, name): pa.int8() for name in names}
        return pa.schema(list(fields.items()))

    @property
    def coded(self) -> dict[str, str]:
        """The item of each of those columns in which a missing answer has its reason's code."""
        return {
            **{item: item for item in self.choices},
            **{reason_column(item): item for item in self.numbers},
            **{option_column(item, names[0]): item for item, names in self.several.items()},
        }

    @property
    def answers(self) -> list[str]:
        """The columns that hold answers."""
        return [name for name in self.schema.names if name not in AROUND and name not in WENT]


def layout_of(instrument: Instrument) -> Layout:
    """Return the columns of a published version; free text, dates and points have none."""
    choices, numbers, several = {}, [], {}
    for item in instrument.items:
        if item.kind is ItemKind.SELECT_ONE:
            choices[item.name] = _names(item)
        elif item.kind is ItemKind.SELECT_MULTIPLE:
            several[item.name] = _names(item)
        elif item.kind in {ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.RANGE}:
            numbers.append(item.name)
    return Layout(choices, tuple(numbers), several, reading_seconds(instrument))


def reason_column(item: str) -> str:
    """Name the column that says why a number is missing (0: it is not)."""
    return f"{item}@reason"


def option_column(item: str, option: str) -> str:
    """Name the column of one option of a select_multiple item."""
    return f"{item}/{option}"


def _names(item: Item) -> tuple[str, ...]:
    names = tuple(option.name for option in item.options)
    return (*names, OTHER) if item.has_other and OTHER not in names else names
