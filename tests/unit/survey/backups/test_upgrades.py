"""An upgrade has a way back and is done by one process, however many start at once."""

import threading
from dataclasses import replace

import pytest

from config import Settings
from survey.db.database import Database
from survey.db.locks import schema_lock
from survey.db.schema import migrate, newest_revision, require_newest, revision_of
from survey.errors import NotFound, SurveyError, Unavailable
from survey.operations.backups import all_backups, newest_backup
from survey.operations.findings import is_good
from survey.operations.manifests import read_manifest
from survey.operations.restores import check_backup
from survey.operations.upgrades import upgrade
from tests.migrations.rows import ROWS
from tests.migrations.test_migrations import fill


@pytest.fixture
def settings(tmp_path, empty_database_url) -> Settings:
    return Settings(data_dir=tmp_path / "data", min_free_mb=1, database_url=empty_database_url)


@pytest.fixture
def database(settings):
    """A database that nobody has touched."""
    database = Database(settings)
    yield database
    database.close()


@pytest.fixture
def behind(database):
    """A database of the first revision, with a row in each of its tables."""
    migrate(database, "0001")
    with database.write_engine.begin() as connection:
        fill(connection, "0001")
    return database


def test_what_is_behind_is_backed_up_before_it_changes(behind, settings) -> None:
    made = upgrade(behind, settings)
    require_newest(behind)
    assert made.folder.name.endswith(f"-before-{newest_revision(behind)}")
    manifest = read_manifest(made.folder)
    assert manifest.revision == "0001"
    assert {name: table.rows for name, table in manifest.tables.items()} == dict.fromkeys(
        ROWS["0001"], 1
    )


def test_the_backup_of_an_older_schema_says_that_its_response_is_damaged(behind, settings) -> None:
    made = upgrade(behind, settings)
    findings = check_backup(behind, settings, made.folder)
    assert not is_good(findings), "the row of the fixture has a made-up hash"
    assert "not as sealed" in findings[-1].en


def test_an_empty_place_has_nothing_to_back_up(database, settings) -> None:
    assert upgrade(database, settings) is None
    require_newest(database)
    with pytest.raises(NotFound):
        newest_backup(settings)


def test_what_is_at_the_newest_is_left_alone(database, settings) -> None:
    upgrade(database, settings)
    assert upgrade(database, settings) is None
    assert all_backups(settings) == []


def test_a_database_of_a_newer_program_fills_no_shelf(database, settings) -> None:
    upgrade(database, settings)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="cannot be upgraded"):
        upgrade(database, settings)
    assert all_backups(settings) == []


def test_without_room_for_a_backup_nothing_is_changed(behind, settings) -> None:
    with pytest.raises(Unavailable, match="needs"):
        upgrade(behind, replace(settings, min_free_mb=10**9))
    assert revision_of(behind) == "0001"


def test_of_starts_at_once_only_one_migrates(behind, settings) -> None:
    made, failures = [], []

    def start() -> None:
        database = Database(settings)
        try:
            made.append(upgrade(database, settings))
        except SurveyError as error:
            failures.append(error)
        finally:
            database.close()

    starts = [threading.Thread(target=start) for _ in range(3)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert failures == []
    assert sum(backup is not None for backup in made) == len(all_backups(settings)) == 1
    require_newest(behind)


def test_who_waits_too_long_for_the_schema_is_told(behind, settings) -> None:
    other = Database(settings)
    with (
        schema_lock(behind),
        pytest.raises(Unavailable, match="another process"),
        schema_lock(other, 0),
    ):
        pytest.fail("two held the schema")
    other.close()
