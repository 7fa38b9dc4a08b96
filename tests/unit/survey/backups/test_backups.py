"""A backup is one moment of the database, whole or absent, private, and never one too many."""

import datetime as dt
import json
import os
import shutil
from dataclasses import replace

import pytest

from survey.db.database import Database
from survey.db.durable import file_lock
from survey.errors import NotFound, StateError, Unavailable
from survey.models import Response
from survey.operations.backups import Backup, all_backups, kept_of, newest_backup, take_backup
from survey.operations.manifests import read_manifest, require_same_file
from survey.queries.digests import contents


def test_a_backup_says_what_it_holds(backup, database) -> None:
    manifest = read_manifest(backup.folder)
    with database.reading() as connection:
        held = contents(connection)
    assert manifest.differences(held) == []
    assert manifest.responses_count == 20
    assert manifest.tables["score_run"].rows == 1
    assert manifest.backend == database.url.get_backend_name()
    assert require_same_file(backup.folder, manifest).stat().st_size == manifest.bytes


def test_nobody_else_may_read_a_backup(backup) -> None:
    for path in (backup.folder.parent, backup.folder, *backup.folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_a_backup_is_two_files_and_leaves_nothing_beside_it(backup) -> None:
    assert len(list(backup.folder.iterdir())) == 2
    assert {path.name for path in backup.folder.parent.iterdir()} == {".lock", backup.folder.name}


def test_any_change_of_a_row_changes_the_digest(backup, database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE round SET is_closed = NOT is_closed")
    with database.reading() as connection:
        held = contents(connection)
    assert read_manifest(backup.folder).differences(held) == ["round"]


def test_a_response_whose_bytes_changed_is_named(at_work, database) -> None:
    with database.writing() as connection:
        rows = Response.__table__
        connection.execute(rows.update().where(rows.c.id == min(at_work)).values(body=b"{}"))
    with database.reading() as connection:
        assert contents(connection).damaged == (min(at_work),)


@pytest.mark.usefixtures("at_work")
def test_only_one_backup_is_made_at_a_time(database, settings, monkeypatch) -> None:
    monkeypatch.setattr("survey.operations.backups.LOCK_WAIT_SECONDS", 0)
    settings.backup_folder.mkdir()
    with (
        file_lock(settings.backup_folder / ".lock", 0),
        pytest.raises(Unavailable, match="another process"),
    ):
        take_backup(database, settings)
    assert take_backup(database, settings).folder.is_dir()


@pytest.mark.usefixtures("at_work")
def test_without_room_nothing_is_begun(database, settings) -> None:
    greedy = replace(settings, min_free_mb=10**9)
    with pytest.raises(Unavailable, match="needs") as refusal:
        take_backup(database, greedy)
    assert refusal.value.code == "full"
    assert all_backups(settings) == []


@pytest.mark.usefixtures("at_work")
def test_a_backup_that_failed_halfway_does_not_exist(database, settings, monkeypatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("survey.operations.backups.write_manifest", fail)
        with pytest.raises(OSError, match="no space"):
            take_backup(database, settings)
    assert all_backups(settings) == []
    assert [path.name for path in settings.backup_folder.iterdir()] == [".lock"]


@pytest.mark.usefixtures("at_work")
def test_what_a_killed_backup_left_is_removed_by_the_next(database, settings) -> None:
    left = settings.backup_folder / ".draft-20261120T190000Z"
    left.mkdir(parents=True)
    (left / "langnghe.db").write_bytes(b"half")
    take_backup(database, settings)
    assert not left.exists()


def test_no_backup_is_said_to_be_there_before_the_first(settings) -> None:
    with pytest.raises(NotFound, match="no backup"):
        newest_backup(settings)


def test_a_damaged_manifest_is_refused(backup) -> None:
    path = backup.folder / "manifest.json"
    document = json.loads(path.read_text())
    for damage in ("{", "[]", json.dumps({**document, "file": "../langnghe.db"}), "{}"):
        path.write_text(damage)
        with pytest.raises(StateError, match="cannot be read"):
            read_manifest(backup.folder)


def backups_of(*moments: str) -> list[Backup]:
    found = [dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC) for moment in moments]
    return [Backup(None, moment) for moment in found]


def test_all_of_the_last_two_days_and_the_newest_of_each_period_are_kept() -> None:
    every = backups_of(
        "2026-09-10T19:00", "2026-09-29T19:00", "2026-10-05T19:00", "2026-11-10T03:00",
        "2026-11-10T19:00", "2026-11-19T19:00", "2026-11-20T08:00", "2026-11-20T19:00",
        "2026-11-21T02:00",
    )  # fmt: skip
    kept = kept_of(every, daily=3, monthly=3)
    assert [backup.made_at.strftime("%m-%d %H") for backup in every if backup in kept] == [
        "09-29 19", "10-05 19", "11-10 19", "11-19 19", "11-20 08", "11-20 19", "11-21 02",
    ]  # fmt: skip


def test_a_clock_that_jumps_empties_no_shelf() -> None:
    every = backups_of("2026-11-19T19:00", "2026-11-20T19:00", "2038-01-01T00:00")
    assert kept_of(every, daily=35, monthly=12) == set(every)


@pytest.mark.usefixtures("at_work")
def test_an_outlived_backup_is_removed_when_a_new_one_is_there(database, settings, clock) -> None:
    brief = replace(settings, backup_daily=1, backup_monthly=1)
    first = take_backup(database, brief)
    foreign = brief.backup_folder / "20200101T000000Z"
    foreign.mkdir()
    clock.moment += dt.timedelta(days=3)
    second = take_backup(database, brief)
    assert [backup.folder for backup in all_backups(brief)] == [second.folder]
    assert not first.folder.exists()
    assert foreign.is_dir(), "a folder without a manifest is not ours to remove"


@pytest.mark.postgres
@pytest.mark.usefixtures("at_work")
def test_missing_programs_are_named(database, settings, monkeypatch, tmp_path) -> None:
    if database.url.get_backend_name() == "sqlite":
        pytest.skip("SQLite needs no other program")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StateError, match=r"pg_dump is not installed.*postgresql-client"):
        take_backup(database, settings)


@pytest.mark.postgres
@pytest.mark.usefixtures("at_work")
def test_older_programs_than_the_server_are_refused(
    database, settings, monkeypatch, tmp_path
) -> None:
    if database.url.get_backend_name() == "sqlite":
        pytest.skip("SQLite needs no other program")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(StateError, match=r"server is PostgreSQL \d+ .*9\.6\.24"):
        take_backup(database, settings)
    assert shutil.which("pg_dump") == str(old)


def test_a_database_that_was_never_made_cannot_be_backed_up(settings, tmp_path) -> None:
    if settings.database_url:
        pytest.skip("a PostgreSQL database is made by its administrator")
    absent = replace(settings, data_dir=tmp_path / "elsewhere")
    with pytest.raises(NotFound, match="no database"):
        take_backup(Database(absent), absent)
