"""What the headings of a sheet mean: which column, in which language, and which are mistakes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import Mistake, say
from survey.instruments.sheets import Row, Sheet

_TRANSLATED: Final = frozenset(
    {"label", "hint", "required_message", "constraint_message", "media::image", "media::audio"}
)
_PLAIN: Final[Mapping[str, frozenset[str]]] = {
    "survey": frozenset(
        {
            "type",
            "name",
            "required",
            "relevant",
            "constraint",
            "calculation",
            "appearance",
            "choice_filter",
            "default",
            "read_only",
            "parameters",
            "tags",
        }
    ),
    "choices": frozenset({"list_name", "name"}),
    "settings": frozenset(
        {"form_id", "version", "form_title", "default_language", "instance_name"}
    ),
}
_ALIASES: Final = {
    "relevance": "relevant",
    "calculate": "calculation",
    "readonly": "read_only",
    "list name": "list_name",
    "image": "media::image",
    "audio": "media::audio",
}
_NEEDED: Final = {
    "survey": ("type", "name"),
    "choices": ("list_name", "name"),
    "settings": ("form_id", "version"),
}
REQUIRED_LANGUAGES: Final = ("vi", "en")
_NAMES: Final = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
_CODE: Final = re.compile(r"(?:.*\()?([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)?")
_EXTRA: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TITLE: Final = re.compile(r"form_title_[a-z]{2,3}")


@dataclass(frozen=True)
class Columns:
    """The columns of one sheet: (meaning, language) -> heading; language "" where it has none."""

    sheet: str
    headings: Mapping[tuple[str, str], str]
    extras: tuple[str, ...] = ()

    def cell(self, row: Row, column: str) -> str:
        """Return the text of a column without language in a row, empty if there is none."""
        return row.cells.get(self.headings.get((column, ""), ""), "")

    def text(self, row: Row, column: str) -> dict[str, str]:
        """Return what a row says in a translated column, by language."""
        return {
            language: row.cells[heading]
            for (name, language), heading in self.headings.items()
            if name == column and language and heading in row.cells
        }

    def heading(self, column: str, language: str = "") -> str:
        """Return the heading as it stands in the sheet, for a fault's place."""
        name = _NAMES.get(language, language)
        return self.headings.get((column, language), f"{column}::{name}" if name else column)

    def languages(self, column: str = "label") -> tuple[str, ...]:
        """Return the languages of a translated column from left to right."""
        return tuple(language for name, language in self.headings if name == column and language)


def read_columns(sheet: Sheet, faults: Faults) -> Columns:
    """Sort out the headings of a sheet, reporting those that are unknown, double or missing."""
    used = {heading for row in sheet.rows for heading in row.cells}
    headings: dict[tuple[str, str], str] = {}
    extras: list[str] = []
    for heading in sheet.headings:
        key = _meaning(sheet.name, heading)
        if not heading or heading.startswith("_"):
            continue
        if key is None and sheet.name == "choices" and _is_extra(heading):
            extras.append(heading)
        elif key is None:
            if heading in used:
                faults.add(Place(sheet.name, 1, heading), _unknown_heading(sheet, heading))
        elif key in headings:
            faults.add(Place(sheet.name, 1, heading), say("heading-twice", got=heading))
        else:
            headings[key] = heading
    columns = Columns(sheet.name, headings, tuple(extras))
    _check_needed(sheet, columns, faults)
    return columns


def language_code(name: str) -> str | None:
    """Return the code in ``Tiếng Việt (vi)`` or ``vi``, None where there is none."""
    match = _CODE.fullmatch(name.strip())
    return match.group(1) if match and ("(" in name) == name.strip().endswith(")") else None


def _meaning(sheet: str, heading: str) -> tuple[str, str] | None:
    head, _, tail = heading.rpartition("::")
    if head and _canonical(head) in _TRANSLATED and sheet != "settings":
        code = language_code(tail)
        return (_canonical(head), code) if code else None
    name = _canonical(heading)
    if name in _PLAIN[sheet] or (sheet == "settings" and _TITLE.fullmatch(name)):
        return (name, "")
    return None


def _canonical(name: str) -> str:
    plain = "::".join(part.strip() for part in name.split("::")).lower()
    return _ALIASES.get(plain, plain)


def _is_extra(heading: str) -> bool:
    return bool(_EXTRA.fullmatch(heading)) and _canonical(heading) not in _TRANSLATED


def _unknown_heading(sheet: Sheet, heading: str) -> Mistake:
    whole = _canonical(heading)
    base = whole if whole in _TRANSLATED else _canonical(heading.split("::", maxsplit=1)[0])
    if base in _TRANSLATED and sheet.name != "settings":
        return say("heading-language", got=heading, base=base)
    known = _PLAIN[sheet.name] | (set() if sheet.name == "settings" else _TRANSLATED)
    return say("heading-unknown", known, got=heading)


def _check_needed(sheet: Sheet, columns: Columns, faults: Faults) -> None:
    if sheet.name != "survey" and not sheet.rows:
        return
    for name in _NEEDED[sheet.name]:
        if (name, "") not in columns.headings:
            faults.add(Place(sheet.name, 1, name), say("heading-missing", got=name))
    if sheet.name != "settings":
        for language in REQUIRED_LANGUAGES:
            if ("label", language) not in columns.headings:
                heading = f"label::{_NAMES[language]}"
                faults.add(Place(sheet.name, 1, heading), say("heading-missing", got=heading))
