"""One row that the readiness check rewrites, to prove that a write is durable and can be read."""

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Probe(Base):
    """The only row: the moment of the last proof."""

    __tablename__ = "probe"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proved_at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
