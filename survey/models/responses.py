"""Responses as they were sealed, and what was refused.

Nothing finer than an hour stands beside answers, and no sequence: on SQLite there is no rowid.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base

HAS_EARLY_RECEIPT = text("early_digest IS NOT NULL")
FROM_DEVICES = text("device IS NOT NULL")
"""The responses by which one knows when a device was last heard; citizens' have no device."""


class Response(Base):
    """One acknowledged interview: an append-only row around the bytes that were sent.

    ``body`` is the truth, byte for byte; the columns beside it repeat what the server decided
    about it: the round, the instrument version that reads it, the place from the credential (or
    from the round's place item), the channel (``open``, ``device`` or ``slip``), the procedure
    group of a slip, doubts as ``notes``. ``receipt_digest`` is the keyed digest of the receipt, by
    which its holder finds the response; None where it was stored before there was one.
    ``early_digest`` is that of the receipt which the sender's device drew by itself, if it did.
    """

    __tablename__ = "response"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    instrument: Mapped[str] = mapped_column(Text)
    instrument_version: Mapped[str] = mapped_column(Text)
    instrument_sha256: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    device: Mapped[str | None] = mapped_column(Text)
    procedure_group: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    notes: Mapped[list[str]]
    received_hour: Mapped[dt.datetime]
    sha256: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    early_digest: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("length(id) = 36", name="id_is_uuid"),
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
        CheckConstraint("state in ('complete', 'abandoned')", name="state_is_known"),
        CheckConstraint("channel in ('open', 'device', 'slip')", name="channel_is_known"),
        Index("ix_response_round", "round"),
        Index("ix_response_receipt_digest", "receipt_digest"),
        Index(
            "ix_response_early_digest",
            "early_digest",
            sqlite_where=HAS_EARLY_RECEIPT,
            postgresql_where=HAS_EARLY_RECEIPT,
        ),
        Index(
            "ix_response_device",
            "device",
            "received_hour",
            sqlite_where=FROM_DEVICES,
            postgresql_where=FROM_DEVICES,
        ),
        {"sqlite_with_rowid": False},
    )


class ResponseCount(Base):
    """How many responses of a round stand where; the place is empty where they have none.

    Triggers of the response table keep it, in the same transaction: live counts are read here,
    at the cost of the sample, not of the responses.
    """

    __tablename__ = "response_count"

    round: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text, primary_key=True)
    is_waiting: Mapped[bool] = mapped_column(primary_key=True)
    n: Mapped[int]

    __table_args__ = (
        CheckConstraint("n >= 0", name="nothing_is_owed"),
        {"sqlite_with_rowid": False},
    )


class Quarantine(Base):
    """A response from a known sender that was refused: kept, so that no interview is lost."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text, index=True)
    error: Mapped[str] = mapped_column(Text)
    error_where: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    received_hour: Mapped[dt.datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
