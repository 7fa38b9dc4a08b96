"""Recordings: a question read aloud, one for each question and language of a version."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Recording(Base):
    """A question of a published version read aloud in one language; a newer one takes its place.

    ``media_type`` was told from the bytes, never from a name (instruments.sounds).
    """

    __tablename__ = "recording"

    instrument: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        ForeignKeyConstraint(
            ["instrument", "version"], ["instrument_version.code", "instrument_version.version"]
        ),
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
        CheckConstraint("length(content) > 0", name="content_is_there"),
    )
