"""Bring the database to the newest schema, and tell whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from survey.db.database import Database
from survey.db.engine import sqlite_file, use_write_ahead_log
from survey.errors import Unavailable

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision; on SQLite also set the journal mode, once."""
    database.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = sqlite_file(database.url)
    if file is not None:
        file.touch()
        file.chmod(0o600)
    use_write_ahead_log(database.write_engine)
    try:
        command.upgrade(alembic_config(database), revision)
    except CommandError as error:
        raise Unavailable("not-at-head", f"the database cannot be upgraded: {error}") from error
    database.recent.forget()


def alembic_config(database: Database) -> Config:
    """Return alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.write_engine
    return config


def revision_of(database: Database) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    with database.reading() as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """Return the revision of the database behind a connection, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision(database: Database) -> str | None:
    """Return the revision the code was written for."""
    return ScriptDirectory.from_config(alembic_config(database)).get_current_head()


def is_behind(database: Database) -> bool:
    """Tell whether the database has a schema of ours that is older than the newest."""
    found = revision_of(database)
    known = ScriptDirectory.from_config(alembic_config(database)).walk_revisions()
    return found in {step.revision for step in known} and found != newest_revision(database)


def require_newest(database: Database) -> None:
    """Raise Unavailable ``not-at-head`` unless the database is at the newest revision."""
    found, needed = revision_of(database), newest_revision(database)
    if found != needed:
        raise Unavailable(
            "not-at-head",
            f"the database is at revision {found or '(none)'}, this program needs {needed}; "
            "run: flask --app wsgi migrate",
        )
