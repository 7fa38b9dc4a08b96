"""The audit chain: what staff did, each line sealed together with the line before it."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base

SEALED: Final = (
    *("seq", "at", "actor", "role", "ip_class"),
    *("action", "object", "reason", "detail"),
)
"""The columns that a hash covers, in the order in which it covers them."""

GENESIS: Final = "0" * 64
"""What the first line takes for the hash before it."""


class AuditEntry(Base):
    """One deed of staff; triggers refuse to change or to remove it.

    Every column is text, so that each stored byte is one that the hash covers: ``at`` is a moment
    in UTC to the microsecond, ``detail`` canonical JSON. No two lines have the same line before
    them, so the chain cannot fork.
    """

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    ip_class: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(Text, unique=True)
    hash: Mapped[str] = mapped_column(Text, unique=True)

    __table_args__ = (
        CheckConstraint("seq > 0", name="seq_is_positive"),
        CheckConstraint("length(prev) = 64", name="prev_is_hex"),
        CheckConstraint("length(hash) = 64", name="hash_is_hex"),
        Index("ix_audit_actor", "actor", "seq"),
        Index("ix_audit_action", "action", "seq"),
    )


class AuditHead(Base):
    """The newest line: writers take it in turn, and a line cut off at the end is missed here."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
