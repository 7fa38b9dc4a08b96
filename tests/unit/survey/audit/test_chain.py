"""The audit chain: append-only, one line after another, and every damage named."""

import hashlib
import random
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from survey.db.database import Database
from survey.db.schema import migrate
from survey.models.audit import GENESIS, SEALED, AuditEntry, AuditHead
from survey.operations.audit import record
from survey.queries.audit import AuditFilter, audit_lines, check_chain
from survey.queries.staff import OPERATOR, Actor
from survey.terms import AuditAction

LENGTH = 10_000
TEXTS = [name for name in (*SEALED, "prev", "hash") if name != "seq"]
LAN = Actor("lan", "admin", "private")


@pytest.fixture
def empty(tmp_path, database_url):
    database = Database(replace(Settings(data_dir=tmp_path), database_url=database_url))
    migrate(database)
    yield database
    database.close()


def write_lines(database: Database, count: int) -> None:
    with database.writing() as connection:
        for number in range(count):
            facts = {"place": "14", "số": number}
            record(connection, LAN, AuditAction.LOG_IN, f"staff:{number}", "vì sao", facts)


def verdict_of(database: Database):
    with database.reading() as connection:
        return check_chain(connection)


def test_a_chain_without_lines_is_whole(empty) -> None:
    assert verdict_of(empty).is_whole


def test_lines_follow_one_another(empty) -> None:
    write_lines(empty, 3)
    verdict = verdict_of(empty)
    assert (verdict.seq, verdict.bad_seq) == (3, None)
    with empty.reading() as connection:
        rows = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.seq)).all()
    assert [row.prev for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert verdict.hash == rows[-1].hash


def test_the_hash_can_be_computed_without_this_program(empty) -> None:
    write_lines(empty, 1)
    with empty.reading() as connection:
        row = connection.execute(select(AuditEntry.__table__)).one()._mapping
    fields = [str(row[name]).encode() for name in SEALED]
    canonical = b"".join(str(len(field)).encode() + b":" + field + b"," for field in fields)
    assert row["hash"] == hashlib.sha256(b"0" * 64 + canonical).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'khác' WHERE seq = 2",
        "UPDATE audit SET seq = 9 WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 2",
        "UPDATE audit_head SET seq = 7",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_itself_refuses_a_change(empty, statement) -> None:
    write_lines(empty, 3)
    with pytest.raises(DBAPIError, match="append-only"), empty.writing() as connection:
        connection.execute(text(statement))
    assert verdict_of(empty).is_whole


def test_a_line_cannot_be_replaced_by_inserting_it_again(empty) -> None:
    write_lines(empty, 3)
    with empty.reading() as connection:
        line = dict(connection.execute(select(AuditEntry.__table__).limit(1)).mappings().one())
    word = "INSERT OR REPLACE" if empty.url.get_backend_name() == "sqlite" else "INSERT"
    names = ", ".join(line)
    values = ", ".join(f":{name}" for name in line)
    insert = text(f"{word} INTO audit ({names}) VALUES ({values})")
    with pytest.raises(DBAPIError), empty.writing() as connection:
        connection.execute(insert, {**line, "reason": "khác"})
    assert verdict_of(empty).is_whole


def test_a_deed_that_is_undone_leaves_no_line(empty) -> None:
    write_lines(empty, 1)
    with empty.write_engine.connect() as connection:
        record(connection, LAN, AuditAction.LOG_IN)
        connection.rollback()
    assert verdict_of(empty).seq == 1


def test_writers_at_once_make_one_chain(empty) -> None:
    def write() -> None:
        for _ in range(10):
            with empty.writing() as connection:
                record(connection, OPERATOR, AuditAction.EXPORTED, "table:x")

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    verdict = verdict_of(empty)
    assert (verdict.seq, verdict.is_whole) == (60, True)


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory):
    """A chain on SQLite whose guards a hostile hand has taken off."""
    database = Database(Settings(data_dir=tmp_path_factory.mktemp("chain")))
    migrate(database)
    write_lines(database, LENGTH)
    with database.writing() as connection:
        guards = connection.scalars(
            text(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
            )
        )
        for guard in list(guards):
            connection.execute(text(f"DROP TRIGGER {guard}"))
    yield database
    database.close()


def flipped(stored: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(stored))
    return stored[:place] + bytes([stored[place] ^ (1 << rng.randrange(8))]) + stored[place + 1 :]


def flip_a_byte(connection, rng) -> int:
    seq, name = rng.randint(1, LENGTH), rng.choice(TEXTS)
    of_row = {"seq": seq}
    stored = connection.scalar(
        text(f"SELECT CAST({name} AS BLOB) FROM audit WHERE seq = :seq"), of_row
    )
    change = text(f"UPDATE audit SET {name} = CAST(:damaged AS TEXT) WHERE seq = :seq")
    connection.execute(change, {**of_row, "damaged": flipped(stored, rng)})
    return seq


def remove_a_line(connection, rng) -> int:
    seq = rng.choice([1, LENGTH, rng.randint(1, LENGTH)])
    connection.execute(text("DELETE FROM audit WHERE seq = :seq"), {"seq": seq})
    return seq


def swap_two_lines(connection, rng) -> int:
    first, second = sorted(rng.sample(range(1, LENGTH + 1), 2))
    move = text("UPDATE audit SET seq = :new WHERE seq = :old")
    for old, new in ((first, LENGTH + 9), (second, first), (LENGTH + 9, second)):
        connection.execute(move, {"old": old, "new": new})
    return first


def renumber_a_line(connection, rng) -> int:
    seq = rng.randint(1, LENGTH)
    move = text("UPDATE audit SET seq = :new WHERE seq = :seq")
    connection.execute(move, {"seq": seq, "new": seq + LENGTH})
    return seq


DAMAGES = [flip_a_byte] * 70 + [remove_a_line, swap_two_lines, renumber_a_line] * 10


def test_every_damage_is_named_by_its_first_line(long_chain) -> None:
    rng = random.Random(20261121)
    for damage in DAMAGES:
        with long_chain.write_engine.connect() as connection:
            # a flip may leave 64 letters or fewer: the hand that drops guards drops checks as well
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            seq = damage(connection, rng)
            assert check_chain(connection).bad_seq == seq, damage.__name__
            connection.rollback()
    assert verdict_of(long_chain).is_whole


def test_a_head_that_is_damaged_is_seen(long_chain) -> None:
    for change, bad in (
        (f"UPDATE audit_head SET seq = {LENGTH + 1}", LENGTH + 1),
        ("UPDATE audit_head SET seq = 7", 8),
        (f"UPDATE audit_head SET hash = '{GENESIS}'", LENGTH),
        ("DELETE FROM audit_head", 1),
    ):
        with long_chain.write_engine.connect() as connection:
            connection.execute(text(change))
            assert check_chain(connection).bad_seq == bad, change
            connection.rollback()


def test_lines_are_read_backwards_page_by_page_and_filtered(long_chain) -> None:
    with long_chain.reading() as connection:
        newest = audit_lines(connection, AuditFilter(), None, 3)
        older = audit_lines(connection, AuditFilter(), newest[-1].seq, 2)
        named = audit_lines(connection, AuditFilter(actor="lan", object="staff:77"), None, 500)
        nobody = audit_lines(connection, AuditFilter(actor="ai"), None, 5)
        never = audit_lines(connection, AuditFilter(until="2000"), None, 5)
        count = connection.scalar(select(func.count()).select_from(AuditHead))
    assert [line.seq for line in (*newest, *older)] == [LENGTH - step for step in range(5)]
    assert newest[0].detail == {"place": "14", "số": LENGTH - 1}
    assert all(line.object.startswith("staff:77") for line in named)
    assert len(named) == 111
    assert (nobody, never, count) == ([], [], 1)
