"""Monthly figures of counters: the files an office finished, and the report of a round."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class FinishedFiles(Base):
    """How many files an office finished in a month (its first day), as the office says."""

    __tablename__ = "finished_files"

    place: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    files_count: Mapped[int]

    __table_args__ = (CheckConstraint("files_count >= 0", name="files_are_counted"),)


class CounterReport(Base):
    """The figures of a round's offices in one month, computed once when it is settled.

    It never changes, so that no two looks differ by one late response. ``answers_sha256`` names
    the responses it was made from.
    """

    __tablename__ = "counter_report"

    round: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    answers_sha256: Mapped[str] = mapped_column(Text)
    engine: Mapped[str] = mapped_column(Text)
    results: Mapped[dict[str, object]]
    computed_at: Mapped[dt.datetime]

    __table_args__ = (ForeignKeyConstraint(["round"], ["round.code"]),)
