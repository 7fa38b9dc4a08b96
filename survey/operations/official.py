"""Deeds about official results: bring those that ship with the program, or those of a file."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select

from survey.models import MethodBreak, OfficialResult
from survey.operations.audit import record
from survey.operations.bringing import Brought, Columns, bring
from survey.operations.official_files import (
    ResultRow,
    builtin_file,
    read_breaks,
    read_results,
)
from survey.places.builtin import builtin_provinces
from survey.queries.staff import OPERATOR, Actor
from survey.seals import sha256_hex
from survey.terms import AuditAction

BUILT_IN = ""
"""The origin of a row that ships with the program; any other names the file that brought it."""


def bring_builtin_official(connection: Connection) -> Brought:
    """Bring the results and breaks that ship with the program; what a file brought stays."""
    results = read_results(builtin_file("official_results"), "official_results.csv", _provinces())
    breaks = read_breaks(builtin_file("method_breaks"), "method_breaks.csv")
    brought = bring(connection, OfficialResult, _not_replaced(connection, OfficialResult, results))
    more = bring(connection, MethodBreak, _not_replaced(connection, MethodBreak, breaks))
    return Brought(brought.added + more.added, brought.changed + more.changed)


def import_results(
    connection: Connection, source: bytes, file: str, by: Actor = OPERATOR
) -> Brought:
    """Bring the official results of a CSV file; raise OfficialError with every fault."""
    rows = _from(read_results(source, file, _provinces()), file)
    return _noted(connection, by, bring(connection, OfficialResult, rows), source)


def import_breaks(
    connection: Connection, source: bytes, file: str, by: Actor = OPERATOR
) -> Brought:
    """Bring the method breaks of a CSV file; raise OfficialError with every fault."""
    rows = _from(read_breaks(source, file), file)
    return _noted(connection, by, bring(connection, MethodBreak, rows), source)


def _provinces() -> frozenset[str]:
    return frozenset(province.code for province in builtin_provinces())


def _from(rows: Sequence[ResultRow], origin: str) -> list[Columns]:
    return [{**row, "origin": origin} for row in rows]


def _not_replaced(
    connection: Connection, model: type[OfficialResult | MethodBreak], rows: Sequence[ResultRow]
) -> list[Columns]:
    """Return the built-in rows but those that an operator's file has replaced."""
    table = model.__table__
    keys = [column.name for column in table.primary_key]
    brought = connection.execute(
        select(*(table.c[key] for key in keys)).where(table.c.origin != BUILT_IN)
    )
    replaced = {tuple(row) for row in brought}
    kept = [row for row in rows if tuple(row[key] for key in keys) not in replaced]
    return _from(kept, BUILT_IN)


def _noted(connection: Connection, by: Actor, brought: Brought, source: bytes) -> Brought:
    """Leave a line about an import that changed something."""
    if brought.added or brought.changed:
        detail: dict[str, str | int] = {**asdict(brought), "sha256": sha256_hex(source)}
        record(connection, by, AuditAction.OFFICIAL_IMPORTED, "official:results", detail=detail)
    return brought
