"""Staff who log in, their invitations and their sessions."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.terms import Role


class Staff(Base):
    """A person of the staff; ``place`` limits what they see to that place and what lies in it."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    disabled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(
            "role in (" + ", ".join(f"'{role.value}'" for role in Role) + ")", name="role_is_known"
        ),
    )


class StaffInvitation(Base):
    """The one open invitation of an account: whoever holds its token may set the password, once.

    The link holds 256 random bits, the table only their SHA-256.
    """

    __tablename__ = "staff_invitation"

    staff: Mapped[str] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[dt.datetime]


class StaffSession(Base):
    """A log-in: the cookie holds 256 random bits, the table only their SHA-256."""

    __tablename__ = "staff_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
