"""A restore brings back exactly what was backed up, where nothing was, or says why not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from survey.db.database import Database
from survey.db.schema import migrate
from survey.errors import StateError, Unavailable
from survey.models import Response, ScoreRun
from survey.models.audit import AuditEntry
from survey.operations.backups import take_backup
from survey.operations.findings import Grade, is_good
from survey.operations.manifests import read_manifest
from survey.operations.restores import check_backup, restore, restore_into
from survey.operations.score_runs import run_scores
from survey.operations.snapshots import check_snapshot, update_snapshot
from survey.queries.audit import AuditFilter, audit_lines, check_chain
from survey.queries.digests import contents

AFTERWARDS = {"audit", "audit_head", "snapshot_due"}
"""What differs in a restored database: it says that it was restored, its columns are made."""


@pytest.fixture
def elsewhere(settings, tmp_path, request):
    """Another installation with an empty database of the same kind."""
    url = request.getfixturevalue("cluster").new_database() if settings.database_url else ""
    other = Database(replace(settings, data_dir=tmp_path / "other", database_url=url))
    yield other
    other.close()


def contents_of(database):
    with database.reading() as connection:
        return contents(connection)


def grades(findings) -> dict[str, Grade]:
    return {finding.name: finding.grade for finding in findings}


@contextmanager
def people_who_submit(send, acknowledged: list[str]) -> Iterator[None]:
    """Let four people submit until the block ends; who finds the server busy comes again."""
    is_over = threading.Event()

    def submit() -> None:
        while not is_over.is_set():
            with suppress(Unavailable):
                acknowledged.append(send())

    crowd = [threading.Thread(target=submit) for _ in range(4)]
    for person in crowd:
        person.start()
    try:
        yield
    finally:
        is_over.set()
        for person in crowd:
            person.join()


def test_the_rehearsal(send, at_work, database, settings, elsewhere) -> None:
    """Backed up while people submit: what was acknowledged before is there, nothing else."""
    acknowledged = list(at_work)
    with people_who_submit(send, acknowledged):
        while len(acknowledged) < 60:
            threading.Event().wait(0.01)
        before = set(acknowledged)
        backup = take_backup(database, settings)
    assert is_good(check_backup(database, settings, backup.folder))
    restore(elsewhere, backup.folder)
    with elsewhere.reading() as connection:
        restored = set(connection.scalars(select(Response.id)))
    assert before <= restored <= set(acknowledged)
    assert set(read_manifest(backup.folder).differences(contents_of(elsewhere))) == AFTERWARDS


def test_a_restored_score_run_is_made_again_bit_for_bit(backup, database, settings) -> None:
    said = {finding.name: finding for finding in check_backup(database, settings, backup.folder)}
    assert "1 score runs made again: equal bit for bit" in said["score-runs"].en
    assert said["score-runs"].grade is Grade.FINE


@pytest.mark.usefixtures("at_work")
def test_a_score_run_that_comes_out_otherwise_is_told(database, settings) -> None:
    with database.writing() as connection:
        results = connection.scalars(select(ScoreRun.results)).one()
        results["estimates"][0]["estimate"] += 1e-15
        connection.execute(ScoreRun.__table__.update().values(results=results))
    backup = take_backup(database, settings)
    findings = check_backup(database, settings, backup.folder)
    assert grades(findings)["other-scores"] is Grade.BAD
    assert not is_good(findings)


def test_the_outcome_of_a_check_is_noted(backup, database, settings, clock) -> None:
    check_backup(database, settings, backup.folder)
    noted = json.loads((settings.backup_folder / "last-check.json").read_text())
    assert noted == {
        "checked_at": clock.moment.isoformat(timespec="seconds"),
        "backup": backup.folder.name,
        "ok": True,
    }


def test_a_check_leaves_nothing_behind(backup, database, settings) -> None:
    before = {path.name for path in settings.data_dir.iterdir()}
    untouched = contents_of(database)
    check_backup(database, settings, backup.folder)
    assert {path.name for path in settings.data_dir.iterdir()} == before
    assert contents_of(database) == untouched


def test_one_flipped_byte_is_found(backup, database, settings) -> None:
    file = backup.folder / read_manifest(backup.folder).file
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    findings = check_backup(database, settings, backup.folder)
    assert grades(findings) == {"damaged": Grade.BAD}
    assert json.loads((settings.backup_folder / "last-check.json").read_text())["ok"] is False


def test_a_manifest_that_promises_more_is_found(backup, database, settings, elsewhere) -> None:
    path = backup.folder / "manifest.json"
    document = json.loads(path.read_text())
    document["tables"]["response"]["rows"] += 1
    path.write_text(json.dumps(document))
    assert not is_good(check_backup(database, settings, backup.folder))
    with pytest.raises(StateError, match="not as it was backed up: response"):
        restore(elsewhere, backup.folder)


def test_another_receipt_key_is_told(backup, database, settings) -> None:
    other = replace(settings, receipt_key="another key of another installation")
    findings = check_backup(database, other, backup.folder)
    assert grades(findings)["receipts"] is Grade.DOUBT
    assert is_good(findings)


def test_a_database_that_holds_something_is_never_overwritten(backup, database) -> None:
    before = contents_of(database)
    with pytest.raises(StateError, match="nothing was changed"):
        restore(database, backup.folder)
    assert contents_of(database) == before


def test_a_restore_stands_in_the_audit_chain(backup, elsewhere) -> None:
    restore(elsewhere, backup.folder)
    with elsewhere.reading() as connection:
        (line,) = audit_lines(connection, AuditFilter(action="restored"), None, 10)
        assert check_chain(connection).is_whole
    assert (line.actor, line.object) == ("operator", f"backup:{backup.folder.name}")
    with pytest.raises(DBAPIError, match="append-only"), elsewhere.write_engine.begin() as write:
        write.execute(AuditEntry.__table__.delete())


@pytest.mark.usefixtures("at_work")
def test_a_broken_audit_chain_is_found(database, settings) -> None:
    with database.writing() as connection:
        facts = dict.fromkeys(("at", "actor", "role", "ip_class", "action"), "x")
        links = {"object": "", "reason": "", "detail": "{}", "prev": "e" * 64, "hash": "f" * 64}
        connection.execute(AuditEntry.__table__.insert().values(seq=99, **facts, **links))
    findings = check_backup(database, settings, take_backup(database, settings).folder)
    assert "audit chain is broken at line" in findings[-1].en
    assert not is_good(findings)


def test_a_restored_database_serves(backup, elsewhere, at_work) -> None:
    restore(elsewhere, backup.folder)
    migrate(elsewhere)
    with elsewhere.reading() as connection:
        assert set(connection.scalars(select(Response.id))) == set(at_work)


def test_columns_forget_what_came_after_the_backup(
    backup, send, database, settings, request
) -> None:
    for _ in range(10):
        send()
    run_scores(database, "kin")
    database.close()
    for file in settings.data_dir.glob("langnghe.db*"):
        file.unlink()
    url = request.getfixturevalue("cluster").new_database() if settings.database_url else ""
    empty = Database(replace(settings, database_url=url))
    restore(empty, backup.folder)
    assert check_snapshot(empty, "kin").is_none
    assert update_snapshot(empty, "kin").rows == 20
    empty.close()


def test_a_new_folder_receives_a_sqlite_backup(backup, settings, tmp_path) -> None:
    folder = tmp_path / "new"
    if settings.database_url:
        with pytest.raises(StateError, match="SURVEY_DATABASE_URL"):
            restore_into(backup.folder, folder)
        return
    manifest = restore_into(backup.folder, folder)
    assert {path.name for path in folder.iterdir()} == {"langnghe.db", "snapshots"}
    assert (folder / "langnghe.db").stat().st_mode & 0o077 == 0
    with Database(replace(settings, data_dir=folder)).reading() as connection:
        assert set(manifest.differences(contents(connection))) <= AFTERWARDS
    with pytest.raises(StateError, match="not an empty folder"):
        restore_into(backup.folder, folder)


def test_a_log_left_beside_nothing_is_not_replayed_into_the_restored(
    backup, settings, tmp_path
) -> None:
    if settings.database_url:
        pytest.skip("only SQLite keeps a log beside its file")
    other = replace(settings, data_dir=tmp_path / "left")
    other.data_dir.mkdir()
    (other.data_dir / "langnghe.db-wal").write_bytes(b"old")
    with pytest.raises(StateError, match="-wal"):
        restore(Database(other), backup.folder)
    assert not (other.data_dir / "langnghe.db").exists()


def test_a_backup_of_another_kind_is_refused(backup, settings, tmp_path) -> None:
    other_kind = f"sqlite:///{tmp_path / 'x.db'}" if settings.database_url else "postgresql://x/y"
    other = replace(settings, database_url=other_kind)
    with pytest.raises(StateError, match="another kind"):
        restore(Database(other), backup.folder)
