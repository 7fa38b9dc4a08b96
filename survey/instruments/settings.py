"""What the settings sheet says about the questionnaire as a whole."""

import re
from dataclasses import dataclass
from typing import Final

from survey.instruments.columns import Columns, language_code
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import say
from survey.instruments.model import Text
from survey.instruments.sheets import Row, Sheet

_CODE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,248}")
_TITLE: Final = "form_title"


@dataclass(frozen=True)
class Settings:
    """Code, version, title and the language in which the questionnaire is written."""

    code: str
    version: str
    title: Text
    default_language: str


def read_settings(
    sheet: Sheet, columns: Columns, languages: tuple[str, ...], faults: Faults
) -> Settings:
    """Return the settings, noting every mistake.

    ``form_title`` is the title in the default language; ``form_title_en`` and further columns of
    that form give it in other languages, which otherwise show the same words.
    """
    if not sheet.rows:
        faults.add(Place(sheet.name), say("no-settings"))
        return Settings("", "", {}, "vi")
    row, *others = sheet.rows
    for other in others:
        faults.add(Place(sheet.name, other.number), say("settings-rows"))
    code = _identifier(columns, row, "form_id", faults)
    version = _identifier(columns, row, "version", faults)
    language = _default_language(columns, row, languages, faults)
    return Settings(code, version, _title(columns, row, language, code), language)


def _identifier(columns: Columns, row: Row, column: str, faults: Faults) -> str:
    value = columns.cell(row, column)
    if not _CODE.fullmatch(value):
        place = Place(columns.sheet, row.number, columns.heading(column))
        code = "setting-form" if value else "setting-missing"
        faults.add(place, say(code, got=value, column=column))
    return value


def _default_language(
    columns: Columns, row: Row, languages: tuple[str, ...], faults: Faults
) -> str:
    given = columns.cell(row, "default_language")
    code = language_code(given) if given else "vi"
    if code in languages or not languages:
        return code or "vi"
    place = Place(columns.sheet, row.number, columns.heading("default_language"))
    faults.add(place, say("default-language", got=given, languages=", ".join(languages)))
    return "vi"


def _title(columns: Columns, row: Row, language: str, code: str) -> Text:
    own = columns.cell(row, _TITLE) or code
    title = {"vi": own, "en": own, language: own}
    for name, _ in columns.headings:
        if name.startswith(f"{_TITLE}_") and columns.cell(row, name):
            title[name.removeprefix(f"{_TITLE}_")] = columns.cell(row, name)
    return title
