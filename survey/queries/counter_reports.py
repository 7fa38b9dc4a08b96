"""Reads about monthly reports of counters: what was computed once and is kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from survey.models import CounterReport


@dataclass(frozen=True)
class Report:
    """One month of a round's offices.

    ``results`` has the hashes of its ``trees`` and the ``offices``: place, n, and for each tree
    the rows that score runs have too.
    """

    round: str
    month: dt.date
    answers_sha256: str
    engine: str
    results: Mapping[str, Any]
    computed_at: dt.datetime


def kept_report(connection: Connection, round_code: str, month: dt.date) -> Report | None:
    """Return the report of a month, None before it was computed."""
    row = connection.execute(
        select(CounterReport.__table__).where(
            CounterReport.round == round_code, CounterReport.month == month
        )
    ).one_or_none()
    return None if row is None else Report(*row)
