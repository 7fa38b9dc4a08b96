"""The lists of choices, from the choices sheet."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from survey.instruments.columns import Columns
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import say
from survey.instruments.model import Option
from survey.instruments.sheets import Row, Sheet
from survey.instruments.wording import needed_text

Lists: TypeAlias = Mapping[str, tuple[Option, ...]]

OTHER: Final = Option("other", {"vi": "Khác (xin ghi rõ)", "en": "Other (please specify)"})
_LIST: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")


def read_lists(sheet: Sheet, columns: Columns, faults: Faults) -> Lists:
    """Return list name -> choices in the order of the sheet, noting every mistake."""
    lists: dict[str, dict[str, Option]] = {}
    for row in sheet.rows:
        list_name = columns.cell(row, "list_name")
        name = columns.cell(row, "name")
        if not _LIST.fullmatch(list_name):
            code = "list-name-form" if list_name else "list-name-missing"
            faults.add(_place(columns, row, "list_name"), say(code, got=list_name))
            continue
        options = lists.setdefault(list_name, {})
        if _is_name(columns, row, name, faults):
            if name in options:
                twice = say("choice-twice", got=name, list=list_name)
                faults.add(_place(columns, row, "name"), twice)
            options[name] = _option(columns, row, name, faults)
    return {name: tuple(options.values()) for name, options in lists.items()}


def _is_name(columns: Columns, row: Row, name: str, faults: Faults) -> bool:
    if not name:
        faults.add(_place(columns, row, "name"), say("choice-name-missing"))
    elif not _NAME.fullmatch(name):
        faults.add(_place(columns, row, "name"), say("choice-name-form", got=name))
    return bool(_NAME.fullmatch(name))


def _option(columns: Columns, row: Row, name: str, faults: Faults) -> Option:
    label = needed_text(columns, row, "label", faults)
    extra = {heading: row.cells[heading] for heading in columns.extras if heading in row.cells}
    return Option(name, label, extra)


def _place(columns: Columns, row: Row, column: str) -> Place:
    return Place(columns.sheet, row.number, columns.heading(column))
