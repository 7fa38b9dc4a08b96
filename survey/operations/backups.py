"""Backups: one moment of the database in a folder of its own, whole or absent, never too many."""

import datetime as dt
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, text

from config import Settings
from survey import clock
from survey.db.database import MEGABYTE, Database
from survey.db.durable import file_lock, file_sha256, make_private_folder, rename_durably
from survey.db.engine import sqlite_file
from survey.db.postgresql_copy import dump, require_programs
from survey.db.schema import newest_revision, revision_in, revision_of
from survey.db.sqlite_copy import copy_sqlite
from survey.errors import NotFound, Unavailable
from survey.operations.audit import record
from survey.operations.manifests import FILE_NAME, Manifest, write_manifest
from survey.queries.digests import Contents, contents
from survey.queries.staff import OPERATOR
from survey.seals import key_name, load_keys
from survey.terms import AuditAction

NAME: Final = re.compile(r"(\d{8}T\d{6}Z)(-[a-z0-9-]+)?")
STAMP: Final = "%Y%m%dT%H%M%SZ"
DRAFT: Final = ".draft-"
ALL_KEPT: Final = dt.timedelta(days=2)
SPACE_PER_BYTE: Final = 1.2
LOCK_WAIT_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Backup:
    """A finished backup on the shelf, by its folder."""

    folder: Path
    made_at: dt.datetime


def all_backups(settings: Settings) -> list[Backup]:
    """Return the finished backups, the newest first."""
    shelf = settings.backup_folder
    found = shelf.iterdir() if shelf.is_dir() else ()
    backups = [
        Backup(path, dt.datetime.strptime(named.group(1), STAMP).replace(tzinfo=dt.UTC))
        for path in found
        if (named := NAME.fullmatch(path.name)) and (path / FILE_NAME).is_file()
    ]
    return sorted(backups, key=lambda backup: (backup.made_at, backup.folder.name), reverse=True)


def newest_backup(settings: Settings) -> Backup:
    """Return the newest finished backup; raise NotFound."""
    found = all_backups(settings)
    if not found:
        raise NotFound("no-backup", f"there is no backup in {settings.backup_folder}")
    return found[0]


def take_backup(database: Database, settings: Settings, reason: str = "") -> Backup:
    """Back up the database while it is used; raise Unavailable when there is no room for it.

    Every response that was acknowledged before the call is in it. ``reason`` ends its name.
    """
    shelf = settings.backup_folder
    make_private_folder(shelf)
    with file_lock(shelf / ".lock", LOCK_WAIT_SECONDS):
        _remove_drafts(shelf)
        _require_room(database, settings)
        now = clock.now().astimezone(dt.UTC).replace(microsecond=0)
        name = now.strftime(STAMP) + (f"-{reason}" if reason else "")
        final, draft = shelf / name, shelf / (DRAFT + name)
        if final.exists():
            raise Unavailable("busy", f"the backup {name} was made this very second", 1)
        draft.mkdir(mode=0o700)
        try:
            _fill(draft, database, settings, now)
            rename_durably(draft, final)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        remove_outlived(settings)
    return Backup(final, now)


def record_backup(database: Database, made: Backup) -> None:
    """Write a backup into the audit chain, where the schema has one."""
    if revision_of(database) == newest_revision(database):
        with database.writing() as connection:
            record(connection, OPERATOR, AuditAction.BACKED_UP, f"backup:{made.folder.name}")


def remove_outlived(settings: Settings) -> None:
    """Remove the backups that are neither of the last two days nor the newest of a kept period."""
    backups = all_backups(settings)
    kept = kept_of(backups, settings.backup_daily, settings.backup_monthly)
    for backup in backups:
        if backup not in kept:
            shutil.rmtree(backup.folder)


def kept_of(backups: Iterable[Backup], daily: int, monthly: int) -> set[Backup]:
    """Return which backups stay: counted in days that have one, so that no clock empties a shelf.

    The newest of each of the last ``daily`` days, of each of the last ``monthly`` months, and all
    of the two days before the newest.
    """
    ordered = sorted(backups, key=lambda backup: backup.made_at)
    if not ordered:
        return set()
    by_day, by_month = {}, {}
    for backup in ordered:
        day = backup.made_at.astimezone(clock.VIETNAM).date()
        by_day[day] = backup
        by_month[day.year, day.month] = backup
    recent = {one for one in ordered if ordered[-1].made_at - one.made_at < ALL_KEPT}
    return recent | {*list(by_day.values())[-daily:], *list(by_month.values())[-monthly:]}


def _fill(draft: Path, database: Database, settings: Settings, now: dt.datetime) -> None:
    copy = _copied_sqlite if sqlite_file(database.url) else _dumped_postgresql
    file, revision, held = copy(draft, database)
    write_manifest(
        draft,
        Manifest(
            made_at=now,
            backend=database.url.get_backend_name(),
            revision=revision,
            file=file.name,
            bytes=file.stat().st_size,
            file_sha256=file_sha256(file),
            receipt_key=key_name(load_keys(settings).receipts),
            responses_sha256=held.responses_sha256,
            tables=held.tables,
        ),
    )


def _copied_sqlite(draft: Path, database: Database) -> tuple[Path, str | None, Contents]:
    source = sqlite_file(database.url)
    if source is None or not source.exists():
        raise NotFound("no-database", f"there is no database at {database.url!r}")
    file = draft / "langnghe.db"
    copy_sqlite(source, file)
    with opened_copy(file) as copy, copy.reading() as connection:
        return file, revision_in(connection), contents(connection)


def _dumped_postgresql(draft: Path, database: Database) -> tuple[Path, str | None, Contents]:
    file = draft / "langnghe.dump"
    with database.write_engine.connect() as connection:
        moment = connection.execution_options(isolation_level="REPEATABLE READ")
        require_programs(_major_version(moment))
        moment.execute(text("SET TRANSACTION READ ONLY"))
        moment.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        held = contents(moment)
        snapshot = moment.scalars(select(func.pg_export_snapshot())).one()
        dump(database.url, str(snapshot), file)
        return file, revision_in(moment), held


@contextmanager
def opened_copy(file: Path) -> Iterator[Database]:
    """Yield a SQLite file as a database of its own."""
    copy = Database(Settings(data_dir=file.parent, database_url=f"sqlite:///{file.resolve()}"))
    try:
        yield copy
    finally:
        copy.close()


def _major_version(connection: Connection) -> int:
    number = connection.scalars(text("SHOW server_version_num")).one()
    return int(number) // 10_000


def _require_room(database: Database, settings: Settings) -> None:
    needed = int(_size_of(database) * SPACE_PER_BYTE) + settings.min_free_mb * MEGABYTE
    free = shutil.disk_usage(settings.backup_folder).free
    if free < needed:
        raise Unavailable(
            "full",
            f"a backup needs {needed // MEGABYTE} MB free in {settings.backup_folder}, "
            f"there are {free // MEGABYTE} MB",
        )


def _size_of(database: Database) -> float:
    sizes = database.sizes()
    if "database_bytes" in sizes:
        return sizes["database_bytes"] + sizes.get("wal_bytes", 0.0)
    if sqlite_file(database.url) is not None:
        return 0.0
    with database.reading() as connection:
        name = func.current_database()
        return float(connection.scalars(select(func.pg_database_size(name))).one())


def _remove_drafts(shelf: Path) -> None:
    """Remove what a backup left that was killed: nobody else works here, the lock is ours."""
    for path in shelf.glob(f"{DRAFT}*"):
        shutil.rmtree(path)
