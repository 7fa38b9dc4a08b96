"""The newest schema, reached by one process at a time and never without a way back."""

from config import Settings
from survey.db.database import Database
from survey.db.engine import sqlite_file
from survey.db.locks import schema_lock
from survey.db.schema import is_behind, migrate, newest_revision
from survey.operations.backups import Backup, record_backup, take_backup
from survey.operations.official import bring_builtin_official
from survey.operations.places import bring_builtin_places


def upgrade(database: Database, settings: Settings, *, with_backup: bool = True) -> Backup | None:
    """Bring schema and built-in data to the newest; return the backup taken before, if any.

    A database without a schema has nothing to lose, one at the newest loses nothing.
    """
    with schema_lock(database):
        made = None
        if with_backup and _exists(database) and is_behind(database):
            made = take_backup(database, settings, f"before-{newest_revision(database)}")
        migrate(database)
        _bring_what_ships(database)
        if made is not None:
            record_backup(database, made)
    return made


def _bring_what_ships(database: Database) -> None:
    """Bring the places and the official results of this release; nothing is deleted."""
    with database.writing() as connection:
        bring_builtin_official(connection)
        bring_builtin_places(connection)


def _exists(database: Database) -> bool:
    file = sqlite_file(database.url)
    return file is None or file.exists()
