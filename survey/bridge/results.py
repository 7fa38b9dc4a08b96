"""From the engine's result to plain rows that a table can keep for ever."""

from decimal import Decimal
from typing import Any, TypeAlias

from scoring import Estimate, IndexTree, Presented, Result, present

Row: TypeAlias = dict[str, Any]

NO_ERROR: Row = {"se": None, "low": None, "high": None, "df": None, "deff": None}
PLAIN_NOTES = frozenset({"small-n", "missing-child", "no-value", "out-of-range", "at-bound"})


def designed_rows(result: Result, tree: IndexTree) -> dict[str, list[Row]]:
    """Return the estimates as a scoring plan writes them, and how the tree wants them shown."""
    return {
        "estimates": [_estimate(row) for row in result.estimates],
        "presented": [_presented(row) for row in present(result, tree)],
    }


def plain_rows(result: Result, tree: IndexTree) -> dict[str, list[Row]]:
    """Return means and n alone: without a design there is no error to speak of."""
    rows = designed_rows(result, tree)
    return {
        "estimates": [{**row, **NO_ERROR, "notes": _plain(row)} for row in rows["estimates"]],
        "presented": [{**row, "low": None, "high": None} for row in rows["presented"]],
    }


def _estimate(row: Estimate) -> Row:
    return {**row._asdict(), "notes": [note._asdict() for note in row.notes]}


def _plain(row: Row) -> list[Row]:
    return [note for note in row["notes"] if note["code"] in PLAIN_NOTES]


def _presented(row: Presented) -> Row:
    return {
        "node": row.node,
        "value": _number(row.value),
        "low": _number(row.low),
        "high": _number(row.high),
        "grade": None if row.grade is None else dict(row.grade),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
