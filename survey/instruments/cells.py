"""Judges the cells of a row that hold neither words nor conditions: flags, default, appearance."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from survey.instruments.columns import Columns
from survey.instruments.defaults import is_fitting
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import Mistake, say
from survey.instruments.model import Option
from survey.instruments.outline import Entry
from survey.instruments.sheets import Row
from survey.instruments.spans import read_span
from survey.terms import ItemKind

_YES_NO: Final = {
    "yes": True, "true": True, "true()": True, "": False, "no": False, "false": False,
    "false()": False,
}  # fmt: skip
_APPEARANCE: Final = re.compile(r"[a-z0-9 -]*")
_SILENT: Final = {ItemKind.NOTE, ItemKind.CALCULATE}


def read_flag(columns: Columns, row: Row, column: str, faults: Faults) -> bool:
    """Return whether a cell says yes; blank is no, and anything else than yes or no a mistake."""
    word = columns.cell(row, column).lower()
    if word not in _YES_NO:
        place = Place(columns.sheet, row.number, columns.heading(column))
        faults.add(place, say("yes-no", got=word))
    return _YES_NO.get(word, False)


def check_cells(
    entry: Entry, options: tuple[Option, ...], columns: Columns, faults: Faults
) -> None:
    """Note every cell of a row that its type cannot have, or that says something impossible."""
    cells = _Cells(entry, columns)
    for column, mistake in (*cells.misplaced(), *cells.unusable(), *cells.unfit(options)):
        faults.add(Place(columns.sheet, entry.row.number, columns.heading(column)), mistake)
    if read_flag(columns, entry.row, "read_only", faults) and entry.kind not in _SILENT:
        place = Place(columns.sheet, entry.row.number, columns.heading("read_only"))
        faults.add(place, say("read-only"))


@dataclass(frozen=True)
class _Cells:
    """The cells of one row, and the mistakes in them as (column, mistake)."""

    entry: Entry
    columns: Columns

    def _get(self, column: str) -> str:
        return self.columns.cell(self.entry.row, column)

    def misplaced(self) -> Iterator[tuple[str, Mistake]]:
        kind = self.entry.kind
        unfit = {
            "calculation": kind is not ItemKind.CALCULATE,
            "choice_filter": not self.entry.is_select,
            "constraint": kind in _SILENT,
            "default": kind in _SILENT,
        }
        for column, is_unfit in unfit.items():
            if is_unfit and self._get(column):
                yield column, say("cell-misplaced", got=column, kind=kind.value)

    def unusable(self) -> Iterator[tuple[str, Mistake]]:
        if self.entry.kind is ItemKind.CALCULATE and not self._get("calculation"):
            yield "calculation", say("calculation-missing")
        if self.entry.kind is ItemKind.RANGE:
            if read_span(self._get("parameters")) is None:
                yield "parameters", say("parameters-range", got=self._get("parameters"))
        elif self._get("parameters"):
            yield "parameters", say("parameters", got=self._get("parameters"))
        if not _APPEARANCE.fullmatch(self._get("appearance")):
            yield "appearance", say("appearance", got=self._get("appearance"))

    def unfit(self, options: tuple[Option, ...]) -> Iterator[tuple[str, Mistake]]:
        codes = {option.name for option in options}
        default = self._get("default")
        if default and not is_fitting(default, self.entry.kind, codes):
            yield "default", say("default", got=default)
