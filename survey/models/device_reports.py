"""What a device last said of itself: to the hour, and never beside answers."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class DeviceReport(Base):
    """The hour in which a device was last heard, and how many interviews waited on it then.

    ``waiting_count``, and ``keeping`` (how safely they wait), are None as long as the device does
    not say.
    """

    __tablename__ = "device_report"

    device: Mapped[str] = mapped_column(Text, primary_key=True)
    heard_hour: Mapped[dt.datetime]
    waiting_count: Mapped[int | None]
    keeping: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["device"], ["device.id"]),
        CheckConstraint("waiting_count >= 0", name="waiting_is_counted"),
        CheckConstraint("keeping IN ('safe', 'perhaps', 'memory')", name="keeping_is_known"),
    )
