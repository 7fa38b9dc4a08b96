"""A throw-away PostgreSQL cluster: started by the first test that asks, gone with the last."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

CARELESS = "-c fsync=off -c full_page_writes=off -c checkpoint_timeout=1h"
"""What is thrown away after the run need not outlive a loss of power."""


class Cluster:
    """One server in a temporary folder; as root it runs as the user postgres."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="langnghe-pg-"))
        self.port = _free_port()
        self._as_user: dict[str, int] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} {CARELESS}"
        self._run("pg_ctl", "-D", data, "-o", options, "-l", f"{self.folder}/log", "-w", "start")

    def new_database(self, like: str | None = None) -> str:
        """Make a database, empty or like the one of a URL; return its URL."""
        name = f"t_{uuid.uuid4().hex}"
        template = make_url(like).database if like else "template1"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever may still be connected to it."""
        self._command(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def _command(self, words: str) -> None:
        server = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(words))
        server.dispose()

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://test@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        found = shutil.which(program) or shutil.which(program, path=_usual_places())
        if found is None:
            raise RuntimeError(f"PostgreSQL is not installed: no {program} (see deploy/)")
        subprocess.run(
            [found, *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as_user,
        )


def _usual_places() -> str:
    return os.pathsep.join(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
