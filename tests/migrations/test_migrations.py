"""Each migration up and down with rows in it; the head equals the models; numbers without gaps."""

import re
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, inspect, select

from config import Settings
from survey.db.database import Database
from survey.db.schema import MIGRATIONS, alembic_config, migrate, require_newest, revision_of
from survey.errors import Unavailable
from survey.models import Base
from tests.build import with_rounds
from tests.migrations.rows import ROWS

REVISIONS = sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))


@pytest.fixture
def database(tmp_path, empty_database_url):
    database = Database(replace(Settings(data_dir=tmp_path), database_url=empty_database_url))
    database.folder.mkdir(exist_ok=True)
    yield database
    database.close()


def tables_of(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def fill(connection: Connection, revision: str) -> None:
    known = MetaData()
    known.reflect(connection)
    for name, row in ROWS[revision].items():
        model = Base.metadata.tables.get(name, known.tables[name])
        connection.execute(model.insert(), row)


def counts_of(connection: Connection) -> dict[str, int]:
    known = MetaData()
    known.reflect(connection)
    return {
        name: connection.scalars(select(func.count()).select_from(table)).one()
        for name, table in known.tables.items()
        if name != "alembic_version"
    }


def test_numbers_run_without_gaps() -> None:
    assert [f"{number + 1:04}" for number in range(len(REVISIONS))] == REVISIONS
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z_]+", path.stem)


def test_there_is_one_line_of_revisions(database) -> None:
    script = ScriptDirectory.from_config(alembic_config(database))
    assert script.get_heads() == [REVISIONS[-1]]


def test_the_head_equals_the_models(database) -> None:
    migrate(database)
    with database.write_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_models_is_filled_by_a_revision() -> None:
    filled = {name for tables in ROWS.values() for name in tables}
    assert filled >= set(Base.metadata.tables)


def test_every_revision_goes_up_and_down_and_up_again_with_rows(database) -> None:
    before = "base"
    for revision in REVISIONS:
        with database.write_engine.connect() as connection:
            counts = counts_of(connection)
        _go_up_with_rows(database, revision)
        command.downgrade(alembic_config(database), before)
        with database.write_engine.connect() as connection:
            assert counts_of(connection) == counts, revision
        _go_up_with_rows(database, revision)
        assert revision_of(database) == revision
        before = revision


def _go_up_with_rows(database: Database, revision: str) -> None:
    migrate(database, revision)
    with database.write_engine.begin() as connection:
        fill(connection, revision)


def test_migrating_twice_keeps_everything(database) -> None:
    migrate(database)
    with_rounds(database)
    migrate(database)
    with database.reading() as connection:
        assert counts_of(connection)["round"] == 2


def test_a_database_of_a_newer_program_is_refused(database) -> None:
    migrate(database)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="9999"):
        require_newest(database)
    with pytest.raises(Unavailable, match="cannot be upgraded"):
        migrate(database)


@pytest.mark.usefixtures("durable")
def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path) -> None:
    database = Database(Settings(data_dir=tmp_path))
    migrate(database)
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0,
        "secure_delete": 1, "busy_timeout": 5000,
    }  # fmt: skip
    with database.writing() as connection:
        found = {
            name: connection.exec_driver_sql("PRAGMA " + name).scalar_one()  # fixed names above
            for name in wanted
        }
    assert found == wanted
    assert (tmp_path / "langnghe.db").stat().st_mode & 0o077 == 0
    database.close()
