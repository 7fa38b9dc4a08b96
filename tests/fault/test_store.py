"""A locked database, a full disk, a dead writer: 503, when to come back, never a false 2xx."""

import contextlib
import resource
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from survey.db.writer import STALE_SECONDS, WAIT_SECONDS
from survey.models import Response
from tests.build import a_body, an_id, answers, with_rounds
from tests.wire import is_error


@pytest.fixture
def put(app, database):
    """Send a response to the open round from a client of its own, so that threads may send."""
    with_rounds(database)

    def send(body: bytes | None = None, interview: str | None = None):
        path = f"/api/v1/interviews/{interview or an_id()}"
        client = app.test_client(use_cookies=False)
        return client.put(path, data=body or a_body(), content_type="application/json")

    return send


def n_stored(database) -> int:
    with database.reading() as connection:
        return connection.scalars(select(func.count()).select_from(Response)).one()


@contextlib.contextmanager
def locked(database):
    """Hold the write lock of the database from another connection."""
    other = sqlite3.connect(database.folder / "langnghe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextlib.contextmanager
def disk_ends_at(size: int):
    """Let no file of this process grow beyond ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_database_locked_beyond_its_patience_is_busy(put, database) -> None:
    put()
    with locked(database), ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: put(), range(8)))
    assert all(is_error(reply, 503, "busy") for reply in replies)
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in replies)
    assert put().status_code == 201
    assert n_stored(database) == 2


def test_a_lock_that_ends_in_time_is_not_noticed(put, database) -> None:
    with ThreadPoolExecutor(4) as threads:
        with locked(database):
            waiting = [threads.submit(put) for _ in range(4)]
            time.sleep(0.5)
        assert [reply.result().status_code for reply in waiting] == [201] * 4
    assert n_stored(database) == 4


def test_a_full_disk_is_full_and_recovers_at_once(put, database, client, monkeypatch) -> None:
    monkeypatch.setattr("survey.operations.health.SLOWEST_PROBE_SECONDS", WAIT_SECONDS)
    acknowledged, statuses = 0, set()
    size = max(file.stat().st_size for file in database.folder.iterdir())
    with disk_ends_at(size + 100_000):
        for _ in range(60):
            reply = put(a_body(answers=answers(note="a" * 3000)))
            statuses.add(reply.status_code)
            acknowledged += reply.status_code == 201
        assert is_error(reply, 503, "full")
        assert int(reply.headers["Retry-After"]) > 0
        # The proof of readiness is one small row: it fits a little longer than a response.
        ready = [client.get("/readyz").status_code for _ in range(30)]
        assert ready[-1] == 503
    assert statuses == {201, 503}
    assert n_stored(database) == acknowledged
    assert put().status_code == 201
    assert client.get("/readyz").status_code == 200
    assert database_is_sound(database)


def database_is_sound(database) -> bool:
    with database.reading() as connection:
        return connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_too_little_free_space_is_full_before_the_disk_is(put, database, monkeypatch) -> None:
    monkeypatch.setattr(database.writer, "_min_free_bytes", 2**60)
    assert is_error(put(), 503, "full")
    assert n_stored(database) == 0


def test_a_writer_that_hangs_turns_readiness_red_and_refuses_at_once(
    put, database, client, monkeypatch
) -> None:
    monkeypatch.setattr("survey.db.writer.STALE_SECONDS", 0.8)
    monkeypatch.setattr("survey.operations.health.STALE_SECONDS", 0.8)
    stuck, free = threading.Event(), threading.Event()

    def hang(_connection, things):
        stuck.set()
        free.wait(60)
        return things

    hanging = threading.Thread(target=database.writer.submit, args=(hang, None))
    hanging.start()
    assert stuck.wait(30)
    time.sleep(1)
    started = time.monotonic()
    assert is_error(put(), 503, "busy")
    reply = client.get("/readyz")
    assert time.monotonic() - started < WAIT_SECONDS / 2
    assert reply.status_code == 503
    assert reply.get_json()["checks"]["writer"] == "busy"
    assert client.get("/livez").status_code == 200
    free.set()
    hanging.join()
    monkeypatch.setattr("survey.db.writer.STALE_SECONDS", STALE_SECONDS)
    assert put().status_code == 201


def test_a_database_at_another_revision_is_not_ready(database, client) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.get_json()["checks"]["schema"] == "not-at-head"
