"""What every door needs of this installation: its settings, its database, its keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from config import Settings
from survey.db.database import Database
from survey.seals import Keys


@dataclass(frozen=True)
class Store:
    """One installation, as the application factory wired it."""

    settings: Settings
    database: Database
    keys: Keys


def current_store() -> Store:
    """Return the store of the running application."""
    return cast("Store", current_app.extensions["store"])


@contextmanager
def reading() -> Iterator[Connection]:
    """Yield a connection for queries; it cannot write."""
    with current_store().database.reading() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """Yield a connection for one deed: committed at the end, undone by an error."""
    with current_store().database.writing() as connection:
        yield connection
