"""The newest schema, reached by one process at a time and never without a way back."""

from config import Settings
from survey.db.database import Database
from survey.db.engine import sqlite_file
from survey.db.locks import schema_lock
from survey.db.schema import is_behind, migrate, newest_revision
from survey.operations.backups import Backup, record_backup, take_backup


def upgrade(database: Database, settings: Settings, *, with_backup: bool = True) -> Backup | None:
    """Bring the database to the newest schema; return the backup that was taken before, if any.

    A database without a schema has nothing to lose, one at the newest loses nothing.
    """
    with schema_lock(database):
        made = None
        if with_backup and _exists(database) and is_behind(database):
            made = take_backup(database, settings, f"before-{newest_revision(database)}")
        migrate(database)
        if made is not None:
            record_backup(database, made)
    return made


def _exists(database: Database) -> bool:
    file = sqlite_file(database.url)
    return file is None or file.exists()
