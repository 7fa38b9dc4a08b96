"""Fixtures that everyone shares: a temporary installation and a clock that stands."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from config import Settings
from survey import clock as survey_clock
from survey.app import create_app
from survey.db import engine
from survey.db.database import Database
from survey.db.schema import migrate
from survey.operations import passwords
from survey.web.store import Store
from tests.build import NOON
from tests.chromium import system_chromium
from tests.postgres import Cluster

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
"""The kinds of database on which everything holds."""

SLOW_FOLDERS = ("browser", "fault", "twins", "outbox", "simulate", "analyst", "golden", "property")
"""Begun first, file by file, so that no worker is left with a long file at the end of the run."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files in front; what belongs together stays together."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folders = [place for place, name in enumerate(SLOW_FOLDERS) if name in item.path.parts]
    return min(folders, default=len(SLOW_FOLDERS))


DURABLE = engine.EACH_CONNECTION
"""How SQLite is opened by the program itself."""


@pytest.fixture(scope="session", autouse=True)
def _careless() -> Iterator[None]:
    """Let no test pay for a disk that is flushed and a password that is slow to guess."""
    with pytest.MonkeyPatch.context() as patch:
        hasty = tuple(
            pragma.replace("synchronous = FULL", "synchronous = OFF") for pragma in DURABLE
        )
        patch.setattr(engine, "EACH_CONNECTION", hasty)
        cheap = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1)
        patch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture
def durable(monkeypatch) -> None:
    """Open SQLite as the program does, for a test that judges that."""
    monkeypatch.setattr(engine, "EACH_CONNECTION", DURABLE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with system_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for the whole run."""
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def newest_postgres(cluster, tmp_path_factory) -> str:
    """An empty PostgreSQL database at the newest schema, to copy."""
    url = cluster.new_database()
    database = Database(Settings(data_dir=tmp_path_factory.mktemp("newest"), database_url=url))
    migrate(database)
    database.close()
    return url


@pytest.fixture(params=BOTH)
def database_url(request) -> Iterator[str]:
    """A database of each kind: SQLite in the data folder (no text), PostgreSQL at the newest."""
    yield from _database(request, "newest_postgres")


@pytest.fixture(params=BOTH)
def empty_database_url(request) -> Iterator[str]:
    """A database of each kind without any table."""
    yield from _database(request, None)


def _database(request, template: str | None) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    cluster = request.getfixturevalue("cluster")
    url = cluster.new_database(template and request.getfixturevalue(template))
    yield url
    cluster.drop(url)


class StandingClock:
    """The time that every part of the application sees; tests move it by hand."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def now(self) -> dt.datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch) -> StandingClock:
    """Let the time stand at noon of 21 November 2026 in Vietnam."""
    standing = StandingClock(NOON)
    monkeypatch.setattr(survey_clock, "now", standing.now)
    return standing


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Settings of a small installation on SQLite; a test file may override this fixture."""
    return Settings(data_dir=tmp_path, min_free_mb=1, rate_open=10**6, rate_device=10**6)


@pytest.fixture(scope="session")
def newest_sqlite(tmp_path_factory) -> bytes:
    """An empty SQLite database at the newest schema, as a file to copy."""
    folder = tmp_path_factory.mktemp("newest")
    database = Database(Settings(data_dir=folder))
    migrate(database)
    database.close()
    return (folder / "langnghe.db").read_bytes()


@pytest.fixture
def app(settings, clock, newest_sqlite) -> Iterator[Flask]:  # noqa: ARG001 - the clock must stand first
    """The application on an empty database at the newest schema."""
    app = create_app(settings)
    store = app.extensions["store"]
    if not settings.database_url:
        (settings.data_dir / "langnghe.db").write_bytes(newest_sqlite)
    yield app
    store.database.close()


@pytest.fixture
def store(app) -> Store:
    """Settings, database and keys of the application."""
    return app.extensions["store"]


@pytest.fixture
def database(store) -> Database:
    """The database of the application."""
    return store.database


@pytest.fixture
def client(app) -> FlaskClient:
    """A browser or a device without memory."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20261121)
