"""An empty database of each kind."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from survey.db.database import Database
from survey.db.schema import migrate


@pytest.fixture
def database(settings, database_url) -> Iterator[Database]:
    database = Database(replace(settings, database_url=database_url))
    migrate(database)
    yield database
    database.close()
