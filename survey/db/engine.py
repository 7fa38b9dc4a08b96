"""Engines for SQLite and PostgreSQL: how a connection is opened, not what it carries."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from config import Settings, SettingsError
from survey.vietnamese import COLLATION, compare

BUSY_MS = 5000
N_CONNECTIONS = 32

EACH_CONNECTION = (
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 1000",
)
"""The acknowledgement depends on synchronous=FULL; WAL itself is set once, by ``migrate``."""

POSTGRESQL_LIMITS = (
    "-c timezone=UTC -c synchronous_commit=on -c statement_timeout=5s -c lock_timeout=2s "
    "-c idle_in_transaction_session_timeout=10s"
)


def database_url(settings: Settings) -> URL:
    """Return the URL with its driver named; refuse a database that we do not speak."""
    try:
        url = make_url(settings.sqlalchemy_url)
    except ArgumentError as error:
        raise SettingsError(
            ["SURVEY_DATABASE_URL: cần địa chỉ cơ sở dữ liệu / expected a database URL"]
        ) from error
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        wanted = "SURVEY_DATABASE_URL: cần sqlite hoặc postgresql / expected sqlite or postgresql"
        raise SettingsError([f"{wanted}; đã ghi / got {url.get_backend_name()!r}"])
    return url


def sqlite_file(url: URL) -> Path | None:
    """Return the file of a SQLite database, None for any other."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def write_engine(url: URL) -> Engine:
    """Return the engine that may write; on SQLite a transaction takes the lock first."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, begin="BEGIN IMMEDIATE", pragmas=EACH_CONNECTION)
    return _postgresql_engine(url)


def read_engine(url: URL) -> Engine:
    """Return the engine that cannot write."""
    if url.get_backend_name() == "sqlite":
        pragmas = (*EACH_CONNECTION, "PRAGMA query_only = ON")
        return _sqlite_engine(url, begin="BEGIN", pragmas=pragmas)
    return _postgresql_engine(url).execution_options(postgresql_readonly=True)


def use_write_ahead_log(engine: Engine) -> None:
    """Set the journal mode of a SQLite database, once and for all; it stays in its file."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=4,
        max_overflow=N_CONNECTIONS - 4,
        pool_pre_ping=True,
        connect_args={"options": POSTGRESQL_LIMITS, "connect_timeout": 5},
    )


def _sqlite_engine(url: URL, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=N_CONNECTIONS,
        max_overflow=N_CONNECTIONS,
        connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000},
    )

    def open_connection(raw: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = raw.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()
        if isinstance(raw, sqlite3.Connection):
            raw.create_collation(COLLATION, compare)

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", open_connection)
    event.listen(engine, "begin", begin_transaction)
    return engine
