"""Deleted rows gone from the files too: a database keeps traces of them that nobody can query.

SQLite overwrites what it deletes, but a page that was split may still hold an older copy of a row,
and the write-ahead log holds every row since it was last cut. PostgreSQL keeps old versions.
"""

from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from survey.db.database import MEGABYTE, Database
from survey.db.engine import sqlite_file

SMALL_BYTES: Final = 256 * MEGABYTE
"""A database of this size is written anew in about a second, while whoever writes waits."""

WRITE_ANEW: Final = ("VACUUM (FULL) response", "VACUUM (FULL) quarantine")


def is_small(database: Database) -> bool:
    """Tell whether the tables with answers can be written anew while people are answering."""
    if sqlite_file(database.url) is not None:
        return database.sizes().get("database_bytes", 0.0) <= SMALL_BYTES
    with database.reading() as connection:
        size = connection.exec_driver_sql("SELECT pg_total_relation_size('response')")
        return int(size.scalar_one()) <= SMALL_BYTES


def wipe(database: Database) -> bool:
    """Write anew what held deleted answers; tell whether this was done or others were at work."""
    is_sqlite = sqlite_file(database.url) is not None
    try:
        if is_sqlite:
            return _wipe_sqlite(database.write_engine)
        _wipe_postgresql(database.write_engine)
    except OperationalError:
        return False
    return True


def _wipe_sqlite(engine: Engine) -> bool:
    """Write the file anew and cut the log; the log stays while somebody reads from it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
        is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not int(is_busy)


def _wipe_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            for statement in WRITE_ANEW:
                connection.exec_driver_sql(statement)
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
