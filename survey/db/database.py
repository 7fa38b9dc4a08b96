"""The database as the rooms above see it: what reads, what writes, and the writer."""

import math
import shutil
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from config import Settings
from survey.db.engine import database_url, read_engine, sqlite_file, write_engine
from survey.db.faults import unavailable
from survey.db.recent import Recent
from survey.db.writer import Writer

MEGABYTE = 1024 * 1024


class Database:
    """One database of one process; opens nothing until it is asked.

    ``recent`` holds what was read a moment ago; ``settled`` what was long in the making, by all
    that it was made of, so that it never grows old.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = database_url(settings)
        self.write_engine = write_engine(self.url)
        self.read_engine = read_engine(self.url)
        file = sqlite_file(self.url)
        self.folder = settings.data_dir if file is None else file.parent
        self.quarantine_bytes = settings.quarantine_mb * MEGABYTE
        self.writer = Writer(
            self.write_engine,
            folder=self.folder,
            min_free_bytes=settings.min_free_mb * MEGABYTE,
        )
        self.recent: Recent[tuple[str, ...], object] = Recent()
        self.settled: Recent[tuple[Hashable, ...], object] = Recent(math.inf)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that cannot write."""
        with _translated(), self.read_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose deeds are committed at the end, or undone by an error."""
        with _translated(), self.write_engine.begin() as connection:
            yield connection
        self.recent.forget()

    def sizes(self) -> dict[str, float]:
        """Return free disk space and, on SQLite, the sizes of the files, in bytes."""
        sizes = {"disk_free_bytes": float(shutil.disk_usage(self.folder).free)}
        file = sqlite_file(self.url)
        for name, ending in (("database_bytes", ""), ("wal_bytes", "-wal")):
            path = None if file is None else file.with_name(file.name + ending)
            if path is not None and path.exists():
                sizes[name] = float(path.stat().st_size)
        return sizes

    def close(self) -> None:
        """End the writer and close every connection."""
        self.writer.stop()
        self.write_engine.dispose()
        self.read_engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise unavailable(error) from error
