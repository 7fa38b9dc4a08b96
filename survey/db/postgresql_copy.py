"""PostgreSQL's own programs: dump one moment of a database, restore it whole, scratch databases.

The password never stands on a command line, where every user of the machine could read it: the
programs take it from a file that only they can open and that is gone afterwards.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from survey.db.durable import new_private_file
from survey.errors import StateError

MAJOR = re.compile(r"\b(\d+)")


def require_programs(server_version: int) -> None:
    """Raise StateError unless the programs are there and not older than the server (major)."""
    said = _run(_found("pg_dump"), "--version")
    own = MAJOR.search(said.removeprefix("pg_dump"))
    if own is None or int(own.group(1)) < server_version:
        raise StateError(
            "pg-version",
            f"the server is PostgreSQL {server_version} but here is {said.strip()}; "
            f"install postgresql-client-{server_version}",
            expected=str(server_version),
            got=said.strip(),
        )
    _found("pg_restore")


def dump(url: URL, snapshot: str, target: Path) -> None:
    """Write the moment that an open transaction has exported to a new file."""
    new_private_file(target)
    with _connection_words(url) as connection:
        _run(
            *(_found("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"),
            *(f"--snapshot={snapshot}", f"--file={target}", f"--dbname={connection}"),
        )


def load(url: URL, source: Path) -> None:
    """Restore a dump into an empty database: all of it in one transaction, or nothing."""
    with _connection_words(url) as connection:
        _run(
            *(_found("pg_restore"), "--exit-on-error", "--single-transaction"),
            *("--no-owner", "--no-privileges", f"--dbname={connection}", str(source)),
        )


@contextmanager
def scratch_database(url: URL, name: str) -> Iterator[URL]:
    """Yield a new empty database on the same server, dropped at the end."""
    with _connection_words(url) as connection:
        _run(_found("createdb"), f"--maintenance-db={connection}", "--template=template0", name)
        try:
            yield url.set(database=name)
        finally:
            _run(_found("dropdb"), f"--maintenance-db={connection}", "--force", name)


@contextmanager
def _connection_words(url: URL) -> Iterator[str]:
    """Yield libpq's words for a connection, its password in a file that only we can read."""
    facts = {
        "host": url.host,
        "port": None if url.port is None else str(url.port),
        "user": url.username,
        "dbname": url.database,
    }
    with tempfile.TemporaryDirectory(prefix="langnghe-") as folder:
        if url.password is not None:
            passwords = Path(folder) / "passwords"
            new_private_file(passwords)
            passwords.write_text(f"*:*:*:*:{_in_password_file(str(url.password))}\n", "utf-8")
            facts["passfile"] = str(passwords)
        yield " ".join(f"{name}={_quoted(value)}" for name, value in facts.items() if value)


def _in_password_file(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise StateError(
            "pg-programs-missing",
            f"{program} is not installed; install the system package postgresql-client",
            where=program,
        )
    return path


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode != 0:
        program = Path(command[0]).name
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise StateError("pg-program-failed", f"{program}: {said[0]}", where=program)
    return done.stdout
