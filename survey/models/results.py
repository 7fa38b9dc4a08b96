"""Score runs: what was computed, from which responses, and what came out."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class ScoreBatch(Base):
    """What changed among the responses that count, from one batch of runs to the next.

    ``added`` and ``removed`` are the ids of responses, 16 bytes each, in the order of the ids.
    With them a run can be made again; a batch is never smaller than ten new responses.
    """

    __tablename__ = "score_batch"

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    added: Mapped[bytes] = mapped_column(LargeBinary)
    removed: Mapped[bytes] = mapped_column(LargeBinary)


class ScoreRun(Base):
    """One computation, never changed: its inputs' hashes, options, seed, engine and results.

    ``batch`` is the last ScoreBatch that it counts; None for a run older than batches.
    """

    __tablename__ = "score_run"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"))
    tree_sha256: Mapped[str] = mapped_column(ForeignKey("index_tree.sha256"))
    instrument_sha256: Mapped[str] = mapped_column(Text)
    answers_sha256: Mapped[str] = mapped_column(Text)
    frame_sha256: Mapped[str] = mapped_column(Text)
    responses_count: Mapped[int]
    options: Mapped[dict[str, object]]
    seed: Mapped[int]
    engine: Mapped[str] = mapped_column(Text)
    results: Mapped[dict[str, object]]
    computed_at: Mapped[dt.datetime]
    batch: Mapped[int | None]

    __table_args__ = (Index("ix_score_run_round", "round", "tree_sha256", "computed_at"),)
