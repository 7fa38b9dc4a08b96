"""The doctor sees what no request would notice until it is too late."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from survey.operations.backups import take_backup
from survey.operations.doctor import examine
from survey.operations.findings import Grade
from survey.operations.restores import check_backup


@pytest.fixture(params=["sqlite"])
def database_url(request) -> str:  # noqa: ARG001 - what is examined lies outside the database
    return ""


@pytest.fixture
def grades(database, settings, send):  # noqa: ARG001 - an instrument is published
    """How each part stands, for these settings or changed ones."""
    (settings.data_dir / "langnghe.db").chmod(0o600)

    def grades(**changes) -> dict[str, Grade]:
        findings = examine(database, replace(settings, **changes))
        assert all(finding.vi and finding.en for finding in findings)
        return {finding.name: finding.grade for finding in findings}

    return grades


def test_a_fresh_installation_has_doubts_but_nothing_bad(grades) -> None:
    found = grades()
    assert Grade.BAD not in found.values()
    assert found["backup"] is found["restore-check"] is Grade.DOUBT


def test_a_day_and_two_hours_without_a_backup_is_bad(grades, clock, database, settings) -> None:
    clock.moment += dt.timedelta(hours=27)
    assert grades()["backup"] is Grade.BAD
    take_backup(database, settings)
    assert grades()["backup"] is Grade.FINE
    clock.moment += dt.timedelta(hours=26)
    assert grades()["backup"] is Grade.FINE
    clock.moment += dt.timedelta(minutes=1)
    assert grades()["backup"] is Grade.BAD


def test_a_week_without_a_restore_is_bad_and_so_is_a_failed_one(
    grades, clock, database, settings
) -> None:
    backup = take_backup(database, settings)
    check_backup(database, settings, backup.folder)
    assert grades()["restore-check"] is Grade.FINE
    clock.moment += dt.timedelta(days=7, minutes=1)
    assert grades()["restore-check"] is Grade.BAD
    (backup.folder / "langnghe.db").write_bytes(b"")
    check_backup(database, settings, backup.folder)
    assert grades()["restore-check"] is Grade.BAD


def test_a_clock_that_went_back_is_bad(grades, clock, database, settings) -> None:
    assert grades()["clock"] is Grade.FINE
    take_backup(database, settings)
    clock.moment -= dt.timedelta(hours=1)
    assert grades()["clock"] is Grade.BAD
    clock.moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert grades()["clock"] is Grade.BAD


def test_a_secret_that_others_can_read_is_bad(grades, settings) -> None:
    (settings.data_dir / "backups").mkdir(mode=0o700)
    assert grades()["secrets"] is Grade.FINE
    (settings.data_dir / "receipt_key").chmod(0o644)
    assert grades()["secrets"] is Grade.BAD


def test_plain_http_is_doubted_and_a_proxy_trusted(grades) -> None:
    assert grades(allow_http=True, proxy_count=1)["https"] is Grade.DOUBT
    assert grades()["https"] is Grade.DOUBT
    assert grades(proxy_count=1)["https"] is Grade.FINE


def test_a_consent_page_that_names_nobody_is_doubted(grades) -> None:
    assert grades()["contact"] is Grade.DOUBT
    assert grades(contact="bvdl@example.vn")["contact"] is Grade.FINE


def test_backups_on_the_same_disk_are_doubted(grades, settings) -> None:
    settings.backup_folder.mkdir()
    assert grades()["backup-place"] is Grade.DOUBT
    assert grades(backup_dir="/proc")["backup-place"] is Grade.FINE


def test_a_note_of_the_last_check_survives_as_words(settings, grades, clock) -> None:
    settings.backup_folder.mkdir(mode=0o700)
    noted = {"checked_at": clock.moment.isoformat(), "backup": "x", "ok": False}
    (settings.backup_folder / "last-check.json").write_text(json.dumps(noted))
    assert grades()["restore-check"] is Grade.BAD
