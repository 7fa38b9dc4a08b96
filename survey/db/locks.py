"""Who may change the schema: one process at a time, whatever the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import func, select

from survey.db.database import Database
from survey.db.durable import file_lock
from survey.db.engine import sqlite_file
from survey.errors import Unavailable

WAIT_SECONDS: Final = 120.0
ASK_EVERY_SECONDS: Final = 0.5
SCHEMA_KEY: Final = 20261121
"""The number by which PostgreSQL knows our lock; it means nothing else."""


@contextmanager
def schema_lock(database: Database, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the schema; a process that dies lets go. Raise Unavailable ``busy`` after waiting."""
    if sqlite_file(database.url) is not None:
        with file_lock(database.folder / ".schema.lock", wait_seconds):
            yield
        return
    deadline = time.monotonic() + wait_seconds
    with database.write_engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        while not connection.scalars(select(func.pg_try_advisory_lock(SCHEMA_KEY))).one():
            if time.monotonic() >= deadline:
                raise Unavailable("busy", "another process is changing the schema")
            time.sleep(ASK_EVERY_SECONDS)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(SCHEMA_KEY)))
