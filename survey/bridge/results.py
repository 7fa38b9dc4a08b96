"""From the engine's result to plain rows that a table can keep for ever."""

from typing import Any, TypeAlias

from scoring import Estimate, Result

Row: TypeAlias = dict[str, Any]

PLAIN_NOTES = frozenset({"small-n", "missing-child", "no-value", "out-of-range", "at-bound"})


def estimate_rows(result: Result) -> list[Row]:
    """Return the estimates as the scoring plan writes them."""
    return [_row(estimate) for estimate in result.estimates]


def plain_rows(result: Result) -> list[Row]:
    """Return means and n alone: without a design there is no error to speak of."""
    unknown = {"se": None, "low": None, "high": None, "df": None, "deff": None}
    rows = []
    for row in estimate_rows(result):
        notes = [note for note in row["notes"] if note["code"] in PLAIN_NOTES]
        rows.append({**row, **unknown, "notes": notes})
    return rows


def _row(estimate: Estimate) -> Row:
    notes = [note._asdict() for note in estimate.notes]
    return {**estimate._asdict(), "notes": notes}
