"""Restores: a backup proved in a scratch place, or brought back where nothing was before.

A half-restored database is never visible: on SQLite a checked file gets its name at the end, on
PostgreSQL everything is one transaction.
"""

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import inspect

from config import Settings
from survey import clock
from survey.db.database import Database
from survey.db.durable import make_private_folder, rename_durably, write_private
from survey.db.engine import sqlite_file
from survey.db.postgresql_copy import load, scratch_database
from survey.db.schema import migrate, newest_revision, require_newest
from survey.db.sqlite_copy import copy_sqlite, examine_sqlite
from survey.errors import StateError, SurveyError
from survey.operations.audit import record
from survey.operations.backups import opened_copy
from survey.operations.findings import Finding, Grade, is_good
from survey.operations.manifests import Manifest, read_manifest, require_same_file
from survey.operations.rescoring import repeat_runs
from survey.operations.snapshots import rebuild_snapshot
from survey.operations.withdrawals import replay_withdrawals
from survey.queries.audit import check_chain
from survey.queries.digests import contents
from survey.queries.rounds import all_rounds
from survey.queries.staff import OPERATOR
from survey.seals import key_name, load_keys
from survey.terms import AuditAction

LAST_CHECK: Final = "last-check.json"


def check_backup(database: Database, settings: Settings, folder: Path) -> list[Finding]:
    """Restore a backup into a scratch place, examine all of it, and note the outcome."""
    findings: list[Finding] = []
    try:
        findings.extend(_examined(database, settings, folder))
    except SurveyError as error:
        findings.append(_bad(error))
    _note_outcome(settings, folder, findings)
    return findings


def restore(database: Database, folder: Path) -> Manifest:
    """Bring a backup back into the configured database; raise StateError unless it is empty."""
    manifest = read_manifest(folder)
    file = require_same_file(folder, manifest)
    target = sqlite_file(database.url)
    if (target is None) is not (manifest.backend == "postgresql"):
        raise StateError(
            "other-database",
            f"this is a backup of {manifest.backend}, the configured database is another kind",
        )
    if target is not None:
        _restore_file(file, manifest, target)
        _settle(database, folder)
        return manifest
    with database.reading() as connection:
        if inspect(connection).get_table_names():
            raise StateError("not-empty", f"{database.url!r} has tables; nothing was changed")
    load(database.url, file)
    _require_same_contents(database, manifest)
    _settle(database, folder)
    return manifest


def restore_into(folder: Path, data_dir: Path) -> Manifest:
    """Bring a SQLite backup back into a new data folder; raise StateError unless it is empty."""
    manifest = read_manifest(folder)
    if manifest.backend != "sqlite":
        raise StateError(
            "other-database",
            "a PostgreSQL backup is restored into the empty database of SURVEY_DATABASE_URL",
        )
    if data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir())):
        raise StateError("not-empty", f"{data_dir} is not an empty folder; nothing was changed")
    target = data_dir / "langnghe.db"
    _restore_file(require_same_file(folder, manifest), manifest, target)
    with opened_copy(target) as brought_back:
        _settle(brought_back, folder)
    return manifest


def receipt_key_finding(settings: Settings, manifest: Manifest) -> Finding:
    """Say whether the receipts of a backup can be verified with the key that is here."""
    if key_name(load_keys(settings).receipts) == manifest.receipt_key:
        return _fine("receipts", "Khóa biên nhận đúng là khóa cũ.", "The receipt key is the same.")
    return Finding(
        "receipts",
        Grade.DOUBT,
        "Khóa biên nhận ở đây khác lúc sao lưu: biên nhận cũ không kiểm tra được. "
        "Hãy chép lại tệp receipt_key đã cất riêng.",
        "The receipt key here is not the one of this backup: old receipts cannot be verified. "
        "Bring back the file receipt_key that was kept apart.",
    )


def _examined(database: Database, settings: Settings, folder: Path) -> Iterator[Finding]:
    manifest = read_manifest(folder)
    file = require_same_file(folder, manifest)
    yield _fine("file", "Tệp còn nguyên vẹn.", "The file is byte for byte what was written.")
    with _scratch(database, settings, manifest, file) as copy:
        _require_same_contents(copy, manifest)
        yield _fine(
            "contents",
            f"Đã khôi phục thử: {len(manifest.tables)} bảng, {manifest.responses_count} phiếu trả "
            "lời, số dòng và mã kiểm tra đều khớp.",
            f"Restored on trial: {len(manifest.tables)} tables, {manifest.responses_count} "
            "responses; every count and digest is equal.",
        )
        migrate(copy)
        require_newest(copy)
        yield _schema_finding(manifest.revision, newest_revision(copy))
        yield _chain_finding(copy)
        yield repeat_runs(copy)
    yield receipt_key_finding(settings, manifest)


@contextmanager
def _scratch(
    database: Database, settings: Settings, manifest: Manifest, file: Path
) -> Iterator[Database]:
    """Yield the backup as a database with a data folder of its own, both gone afterwards."""
    make_private_folder(settings.data_dir)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as name:
        place = Path(name)
        if manifest.backend == "sqlite":
            trial = place / "langnghe.db"
            copy_sqlite(file, trial)
            examine_sqlite(trial)
            with opened_copy(trial) as copy:
                yield copy
            return
        if sqlite_file(database.url) is not None:
            raise StateError("other-database", "it is checked on a PostgreSQL server")
        with _scratch_postgresql(database, file, place) as copy:
            yield copy


@contextmanager
def _scratch_postgresql(database: Database, file: Path, place: Path) -> Iterator[Database]:
    with scratch_database(database.url, f"langnghe_check_{secrets.token_hex(6)}") as url:
        load(url, file)
        shown = url.render_as_string(hide_password=False)
        copy = Database(Settings(data_dir=place, database_url=shown))
        try:
            yield copy
        finally:
            copy.close()


def _restore_file(file: Path, manifest: Manifest, target: Path) -> None:
    make_private_folder(target.parent)
    _require_no_database(target)
    draft = target.with_name(f".restore-{target.name}")
    draft.unlink(missing_ok=True)
    try:
        copy_sqlite(file, draft)
        examine_sqlite(draft)
        with opened_copy(draft) as copy:
            _require_same_contents(copy, manifest)
        rename_durably(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _settle(database: Database, folder: Path) -> None:
    """Bring what was restored to the newest schema, and its return into its audit chain.

    What was withdrawn since the backup goes again. Columns that lie in the data folder may hold
    what came after the backup: they are made anew.
    """
    migrate(database)
    gone = {"withdrawn": replay_withdrawals(database, folder.parent)}
    with database.writing() as connection:
        on = f"backup:{folder.name}"
        record(connection, OPERATOR, AuditAction.RESTORED, on, detail=gone)
        rounds = [facts.code for facts in all_rounds(connection)]
    for code in rounds:
        rebuild_snapshot(database, code)


def _require_no_database(target: Path) -> None:
    """Raise StateError when the file holds anything, or when a log beside it would spoil ours."""
    if target.exists():
        with opened_copy(target) as found, found.reading() as connection:
            tables = inspect(connection).get_table_names()
        if tables:
            raise StateError("not-empty", f"{target} holds a database; nothing was changed")
    for ending in ("-wal", "-shm", "-journal"):
        log = target.with_name(target.name + ending)
        if log.exists():
            raise StateError(
                "in-use", f"{log} is there: a server is running, or a log was left; move it away"
            )


def _require_same_contents(copy: Database, manifest: Manifest) -> None:
    with copy.reading() as connection:
        found = contents(connection)
    if found.damaged:
        raise StateError(
            "damaged", f"{len(found.damaged)} responses are not as sealed: {found.damaged[:3]}"
        )
    differing = manifest.differences(found)
    if differing:
        raise StateError("damaged", f"not as it was backed up: {', '.join(differing)}")


def _schema_finding(made_with: str | None, newest: str | None) -> Finding:
    if made_with == newest:
        return _fine("schema", "Cấu trúc dữ liệu mới nhất.", "The schema is the newest.")
    return _fine(
        "schema",
        f"Đã nâng cấu trúc dữ liệu từ {made_with} lên {newest}.",
        f"The schema went up from {made_with} to {newest}.",
    )


def _chain_finding(copy: Database) -> Finding:
    with copy.reading() as connection:
        verdict = check_chain(connection)
    if not verdict.is_whole:
        raise StateError("damaged", f"the audit chain is broken at line {verdict.bad_seq}")
    return _fine(
        "audit",
        f"Chuỗi nhật ký kiểm toán nguyên vẹn: {verdict.seq} dòng.",
        f"The audit chain is whole: {verdict.seq} lines.",
    )


def _note_outcome(settings: Settings, folder: Path, findings: list[Finding]) -> None:
    make_private_folder(settings.backup_folder)
    outcome = {
        "checked_at": clock.now().isoformat(timespec="seconds"),
        "backup": folder.name,
        "ok": is_good(findings),
    }
    write_private(settings.backup_folder / LAST_CHECK, json.dumps(outcome) + "\n")


def _fine(name: str, vi: str, en: str) -> Finding:
    return Finding(name, Grade.FINE, vi, en)


def _bad(error: SurveyError) -> Finding:
    return Finding(
        error.code,
        Grade.BAD,
        f"Bản sao lưu không dùng được hoặc chưa kiểm tra được: {error}",
        f"The backup is unusable or could not be checked: {error}",
    )
