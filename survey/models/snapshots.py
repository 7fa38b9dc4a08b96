"""What the columnar snapshot has to look at again; nothing here says when a response came."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class SnapshotDue(Base):
    """A response that arrived, changed or went since the snapshot of its round was brought up.

    Triggers of the response table write it in the same transaction, whichever door or hand was at
    work. ``marks`` is 0 for a response that is only new and grows with each later change, so that
    a change made while the snapshot reads is not struck off. The key is random and, on SQLite,
    there is no rowid: the list has no order.
    """

    __tablename__ = "snapshot_due"

    response: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    marks: Mapped[int]

    __table_args__ = (
        CheckConstraint("marks >= 0", name="marks_count_up"),
        Index("ix_snapshot_due_round", "round"),
        {"sqlite_with_rowid": False},
    )
