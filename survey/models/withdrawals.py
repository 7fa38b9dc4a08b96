"""What is left of a response that its giver took back: enough to say so, and nothing else."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.models.responses import HAS_EARLY_RECEIPT


class Withdrawal(Base):
    """A response that was withdrawn: by digests of its id and of its receipts.

    The hash of its bytes is not kept: from it one could find short answers by trying.
    ``is_wiped``: its bytes were also overwritten where the database had let go of them.
    """

    __tablename__ = "withdrawal"

    id_digest: Mapped[str] = mapped_column(Text, primary_key=True)
    receipt_digest: Mapped[bytes] = mapped_column(LargeBinary)
    early_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    round: Mapped[str] = mapped_column(Text)
    withdrawn_on: Mapped[dt.date]
    is_wiped: Mapped[bool]

    __table_args__ = (
        CheckConstraint("length(id_digest) = 64", name="id_digest_is_hex"),
        Index("ix_withdrawal_receipt_digest", "receipt_digest"),
        Index(
            "ix_withdrawal_early_digest",
            "early_digest",
            sqlite_where=HAS_EARLY_RECEIPT,
            postgresql_where=HAS_EARLY_RECEIPT,
        ),
        Index("ix_withdrawal_round", "round"),
        {"sqlite_with_rowid": False},
    )
