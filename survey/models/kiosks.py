"""Tablets at counters: the code that enrols one, what it plays, and who declined there."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class KioskEnrolment(Base):
    """An offer to enrol one tablet; of its code only a digest is kept, and it is used once."""

    __tablename__ = "kiosk_enrolment"

    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    round: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (ForeignKeyConstraint(["round"], ["round.code"]),)


class Kiosk(Base):
    """What a tablet at a counter plays, and the PIN that leaves its screens, as a salted hash.

    The tablet gets salt and hash too, so that the PIN works without a network.
    """

    __tablename__ = "kiosk"

    device: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    exit_salt: Mapped[bytes] = mapped_column(LargeBinary)
    exit_hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        ForeignKeyConstraint(["device"], ["device.id"]),
        ForeignKeyConstraint(["round"], ["round.code"]),
    )


class Declined(Base):
    """How many people said no at one tablet on one day: a number, and nothing about anybody.

    ``id`` is a random number that the tablet draws each day, so that the same count sent twice is
    counted once; which tablet it was is not kept.
    """

    __tablename__ = "declined"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    day: Mapped[dt.date]
    count: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["round"], ["round.code"]),
        CheckConstraint("length(id) = 36", name="id_is_uuid"),
        CheckConstraint("count > 0", name="count_is_positive"),
        {"sqlite_with_rowid": False},
    )
