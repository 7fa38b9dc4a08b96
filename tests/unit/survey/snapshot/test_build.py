"""The snapshot equals the documents, whatever arrives, changes, goes or breaks off halfway."""

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import delete, select, update

from survey.clock import VIETNAM
from survey.errors import StateError
from survey.models import Response, SnapshotDue
from survey.snapshot.build import Differences, differences, rebuild
from survey.snapshot.build import update as bring_up
from survey.snapshot.documents import all_due, strike_off
from survey.snapshot.layout import ID
from tests.build import NOON, answers

EQUAL = Differences(0, 0, 0)


def rows_of(source) -> list[dict]:
    manifest = source.store.manifest()
    return [row for part in manifest.parts for row in source.store.read([part]).to_pylist()]


def due_ids(database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(select(SnapshotDue.response)))


def test_each_kind_of_missing_has_its_own_code(source, store_responses):
    for given, missing in (
        ({"s01": "4"}, {}),
        ({}, {}),
        ({}, {"s01": "dk", "age": "dk", "channels": "dk"}),
        ({}, {"s01": "refused", "age": "refused", "channels": "refused"}),
        ({}, {"s01": "na", "age": "na", "channels": "na"}),
    ):
        store_responses(1, answers=given, missing=missing)
    bring_up(source)
    rows = rows_of(source)
    assert sorted(row["s01"] for row in rows) == [-4, -3, -2, -1, 3]
    assert sorted(row["age@reason"] for row in rows) == [-4, -3, -2, -1, -1]
    assert sorted(row["channels/tv"] for row in rows) == [-4, -3, -2, -1, -1]
    assert {row["age"] for row in rows} == {None}


def test_every_kind_of_answer_finds_its_column(source, store_responses):
    given = answers(s01="1", why={"choice": "other", "text": "xa 'quá'"}, hours=0.25)
    store_responses(1, answers=given)
    bring_up(source)
    (row,) = rows_of(source)
    assert (row["sex"], row["s01"], row["why"]) == (1, 0, 1)
    assert (row["age"], row["age@reason"], row["hours"]) == (47.0, 0, 0.25)
    assert (row["channels/tv"], row["channels/zalo"], row["channels/loa"]) == (1, 1, 0)
    assert (row["@place"], row["@device"], row["@complete"]) == ("00001", True, True)


def test_nothing_finer_than_the_hour_stands_beside_the_answers(source, store_responses):
    store_responses(3)
    bring_up(source)
    (row, *_) = rows_of(source)
    assert {name for name in row if name.startswith("@")} == {
        "@id", "@sha256", "@place", "@source", "@device", "@complete", "@flagged",
        "@seconds", "@answered", "@unknown", "@assisted", "@hour", "@pace", "@alike",
    }  # fmt: skip
    assert row["@hour"] == dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC).timestamp() / 3600
    ids = [row[ID] for row in rows_of(source)]
    assert ids == sorted(ids)
    (part,) = source.store.manifest().parts
    changed_at = source.store.path(part).stat().st_mtime
    hour = NOON.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)
    assert changed_at == hour.timestamp()


def test_what_arrives_is_added_and_the_rest_is_left_alone(source, store_responses, database):
    store_responses(40)
    first = bring_up(source)
    store_responses(5)
    second = bring_up(source)
    assert second.parts[0] == first.parts[0]
    assert [part.rows for part in second.parts] == [40, 5]
    assert due_ids(database) == set()
    assert differences(source) == EQUAL


def test_small_parts_are_merged_now_and_then(source, store_responses):
    for _ in range(20):
        store_responses(1)
        bring_up(source)
    assert len(source.store.manifest().parts) <= 5  # about the logarithm of 20
    assert source.store.manifest().rows == 20
    assert len(list(source.store.folder.glob("*/*"))) == len(source.store.manifest().parts)
    assert differences(source) == EQUAL


def test_a_response_that_was_removed_disappears(source, store_responses, database):
    gone, *_ = store_responses(12)
    bring_up(source)
    with database.writing() as connection:
        connection.execute(delete(Response).where(Response.id == gone))
    bring_up(source)
    assert uuid.UUID(gone).bytes not in {row[ID] for row in rows_of(source)}
    assert source.store.manifest().rows == 11
    assert all(
        uuid.UUID(gone).bytes not in path.read_bytes()
        for path in source.store.folder.rglob("*.parquet")
    )
    assert differences(source) == EQUAL


def test_a_response_that_was_accepted_counts(source, store_responses, database):
    store_responses(3)
    (flagged,) = store_responses(1, notes=("late",))
    bring_up(source)
    with database.writing() as connection:
        connection.execute(update(Response).where(Response.id == flagged).values(notes=[]))
    bring_up(source)
    assert [row["@flagged"] for row in rows_of(source)] == [False] * 4


def test_each_version_has_its_own_columns(source, store_responses):
    store_responses(2)
    store_responses(3, version="2")
    bring_up(source)
    assert {(part.version, part.rows) for part in source.store.manifest().parts} == {
        ("1", 2),
        ("2", 3),
    }
    assert differences(source) == EQUAL


def test_a_rebuild_equals_what_grew(source, store_responses):
    for count in (7, 3, 1):
        store_responses(count)
        bring_up(source)
    grown = sorted(rows_of(source), key=lambda row: row[ID])
    rebuild(source)
    assert rows_of(source) == grown


def test_a_crash_between_the_manifest_and_the_list_counts_nobody_twice(
    source, store_responses, database, monkeypatch
):
    store_responses(5)
    with monkeypatch.context() as crash:
        crash.setattr("survey.snapshot.build.strike_off", interrupted)
        bring_up_until_interrupted(source)
    assert len(due_ids(database)) == 5
    store_responses(2)
    bring_up(source)
    assert source.store.manifest().rows == 7
    assert differences(source) == EQUAL


def interrupted(*_: object) -> None:
    raise InterruptedError


def bring_up_until_interrupted(source) -> None:
    with pytest.raises(InterruptedError):
        bring_up(source)


@pytest.mark.usefixtures("source")
def test_a_change_while_the_snapshot_reads_stays_due(store_responses, database):
    (interview,) = store_responses(1)
    with database.reading() as connection:
        seen = all_due(connection, "mo")
    with database.writing() as connection:
        connection.execute(delete(Response).where(Response.id == interview))
    strike_off(database, seen)
    assert due_ids(database) == {interview}


def test_a_difference_is_found(source, store_responses, database):
    first, second, _ = store_responses(3)
    bring_up(source)
    with database.writing() as connection:
        connection.execute(delete(Response).where(Response.id == first))
        connection.execute(update(Response).where(Response.id == second).values(place="00004"))
        connection.execute(delete(SnapshotDue))  # as if nobody had noticed
    store_responses(1)
    with database.writing() as connection:
        connection.execute(delete(SnapshotDue))
    assert differences(source) == Differences(lacking=1, surplus=1, changed=1)


def test_an_answer_unknown_to_its_version_is_an_error(source, store_responses):
    store_responses(1, answers={"s01": "9"})
    with pytest.raises(StateError, match="s01"):
        bring_up(source)


def test_a_manifest_of_another_format_is_made_anew(source, store_responses):
    store_responses(4)
    bring_up(source)
    path = source.store.folder / "manifest.json"
    path.write_text(json.dumps({"format": 0}), encoding="utf-8")
    assert bring_up(source).rows == 4


def test_a_snapshot_of_another_database_is_made_anew(source, store_responses, database):
    store_responses(6)
    bring_up(source)
    with database.writing() as connection:  # as a restored backup: fewer, and nobody marked any
        connection.execute(delete(Response))
        connection.execute(delete(SnapshotDue))
    store_responses(2)
    assert bring_up(source).rows == 2
    assert differences(source) == EQUAL
