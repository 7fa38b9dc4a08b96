"""Fixtures that everyone shares: a temporary installation and a clock that stands."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from config import Settings
from survey import clock as survey_clock
from survey.app import create_app
from survey.db.database import Database
from survey.db.schema import migrate
from survey.web.store import Store
from tests.build import NOON
from tests.chromium import system_chromium
from tests.postgres import Cluster


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request) -> str:
    """An empty database of each kind; the empty text is SQLite in the data folder."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("cluster").new_database()


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
    if settings.database_url:
        migrate(store.database)
    else:
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
