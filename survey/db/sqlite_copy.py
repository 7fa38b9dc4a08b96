"""A SQLite database copied while it is written to, and a copy examined.

A live file is never copied as a file: what stands in its write-ahead log would be missing.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from survey.db.durable import new_private_file
from survey.errors import StateError
from survey.vietnamese import COLLATION, compare

N_FAULTS_SHOWN = 5


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy one moment of a live database to a new file of its own, without a log beside it."""
    new_private_file(target)
    with closing(_opened(source, "ro")) as live, closing(_opened(target, "rw")) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def examine_sqlite(file: Path) -> None:
    """Raise StateError ``damaged`` when pages, indexes or references of a copy are wrong."""
    try:
        with closing(_opened(file, "ro")) as copy:
            copy.create_collation(COLLATION, compare)
            said = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
            orphans = [f"orphan in {row[0]}" for row in copy.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        raise StateError(
            "damaged", f"not a readable database: {error}", where=file.name
        ) from error
    faults = orphans if said == ["ok"] else said + orphans
    if faults:
        shown = "; ".join(faults[:N_FAULTS_SHOWN])
        raise StateError("damaged", f"integrity check: {shown}", where=file.name)


def _opened(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True)
