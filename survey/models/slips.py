"""Slips: stacks of single-use codes, and the codes; nothing here leads to an answer."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class SlipBatch(Base):
    """Slips that were printed together, for one counter and one group of procedures.

    ``place`` is that of the counter, as of a device; ``procedure_group`` may be empty.
    ``is_void``: a stack that was lost; none of its codes is taken any more.
    """

    __tablename__ = "slip_batch"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    procedure_group: Mapped[str] = mapped_column(Text)
    made_on: Mapped[dt.date]
    expires_on: Mapped[dt.date]
    is_void: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(["round"], ["round.code"]),
        CheckConstraint("made_on <= expires_on", name="period_runs_forward"),
    )


class Slip(Base):
    """One code: the keyed digest of it, and whether it was used; never when, nor for what.

    Random keys and, on SQLite, no rowid: the table has no order.
    """

    __tablename__ = "slip"

    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    batch: Mapped[str] = mapped_column(Text, index=True)
    is_used: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(["batch"], ["slip_batch.id"]),
        {"sqlite_with_rowid": False},
    )
