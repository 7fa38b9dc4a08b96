"""Score runs made again from what is stored: the proof that a restore kept their inputs."""

from sqlalchemy import delete, select

from survey.db.database import Database
from survey.errors import StateError
from survey.models import ScoreRun
from survey.operations.findings import Finding, Grade
from survey.operations.score_runs import run_scores
from survey.queries.rounds import all_rounds
from survey.queries.scores import Run


def repeat_runs(scratch: Database) -> Finding:
    """Forget the runs of a scratch database, compute them anew, compare bit for bit.

    A run is comparable while no response has arrived since; raise StateError when one differs.
    """
    kept = _runs(scratch)
    with scratch.writing() as connection:
        connection.execute(delete(ScoreRun))
        rounds = [facts.code for facts in all_rounds(connection)]
    for code in rounds:
        try:
            run_scores(scratch, code)
        except StateError:
            continue  # a round that cannot be scored yet has no run to repeat
    results = {_inputs(run): run.results for run in _runs(scratch)}
    comparable = [run for run in kept if _inputs(run) in results]
    for run in comparable:
        if results[_inputs(run)] != run.results:
            raise StateError("other-scores", f"the score run {run.id} came out otherwise")
    return _finding(len(kept), len(comparable))


def _runs(database: Database) -> list[Run]:
    with database.reading() as connection:
        rows = connection.execute(select(ScoreRun.__table__).order_by(ScoreRun.id))
        return [Run(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _inputs(run: Run) -> tuple[str, ...]:
    """Return everything that a run was computed from, and by which engine."""
    return (
        *(run.round, run.tree_sha256, run.instrument_sha256, run.answers_sha256),
        *(run.frame_sha256, repr(sorted(run.options.items())), run.engine),
    )


def _finding(n_runs: int, n_equal: int) -> Finding:
    if n_runs == 0:
        return Finding(
            "score-runs",
            Grade.FINE,
            "Chưa có lần tính điểm nào để tính lại.",
            "There is no score run yet to make again.",
        )
    if n_equal == 0:
        return Finding(
            "score-runs",
            Grade.DOUBT,
            "Chưa lần tính điểm nào tính lại được: đã có thêm phiếu hoặc đổi bộ máy.",
            "No score run could be made again: responses came since, or the engine changed.",
        )
    return Finding(
        "score-runs",
        Grade.FINE,
        f"Tính lại {n_equal} trên {n_runs} lần tính điểm: trùng khớp từng bit.",
        f"{n_equal} of {n_runs} score runs made again: equal bit for bit.",
    )
