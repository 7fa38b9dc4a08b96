"""Released breakdowns: the newest of a tree, and what later ones must know of the earlier."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, select

from survey.models import ScoreRun
from survey.queries.scores import Run


def latest_release(
    connection: Connection, round_code: str, tree_sha256: str | None = None
) -> Run | None:
    """Return the newest run that was released with breakdowns; None before the first."""
    wanted = ScoreRun.round == round_code
    if tree_sha256 is not None:
        wanted &= ScoreRun.tree_sha256 == tree_sha256
    row = connection.execute(
        select(ScoreRun.__table__)
        .where(wanted, _is_released())
        .order_by(ScoreRun.batch.desc(), ScoreRun.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def earlier_counts(
    connection: Connection, round_code: str, tree_sha256: str, before: int
) -> list[Mapping[str, Any]]:
    """Return how many answered in each group at every release of a batch before; never shown."""
    results = connection.scalars(
        select(ScoreRun.results)
        .where(
            ScoreRun.round == round_code,
            ScoreRun.tree_sha256 == tree_sha256,
            ScoreRun.batch < before,
            _is_released(),
        )
        .order_by(ScoreRun.batch)
    )
    return [cast("Mapping[str, Any]", found["breakdowns"])["counts"] for found in results]


def _is_released() -> ColumnElement[bool]:
    grouping: ColumnElement[str] = ScoreRun.options["grouping"].as_string()
    return grouping.is_not(None)
