"""What a database's refusal means for the sender: come back later, or there is no room."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from survey.errors import Unavailable

SQLITE_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
"""A write beyond a file-size limit is reported as an input/output error."""

POSTGRESQL_NO_ROOM = {"53100", "53200"}


def unavailable(error: DBAPIError) -> Unavailable:
    """Return the refusal that tells a sender what a database error means."""
    cause = error.orig
    sqlite_code = getattr(cause, "sqlite_errorcode", None)
    if sqlite_code is not None and sqlite_code & 0xFF in SQLITE_NO_ROOM:
        return Unavailable("full", "the database has no room to write")
    if getattr(cause, "sqlstate", None) in POSTGRESQL_NO_ROOM:
        return Unavailable("full", "the database has no room to write")
    return Unavailable("busy", f"the database refused: {type(cause).__name__}", retry_after=2)
