"""The one writer: groups, order, one bad errand among good ones, stopping and starting again."""

import threading

import pytest
from sqlalchemy import insert, select

from survey.db.writer import MAX_GROUP
from survey.errors import ConflictError, Unavailable
from survey.models import Device
from tests.build import NOON


def a_device(name: str) -> dict[str, object]:
    return {
        "id": name, "name": name, "key_digest": name.encode(), "place": "1", "enrolled_at": NOON,
        "revoked_at": None,
    }  # fmt: skip


def enrol(connection, names):
    """Write one row for each name; refuse a bad one, as a deed that checks does."""
    for name in names:
        if name == "bad":
            raise ConflictError("conflict")
        connection.execute(insert(Device), a_device(name))
    return [name.upper() for name in names]


def stored(database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(select(Device.id)))


def submitted(database, names) -> dict[str, object]:
    """Submit every name from a thread of its own; return what each was told."""
    told: dict[str, object] = {}

    def send(name: str) -> None:
        try:
            told[name] = database.writer.submit(enrol, name)
        except (ConflictError, Unavailable) as error:
            told[name] = error.code

    threads = [threading.Thread(target=send, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_each_sender_gets_the_value_of_its_own_errand(database) -> None:
    names = [f"d{number}" for number in range(60)]
    told = submitted(database, names)
    assert told == {name: name.upper() for name in names}
    assert stored(database) == set(names)
    assert database.writer.figures.errands == 60


def test_many_errands_share_a_transaction(database) -> None:
    held, free = threading.Event(), threading.Event()

    def hold(_connection, things):
        held.set()
        free.wait(5)
        return things

    holding = threading.Thread(target=database.writer.submit, args=(hold, None))
    holding.start()
    held.wait(5)
    names = [f"d{number}" for number in range(40)]
    threads = [
        threading.Thread(target=database.writer.submit, args=(enrol, name)) for name in names
    ]
    for thread in threads:
        thread.start()
    while database.writer.queue_length() < len(names):
        pass
    free.set()
    for thread in [holding, *threads]:
        thread.join()
    assert database.writer.figures.commits == 2
    assert len(names) <= MAX_GROUP


def test_one_bad_errand_does_not_sink_the_others(database) -> None:
    names = [f"d{number}" for number in range(20)]
    told = submitted(database, [*names, "bad"])
    assert told.pop("bad") == "conflict"
    assert told == {name: name.upper() for name in names}
    assert stored(database) == set(names)


def test_a_row_that_breaks_a_constraint_sinks_alone(database) -> None:
    assert database.writer.submit(enrol, "d1") == "D1"
    told = submitted(database, ["d1", "d2", "d3"])
    assert told == {"d1": "busy", "d2": "D2", "d3": "D3"}
    assert stored(database) == {"d1", "d2", "d3"}


def test_a_fault_in_a_deed_reaches_its_sender_and_leaves_the_writer_alive(database) -> None:
    def faulty(_connection, _things):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.writer.submit(faulty, None)
    assert database.writer.submit(enrol, "d1") == "D1"


def test_a_writer_that_was_stopped_starts_again(database) -> None:
    assert database.writer.submit(enrol, "d1") == "D1"
    database.writer.stop()
    assert database.writer.submit(enrol, "d2") == "D2"


def test_a_full_queue_is_busy_at_once(database, monkeypatch) -> None:
    monkeypatch.setattr("survey.db.writer.MAX_QUEUE", 0)
    with pytest.raises(Unavailable, match="queue is full"):
        database.writer.submit(enrol, "d1")


def test_what_is_sent_together_is_written_in_one_transaction(database) -> None:
    names = [f"d{number}" for number in range(50)]
    assert database.writer.submit_all(enrol, names) == [name.upper() for name in names]
    assert database.writer.figures.commits == 1
    assert stored(database) == set(names)
    assert database.writer.submit_all(enrol, []) == []


def test_of_what_is_sent_together_each_has_an_outcome_of_its_own(database) -> None:
    told = database.writer.submit_all(enrol, ["d1", "bad", "d2", "d1"])
    codes = [one if isinstance(one, str) else one.code for one in told]
    assert codes == ["D1", "conflict", "D2", "busy"]
    assert stored(database) == {"d1", "d2"}


def test_what_nobody_waits_for_is_written_with_the_next(database) -> None:
    database.writer.post(enrol, "d1")
    database.writer.post(enrol, "bad")
    assert database.writer.submit(enrol, "d2") == "D2"
    assert stored(database) == {"d1", "d2"}
