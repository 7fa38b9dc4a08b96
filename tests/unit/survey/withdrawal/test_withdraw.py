"""A withdrawn response is gone: from the tables, the columns, the files and every restore."""

import base64
import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy import func, select, update

from config import Settings
from survey.db.database import Database
from survey.db.engine import sqlite_file
from survey.errors import InputError, NotFound, StateError
from survey.models import Quarantine, Response, Withdrawal
from survey.operations.backups import take_backup
from survey.operations.responses import receive_response
from survey.operations.restores import restore
from survey.operations.snapshots import check_snapshot, update_snapshot
from survey.operations.submissions import read_submission
from survey.operations.tidying import tidy_up
from survey.operations.withdrawals import LEDGER
from survey.queries.devices import Sender
from survey.queries.withdrawals import response_of_receipt, withdrawn_count
from tests.build import a_body, an_id


def forms_of(canary: str) -> list[bytes]:
    """The canary in every form in which a file might hold it."""
    nfd = unicodedata.normalize("NFD", canary)
    plain = canary.encode()
    return [
        plain, nfd.encode(), canary.encode("utf-16-le"), canary.rsplit(maxsplit=1)[-1].encode(),
        base64.b64encode(plain)[:-4],
    ]  # fmt: skip


def holds(folder: Path, canary: str) -> list[str]:
    """The files below a folder that hold the canary, read byte by byte."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms_of(canary))
    ]


def count(database, table) -> int:
    with database.reading() as connection:
        return connection.scalars(select(func.count()).select_from(table)).one()


def test_a_receipt_finds_its_response_and_no_other(give, store) -> None:
    given = [give() for _ in range(5)]
    with store.database.reading() as connection:
        for one in given:
            found = response_of_receipt(connection, store.keys, one.receipt)
            assert (found.id, found.round) == (one.id, "mo")
        with pytest.raises(NotFound):
            response_of_receipt(connection, store.keys, "0000-0000-0000")


def test_a_response_from_before_receipts_had_digests_is_found(give, store) -> None:
    one = give()
    give()
    with store.database.writing() as connection:
        connection.execute(update(Response).values(receipt_digest=None))
    with store.database.reading() as connection:
        assert response_of_receipt(connection, store.keys, one.receipt).id == one.id


def test_a_withdrawn_response_is_gone_and_a_word_of_it_stays(give, take_back, database) -> None:
    one, other = give(), give()
    assert take_back(one.receipt) == "mo"
    with database.reading() as connection:
        assert list(connection.scalars(select(Response.id))) == [other.id]
        word = connection.execute(select(Withdrawal.__table__)).one()
        assert withdrawn_count(connection, "mo") == 1
    assert (word.round, word.withdrawn_on) == ("mo", dt.date(2026, 11, 21))
    assert one.id not in repr(word)
    assert one.submission.body.decode() not in repr(word)


def test_taking_back_twice_says_so(give, take_back) -> None:
    one = give()
    take_back(one.receipt)
    with pytest.raises(StateError) as refusal:
        take_back(one.receipt)
    assert refusal.value.code == "withdrawn"


def test_the_same_bytes_again_are_not_taken_in_again(give, take_back, store) -> None:
    one = give()
    take_back(one.receipt)
    for body in (one.submission.body, a_body()):
        with pytest.raises(StateError) as refusal:
            receive_response(store.database, store.keys, read_submission(one.id, body))
        assert refusal.value.code == "withdrawn"
    assert count(store.database, Response) == 0


def test_quarantine_loses_its_copies_and_takes_no_new_one(give, take_back, store) -> None:
    one = give()
    sender = Sender("d", "00001", is_revoked=False)
    altered = read_submission(one.id, a_body(consent="9"), sender)
    with pytest.raises(Exception, match="conflict"):
        receive_response(store.database, store.keys, altered)
    assert count(store.database, Quarantine) == 1
    take_back(one.receipt)
    assert count(store.database, Quarantine) == 0
    with pytest.raises(InputError, match="unknown-consent"):
        receive_response(store.database, store.keys, altered)
    assert count(store.database, Quarantine) == 0


def test_the_columns_lose_it_at_once(give, take_back, store, settings) -> None:
    given = [give() for _ in range(12)]
    update_snapshot(store.database, "mo")
    take_back(given[3].receipt)
    files = list((settings.data_dir / "snapshots").rglob("*.parquet"))
    assert sum(parquet.read_metadata(file).num_rows for file in files) == 11
    wanted = bytes.fromhex(given[3].id.replace("-", ""))
    assert not any(wanted in file.read_bytes() for file in files)
    assert check_snapshot(store.database, "mo").is_none


def _checkpoint(database: Database) -> None:
    """Let PostgreSQL write its data files; a slow disk may take longer than a statement may."""
    with database.writing() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("CHECKPOINT")


def _own_folder(database: Database) -> str:
    """The folder of PostgreSQL in which this database lies."""
    own = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
    with database.reading() as connection:
        return connection.exec_driver_sql(own).scalar_one()


def test_no_file_holds_its_words_any_more(give, take_back, store, settings, cluster) -> None:
    """With so many rows, pages are split, and a split page keeps copies until it is wiped."""
    given = [give() for _ in range(400)]
    update_snapshot(store.database, "mo")
    gone = given[5:400:20]
    folder = settings.data_dir
    if settings.database_url:
        folder = cluster.folder / "data" / "base" / _own_folder(store.database)
        _checkpoint(store.database)
    assert all(holds(folder, one.canary) for one in gone[:3])
    for one in gone:
        take_back(one.receipt)
    if settings.database_url:
        _checkpoint(store.database)
    assert {one.canary: holds(folder, one.canary) for one in gone} == {
        one.canary: [] for one in gone
    }
    assert holds(folder, given[0].canary)


def test_what_is_not_wiped_at_once_is_wiped_at_night(give, take_back, store, monkeypatch) -> None:
    monkeypatch.setattr("survey.operations.withdrawals.is_small", lambda _database: False)
    take_back(give().receipt)
    unwiped = select(func.count()).where(Withdrawal.is_wiped.is_(False))
    with store.database.reading() as connection:
        assert connection.scalar(unwiped) == 1
    tidy_up(store.database)
    with store.database.reading() as connection:
        assert connection.scalar(unwiped) == 0


def test_a_restore_erases_again_what_was_withdrawn_after_the_backup(
    give, take_back, store, settings, tmp_path_factory, request
) -> None:
    one, other = give(), give()
    made = take_backup(store.database, settings)
    take_back(one.receipt)
    assert (settings.backup_folder / LEDGER).stat().st_mode & 0o077 == 0
    place = tmp_path_factory.mktemp("back")
    url = request.getfixturevalue("cluster").new_database() if settings.database_url else ""
    database = Database(Settings(data_dir=place, database_url=url))
    restore(database, made.folder)
    with database.reading() as connection:
        assert list(connection.scalars(select(Response.id))) == [other.id]
        assert withdrawn_count(connection, "mo") == 1
    if sqlite_file(database.url) is not None:
        assert holds(place, one.canary) == []
        assert holds(place, other.canary) != []
    with pytest.raises(StateError, match="withdrawn"):
        receive_response(database, store.keys, read_submission(one.id, one.submission.body))
    receive_response(database, store.keys, read_submission(an_id(), a_body()))
    database.close()


def test_when_the_ledger_cannot_be_written_nothing_is_erased(
    give, take_back, settings, database
) -> None:
    one = give()
    settings.backup_folder.mkdir(parents=True, exist_ok=True)
    (settings.backup_folder / LEDGER).mkdir()
    with pytest.raises(Exception, match="ledger"):
        take_back(one.receipt)
    assert count(database, Response) == 1
