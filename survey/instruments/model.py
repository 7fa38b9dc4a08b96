"""An instrument as frozen values: what a questionnaire is once every mistake has been found.

It must not know where it was loaded from, who is asked, or how a page shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from survey.instruments.spans import Span
from survey.terms import ItemKind

Text: TypeAlias = Mapping[str, str]
"""Text by language code (``vi``, ``en``, ``blt``...), NFC; piping stays as ``${name}``."""

Ast: TypeAlias = Mapping[str, object]
"""An expression as JSON: the one form of Python, JavaScript and the API (expressions.py)."""


def in_language(text: Text, language: str) -> str:
    """Return the text in a language, or in Vietnamese, or in whichever language it has."""
    for candidate in (language, "vi"):
        if candidate in text:
            return text[candidate]
    return next(iter(text.values()), "")


@dataclass(frozen=True)
class Option:
    """One choice of a list; ``extra`` holds the further columns that a choice_filter may read."""

    name: str
    label: Text
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A group of items shown under one heading; relevance is already folded into its items."""

    name: str
    label: Text
    appearance: str = ""


@dataclass(frozen=True)
class Item:
    """One question, note or calculation, in the order of the form.

    ``relevant`` is the conjunction of its own condition and those of its groups. ``has_other``
    means that the answer may be ``{"choice": "other", "text": ...}`` (XLSForm ``or_other``, or a
    choice named ``other`` in a select_one). ``options`` holds every choice of the list, in the
    order of the form; ``missing_options`` names those called dk, refused or na, which are given
    as ``missing``, never as an answer. ``span`` is what a range offers. ``audio`` are the names of
    the files in which the question is read aloud, by language, as the workbook gives them.
    """

    name: str
    kind: ItemKind
    label: Text
    hint: Text = field(default_factory=dict)
    section: str | None = None
    required: bool = True
    required_message: Text = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    has_other: bool = False
    missing_options: tuple[str, ...] = ()
    relevant: Ast | None = None
    constraint: Ast | None = None
    constraint_message: Text = field(default_factory=dict)
    calculation: Ast | None = None
    choice_filter: Ast | None = None
    default: str | None = None
    appearance: str = ""
    is_profile: bool = False
    span: Span | None = None
    audio: Text = field(default_factory=dict)

    @cached_property
    def is_asked(self) -> bool:
        """Tell whether a person answers this item (notes and calculations are not answered)."""
        return self.kind is not ItemKind.NOTE and self.kind is not ItemKind.CALCULATE

    @cached_property
    def option_names(self) -> tuple[str, ...]:
        """The names of its choices, in the order of the form."""
        return tuple(option.name for option in self.options)


@dataclass(frozen=True)
class Instrument:
    """One immutable version of a questionnaire; ``sha256`` is that of its source (sheets.py)."""

    code: str
    version: str
    sha256: str
    title: Text
    default_language: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]

    def item(self, name: str) -> Item:
        """Return the item of that name; raise KeyError if there is none."""
        return self.items_by_name[name]

    @cached_property
    def items_by_name(self) -> Mapping[str, Item]:
        """The items, found by their names."""
        return {item.name: item for item in self.items}
