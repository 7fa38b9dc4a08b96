"""Score runs and index trees as plain values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from survey.errors import NotFound
from survey.models import IndexTreeVersion, ScoreBatch, ScoreRun

ID_BYTES = 16


class Part(StrEnum):
    """Which responses of a round a run speaks of: those with a place in its design, or without."""

    SAMPLE = "sample"
    INDICATIVE = "indicative"


@dataclass(frozen=True)
class KeptTree:
    """One index tree of a round."""

    sha256: str
    code: str
    title: Mapping[str, str]
    mapping: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One score run: what was computed, from what, and the rows that came out."""

    id: str
    round: str
    tree_sha256: str
    instrument_sha256: str
    answers_sha256: str
    frame_sha256: str
    responses_count: int
    options: Mapping[str, Any]
    seed: int
    engine: str
    results: Mapping[str, Any]
    computed_at: dt.datetime
    batch: int | None

    @property
    def short_code(self) -> str:
        """The start of the id, for people."""
        return self.id[:8]


def trees_of_round(connection: Connection, trees: Sequence[str]) -> list[KeptTree]:
    """Return the trees with these hashes, in the given order."""
    rows = connection.execute(
        select(
            *(IndexTreeVersion.sha256, IndexTreeVersion.code),
            *(IndexTreeVersion.title, IndexTreeVersion.mapping),
        ).where(IndexTreeVersion.sha256.in_(trees))
    )
    kept = {row.sha256: KeptTree(*row) for row in rows}
    return [kept[sha256] for sha256 in trees]


def run_of_round(connection: Connection, round_code: str, run_id: str) -> Run:
    """Return the run of that id; raise NotFound when the round has none such."""
    row = connection.execute(
        select(ScoreRun.__table__).where(ScoreRun.round == round_code, ScoreRun.id == run_id)
    ).one_or_none()
    if row is None:
        raise NotFound("unknown-run", where="run", got=run_id)
    return Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def latest_run(
    connection: Connection, round_code: str, part: Part, tree_sha256: str | None = None
) -> Run | None:
    """Return the newest run of a part of a round, of one tree or of any; None before the first."""
    newest = (
        select(ScoreRun.__table__)
        .where(ScoreRun.round == round_code, ScoreRun.options["part"].as_string() == part.value)
        .order_by(ScoreRun.computed_at.desc(), ScoreRun.responses_count.desc())
        .limit(1)
    )
    if tree_sha256 is not None:
        newest = newest.where(ScoreRun.tree_sha256 == tree_sha256)
    row = connection.execute(newest).one_or_none()
    return None if row is None else Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def counted_ids(
    connection: Connection, round_code: str, part: Part, batch: int
) -> frozenset[bytes]:
    """Return the responses that the runs of a batch counted, by the 16 bytes of their ids."""
    rows = connection.execute(
        select(ScoreBatch.added, ScoreBatch.removed)
        .where(
            ScoreBatch.round == round_code,
            ScoreBatch.part == part.value,
            ScoreBatch.number <= batch,
        )
        .order_by(ScoreBatch.number)
    )
    ids: set[bytes] = set()
    for added, removed in rows:
        ids |= _cut(added)
        ids -= _cut(removed)
    return frozenset(ids)


def _cut(joined: bytes) -> set[bytes]:
    return {joined[at : at + ID_BYTES] for at in range(0, len(joined), ID_BYTES)}
