"""Score runs made again from what is stored: the proof that a restore kept their inputs."""

from sqlalchemy import select

from survey.db.database import Database
from survey.errors import StateError
from survey.models import ScoreRun
from survey.operations.findings import Finding, Grade
from survey.operations.score_runs import repeat
from survey.queries.scores import Run


def repeat_runs(database: Database) -> Finding:
    """Make every score run again; raise StateError ``other-scores`` when one differs by a bit."""
    runs = _runs(database)
    gone = [run for run in runs if not _is_repeated(database, run)]
    if not runs:
        return _finding(
            Grade.FINE,
            "Chưa có lần tính điểm nào để tính lại.",
            "There is no score run yet to make again.",
        )
    n_equal = len(runs) - len(gone)
    if not gone:
        return _finding(
            Grade.FINE,
            f"Tính lại {n_equal} lần tính điểm: trùng khớp từng bit.",
            f"{n_equal} score runs made again: equal bit for bit.",
        )
    return _finding(
        Grade.DOUBT,
        f"Tính lại {n_equal} trên {len(runs)} lần tính điểm, trùng khớp; các lần kia tính bằng bộ "
        "máy cũ hoặc từ phiếu đã rút.",
        f"{n_equal} of {len(runs)} score runs made again, equal; the others came from another "
        "engine, another sample or a response that was withdrawn.",
    )


def _is_repeated(database: Database, run: Run) -> bool:
    try:
        repeat(database, run)
    except StateError as error:
        if error.code != "not-repeatable":
            raise
        return False
    return True


def _runs(database: Database) -> list[Run]:
    with database.reading() as connection:
        rows = connection.execute(select(ScoreRun.__table__).order_by(ScoreRun.id))
        return [Run(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _finding(grade: Grade, vi: str, en: str) -> Finding:
    return Finding("score-runs", grade, vi, en)
