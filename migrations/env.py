"""How alembic reaches the database: through the engine that survey.db.schema hands over."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from survey.errors import Unavailable
from survey.models import Base


@contextmanager
def references_unwatched(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew while others refer to it; look at every reference after."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
    if driver.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Unavailable("not-at-head", "a row refers to nothing after the upgrade")


engine = context.config.attributes["engine"]

with engine.connect() as connection, references_unwatched(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
