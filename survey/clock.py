"""The only source of time; everything else asks here, so that tests can hold the clock still."""

import datetime as dt
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """Return the present moment in UTC, with its time zone."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the one place that may ask


def to_hour(moment: dt.datetime) -> dt.datetime:
    """Cut a moment to its hour in Vietnam: nothing finer is ever kept beside answers."""
    return moment.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)
