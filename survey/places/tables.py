"""A CSV file as rows of clean cells, and the list that gathers everything wrong with it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from survey.errors import Fault, PlacesError, TableError
from survey.vietnamese import tidy

Sentences: TypeAlias = Mapping[str, Mapping[str, str]]
"""Code of a mistake -> what its author is told, by language."""

SENTENCES: Final[Sentences] = yaml.safe_load(
    Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
)


@dataclass
class Faults:
    """The faults of one file so far; ``settle`` ends the reading when there are any."""

    file: str
    error: type[TableError] = PlacesError
    sentences: Sentences = field(default_factory=lambda: SENTENCES)
    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, row: int | None, column: str | None = None, **facts: object) -> None:
        """Note one mistake at its row and column."""
        said = {language: text.format(**facts) for language, text in self.sentences[code].items()}
        self.found.append(Fault(code, self.file, row, column, said["vi"], said["en"]))

    def settle(self) -> None:
        """Raise the error with every fault by row; do nothing without faults."""
        if self.found:
            in_order = sorted(self.found, key=lambda fault: fault.row or 0)
            raise self.error(self.file, tuple(in_order))


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet shows it, and its cells by heading, NFC and tidy."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell; empty where the column is absent."""
        return self.cells.get(column, "")


def read_lines(source: bytes, needed: tuple[str, ...], faults: Faults) -> list[Line]:
    """Return the rows that hold something; raise TableError when the file is no such table."""
    table = _table(source, faults)
    headings = [tidy(cell).casefold() for cell in table[0]] if table else []
    for column in needed:
        if column not in headings:
            faults.add("no-column", 1, column, missing=column, expected=", ".join(needed))
    faults.settle()
    lines = list(_lines(table, headings, faults))
    if not lines:
        faults.add("no-rows", None)
    for line in lines:
        for column in needed:
            if not line[column]:
                faults.add("empty-cell", line.number, column)
    return lines


def _table(source: bytes, faults: Faults) -> list[list[str]]:
    try:
        text = source.decode("utf-8-sig")
        # a spreadsheet in Vietnamese separates cells by semicolons, as its decimals have commas
        heading = text.partition("\n")[0]
        delimiter = ";" if heading.count(";") > heading.count(",") else ","
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except UnicodeDecodeError:
        faults.add("not-utf8", None)
    except csv.Error as error:
        faults.add("not-csv", None, got=error)
    faults.settle()
    return []


def _lines(table: list[list[str]], headings: list[str], faults: Faults) -> Iterator[Line]:
    for number, cells in enumerate(table[1:], start=2):
        if any(cells[len(headings) :]):
            faults.add("row-long", number)
        clean = [tidy(cell) for cell in cells]
        if any(clean):
            yield Line(number, dict(zip(headings, clean, strict=False)))
