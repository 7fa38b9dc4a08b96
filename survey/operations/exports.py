"""A file of figures leaves the house: that it did is written down."""

from collections.abc import Mapping

from sqlalchemy import Connection

from survey.operations.audit import record
from survey.queries.staff import Actor
from survey.terms import AuditAction


def record_export(
    connection: Connection, by: Actor, on: str, detail: Mapping[str, str | int]
) -> None:
    """Leave one line about who took which figures away, in which form."""
    record(connection, by, AuditAction.EXPORTED, on, detail=detail)
