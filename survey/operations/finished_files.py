"""Deeds about the files that offices finished: one figure typed, or a month of many from a CSV."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml
from sqlalchemy import Connection

from survey import clock
from survey.clock import VIETNAM
from survey.errors import NotFound, TableError
from survey.models import FinishedFiles
from survey.operations.audit import record
from survey.operations.bringing import Brought, bring
from survey.places.tables import SENTENCES, Faults, Line, read_lines
from survey.queries.counters import FilesFinished, counter_places
from survey.queries.staff import Actor, Person
from survey.terms import AuditAction

COLUMNS: Final = ("place", "month", "finished_files")
MOST_FILES: Final = 10_000_000
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,8}", re.ASCII)


def month_of(text: str) -> dt.date:
    """Return the first day of a month such as 2026-10; raise NotFound for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None or found[1] == "0000":
        raise NotFound("unknown-month", where="month", got=text)
    return dt.date(int(found[1]), int(found[2]), 1)


def keep_finished_files(
    connection: Connection, rows: Sequence[FilesFinished], person: Person, by: Actor
) -> Brought:
    """Keep figures; a later one of the same month replaces the earlier, both stand in the audit.

    Raises NotFound for a place that has no counter or is not the person's.
    """
    own = set(counter_places(connection, person.place))
    for row in rows:
        if row.place not in own:
            raise NotFound("unknown-place", where="place", got=row.place)
    brought = bring(connection, FinishedFiles, [vars(row) for row in rows])
    for row in rows:
        on = f"files:{row.place}:{row.month:%Y-%m}"
        detail = {"files": row.files_count}
        record(connection, by, AuditAction.FILES_ENTERED, on, detail=detail)
    return brought


def read_finished_files(source: bytes, file: str, own: Sequence[str]) -> list[FilesFinished]:
    """Return the rows of a CSV file; raise TableError with every fault."""
    faults = Faults(file, TableError, {**SENTENCES, **_own_sentences()})
    lines = read_lines(source, COLUMNS, faults)
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        _check(line, frozenset(own), faults)
        earlier = seen.setdefault((line["place"], line["month"]), line.number)
        if earlier != line.number:
            faults.add("month-twice", line.number, "month", earlier=earlier)
    faults.settle()
    return [
        FilesFinished(line["place"], month_of(line["month"]), int(line["finished_files"]))
        for line in lines
    ]


def _check(line: Line, own: frozenset[str], faults: Faults) -> None:
    place, month, files = (line[column] for column in COLUMNS)
    if place and place not in own:
        faults.add("no-counter", line.number, "place", got=place)
    if month and not is_past_month(month):
        faults.add("bad-month", line.number, "month", got=month)
    if files and not (_COUNT.fullmatch(files) and int(files) <= MOST_FILES):
        faults.add("bad-count", line.number, "finished_files", got=files)


def is_past_month(text: str) -> bool:
    """Tell whether a text names a month that has begun."""
    try:
        return month_of(text) <= clock.now().astimezone(VIETNAM).date()
    except NotFound:
        return False


@lru_cache(maxsize=1)
def _own_sentences() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name("data") / "finished_files_messages.yaml"
    sentences: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return sentences
