"""A database of each kind: an empty one, and one with all places that ship with the program."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from config import Settings
from survey.db.database import Database
from survey.db.schema import migrate
from survey.operations.places import bring_builtin_places


@pytest.fixture
def database(settings, database_url) -> Iterator[Database]:
    """An empty database at the newest schema."""
    database = Database(replace(settings, database_url=database_url))
    migrate(database)
    yield database
    database.close()


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def gazetteer(request, tmp_path_factory) -> Iterator[Database]:
    """The places that ship with the program, loaded once; no test may commit to it."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("cluster").new_database()
    database = Database(Settings(data_dir=tmp_path_factory.mktemp("places"), database_url=url))
    migrate(database)
    with database.writing() as connection:
        bring_builtin_places(connection)
    yield database
    database.close()


@pytest.fixture
def connection(gazetteer) -> Iterator[Connection]:
    """A connection to them whose deeds are undone after the test."""
    with gazetteer.write_engine.connect() as connection:
        yield connection
        connection.rollback()
