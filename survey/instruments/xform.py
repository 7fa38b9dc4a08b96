"""The same questionnaire through pyxform, so that ODK Collect can run whatever our pages run.

pyxform stops at its first mistake and speaks English; this file places and translates it.
"""

import re
from collections.abc import Mapping
from typing import Final

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import Mistake, say
from survey.instruments.sheets import Sheet, Workbook

_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_SPOT: Final = re.compile(r"On the '(\w+)' sheet, the '([^']+)' value(?: '([^']*)')? is invalid\.")
_KNOWN: Final = (
    (re.compile(r"Could not find the name '([^']*)'"), "reference-unknown"),
    (re.compile(r"The name 'meta' is reserved"), "collect-name-meta"),
    (re.compile(r"Reference variables must start with"), "collect-reference"),
    (re.compile(r"Choice filter not supported with or_other"), "collect-other-filter"),
)


def check_with_pyxform(workbook: Workbook, faults: Faults) -> None:
    """Convert the sheets to an XForm and note what pyxform refuses."""
    try:
        to_xform(workbook)
    except PyXFormError as error:
        faults.add(*_translated(str(error)))


def to_xform(workbook: Workbook) -> str:
    """Return the XForm of a questionnaire; raise pyxform's error where it has none."""
    sheets = {
        sheet.name: _rows(sheet)
        for sheet in (workbook.survey, workbook.choices, workbook.settings)
        if sheet.rows
    }
    headers = {
        f"{sheet.name}_header": [dict.fromkeys(filter(None, sheet.headings))]
        for sheet in (workbook.survey, workbook.choices, workbook.settings)
        if sheet.rows
    }
    return str(convert({**sheets, **headers}, warnings=[], validate=False).xform)


def _rows(sheet: Sheet) -> list[Mapping[str, str]]:
    """Return the rows with blanks between them, because pyxform counts rows by position."""
    rows: list[Mapping[str, str]] = [{} for _ in range(sheet.rows[-1].number - 1)]
    for row in sheet.rows:
        rows[row.number - 2] = dict(row.cells)
    return rows


def _translated(message: str) -> tuple[Place, Mistake]:
    row, spot = _ROW.search(message), _SPOT.search(message)
    place = Place(
        spot.group(1) if spot else "survey",
        int(row.group(1)) if row else None,
        spot.group(2) if spot else None,
    )
    for pattern, code in _KNOWN:
        found = pattern.search(message)
        if found:
            return place, say(code, got=found.group(1) if found.groups() else "")
    return place, say("collect-refuses", got=_ROW.sub("", message))
