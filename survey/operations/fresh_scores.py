"""When scores are computed: at a look where a round is small, by a process beside where it is not.

A page must not make its reader wait for a million answers: of a large round it shows the newest
run and says what waits. Small or large, estimates move by batches of at least ten responses.
"""

from typing import Final

from survey.db.database import Database
from survey.operations.score_runs import is_due, run_scores
from survey.queries.fieldwork import round_progress
from survey.queries.rounds import all_rounds

AT_A_LOOK: Final = 5_000
"""Responses of a round up to which a reader waits for the computation: well under a second."""


def score_at_a_look(database: Database, round_code: str) -> bool:
    """Compute what is due now where that is quick; tell whether something waits for the process.

    Raise StateError when the data cannot be scored yet.
    """
    if _is_large(database, round_code):
        return is_due(database, round_code)
    run_scores(database, round_code)
    return False


def rounds_to_score(database: Database) -> list[str]:
    """Return the large rounds in which a batch is complete."""
    with database.reading() as connection:
        codes = [facts.code for facts in all_rounds(connection)]
    return [code for code in codes if _is_large(database, code) and is_due(database, code)]


def _is_large(database: Database, round_code: str) -> bool:
    with database.reading() as connection:
        return round_progress(connection, round_code).received_count > AT_A_LOOK
