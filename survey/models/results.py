"""Score runs: what was computed, from what, and what came out."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class ScoreRun(Base):
    """One computation, never changed: its inputs' hashes, options, seed, engine and results."""

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

    __table_args__ = (Index("ix_score_run_round", "round", "tree_sha256", "computed_at"),)
