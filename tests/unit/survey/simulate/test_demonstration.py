"""The demonstration: built once, finished when interrupted, kept when run again."""

import stat

import pytest
from sqlalchemy import func, select

from survey.models import Device, Quarantine, Response, ScoreRun
from survey.operations.staff import begin_log_in, is_password_right
from survey.queries.fieldwork import round_progress
from survey.queries.scores import Part, latest_run
from survey.simulate import demonstration
from survey.simulate.accounts import FILE_NAME, PEOPLE, DemoDevice, prepare_accounts
from survey.simulate.demonstration import Installation, build_demonstration
from survey.simulate.rounds import OPEN, SAMPLED
from survey.simulate.sample import demonstration_sample

DEVICE = DemoDevice("03646.01", SAMPLED)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Three people in each village and twelve who come by themselves."""
    monkeypatch.setattr(demonstration, "PER_VILLAGE", 3)
    monkeypatch.setattr(demonstration, "N_OPEN", 12)


def build(store, progress=lambda *_: None) -> None:
    build_demonstration(Installation(store.database, store.keys), progress)


def count(database, table) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def bodies(database) -> dict[str, bytes]:
    with database.reading() as connection:
        return dict(connection.execute(select(Response.id, Response.body)).all())


def test_every_simulated_response_is_accepted_without_a_note(store, database):
    build(store)
    with database.reading() as connection:
        sampled, opened = (round_progress(connection, code) for code in (SAMPLED, OPEN))
    assert (sampled.sampled_count, sampled.placeless_count, sampled.waiting_count) == (90, 0, 0)
    assert (opened.sampled_count, opened.placeless_count, opened.waiting_count) == (0, 12, 0)
    assert count(database, Quarantine) == 0


def test_a_second_run_keeps_everything(store, database):
    build(store)
    before = bodies(database), count(database, Device), count(database, ScoreRun)
    build(store)
    assert (bodies(database), count(database, Device), count(database, ScoreRun)) == before


def test_an_interrupted_run_is_finished_with_the_same_people(store, database):
    class Interrupted(Exception):
        pass

    def stop(code, done, _total):
        if done >= 40:
            raise Interrupted(code)

    with pytest.raises(Interrupted):
        build(store, stop)
    part = bodies(database)
    assert 0 < len(part) < 102
    build(store)
    whole = bodies(database)
    assert len(whole) == 102
    assert part.items() <= whole.items()


def test_levels_are_near_the_published_ones_and_villages_differ(store, database, monkeypatch):
    monkeypatch.setattr(demonstration, "PER_VILLAGE", 10)
    build(store)
    with database.reading() as connection:
        run = latest_run(connection, SAMPLED, Part.SAMPLE)
    total = next(row for row in run.results["estimates"] if row["node"] == "total")
    assert 78 < total["estimate"] < 88
    deffs = [row["deff"] for row in run.results["estimates"] if row["deff"] is not None]
    assert sum(deffs) / len(deffs) > 1.1


def test_the_sample_has_several_villages_in_each_stratum():
    strata = [village.place.stratum for village in demonstration_sample()]
    assert len(strata) == len({village.place.place for village in demonstration_sample()}) == 30
    assert min(strata.count(stratum) for stratum in set(strata)) >= 8
    assert all("(mô phỏng)" in village.place.name for village in demonstration_sample())


def test_accounts_are_written_for_their_owner_alone_and_kept(database, tmp_path):
    with database.writing() as connection:
        first = prepare_accounts(connection, tmp_path, DEVICE)
    with database.writing() as connection:
        second = prepare_accounts(connection, tmp_path, DEVICE)
    assert first == second
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert count(database, Device) == 1


def test_a_lost_file_gives_new_passwords_that_open(database, tmp_path, clock):
    with database.writing() as connection:
        first = prepare_accounts(connection, tmp_path, DEVICE)
    (tmp_path / FILE_NAME).unlink()
    with database.writing() as connection:
        second = prepare_accounts(connection, tmp_path, DEVICE)
    login = PEOPLE[0].login
    assert first[login] != second[login]
    with database.writing() as connection:
        attempt = begin_log_in(connection, login, clock.moment)
    assert is_password_right(attempt, second[login])
    assert not is_password_right(attempt, first[login])
