"""The monthly report of a round's counters: computed once when the month is settled, then kept.

Every office has its figures from the same look at the responses. Suspects and responses with
doubts stay out, as in estimates.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert

from survey import clock
from survey.bridge.offices import ENGINE, Least, office_rows, responses_by_office
from survey.bridge.totals import code_scores, number_scores
from survey.bridge.trees import index_tree
from survey.clock import VIETNAM
from survey.db.database import Database
from survey.errors import StateError
from survey.models import CounterReport
from survey.operations.snapshots import snapshot_source
from survey.queries.counter_reports import Report, kept_report
from survey.queries.rounds import RoundFacts, round_facts, sampled_places
from survey.queries.scores import KeptTree, trees_of_round
from survey.snapshot.read import Counted, Snapshot, current_snapshot
from survey.snapshot.totals import Columns, Question

SETTLED_AFTER: Final = dt.timedelta(days=5)
"""Tablets that were without a network have sent what they held by then."""

OF_PERSONS: Final = frozenset({"officer"})
"""Trees that grade one officer: a form at a counter does not say who handled the file."""

LEAST: Final = Least(answers=10, responses=30)


def settled_months(facts: RoundFacts, today: dt.date) -> list[dt.date]:
    """Return the first days of the months of a round that can be reported, the newest first."""
    month, found = facts.opens_on.replace(day=1), []
    while _next(month) + SETTLED_AFTER <= today and month <= facts.closes_on:
        found.append(month)
        month = _next(month)
    return found[::-1]


def monthly_report(database: Database, round_code: str, month: dt.date) -> Report:
    """Return the report of a settled month, computed now if nobody has looked before.

    Raises StateError ``not-settled`` for any other month, ``not-scorable`` for data that its tree
    cannot score.
    """
    with database.reading() as connection:
        facts = round_facts(connection, round_code)
        report = kept_report(connection, round_code, month)
    if report is not None:
        return report
    if month not in settled_months(facts, clock.now().astimezone(VIETNAM).date()):
        raise StateError("not-settled", f"{month} is not over", where="month", got=str(month))
    row = _computed(database, facts, month)
    with database.writing() as connection:
        # two that look at once compute the same; whoever comes first keeps it
        report = kept_report(connection, round_code, month)
        if report is None:
            connection.execute(insert(CounterReport).values(row))
            report = Report(**row)
    return report


def _computed(database: Database, facts: RoundFacts, month: dt.date) -> dict[str, Any]:
    with database.reading() as connection:
        designed = [place.place for place in sampled_places(connection, facts.code)]
        trees = [
            tree for tree in trees_of_round(connection, facts.trees) if tree.code not in OF_PERSONS
        ]
    hours = range(_hour(month), _hour(_next(month)))
    with current_snapshot(snapshot_source(database, facts.code)) as snapshot:
        counted = snapshot.counted(designed, is_sampled=False, hours=hours)
        offices = _offices(trees, snapshot, counted)
    return {
        "round": facts.code,
        "month": month,
        "answers_sha256": counted.answers_sha256,
        "engine": ENGINE,
        "results": {"trees": [tree.sha256 for tree in trees], "offices": offices},
        "computed_at": clock.now(),
    }


def _offices(
    trees: Sequence[KeptTree], snapshot: Snapshot, counted: Counted
) -> list[dict[str, Any]]:
    """Return every office that has responses, with its rows for each tree."""
    places = snapshot.places_of(counted.ids)
    found: list[dict[str, Any]] = [{"place": place, "n": 0, "trees": {}} for place in places]
    versions = list(snapshot.layouts.values())
    units: Columns = {
        "place": places,
        "unit": list(range(len(places))),
        "weight": [1.0] * len(places),
    }
    for tree in trees if places else []:
        index = index_tree(tree.mapping, tree.code)
        question = Question(code_scores(index, versions), number_scores(index, versions), units)
        sums = snapshot.sums(question, counted.ids, by_place=True).numbers
        counts = responses_by_office(sums)
        for unit, office in enumerate(found):
            office["trees"][tree.sha256] = office_rows(index, sums, unit, LEAST)
            office["n"] = counts.get(unit, 0)
    return found


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


def _hour(day: dt.date) -> int:
    """Return the first hour of a day in Vietnam, counted as the columns count."""
    return int(dt.datetime.combine(day, dt.time(), VIETNAM).timestamp()) // 3600
