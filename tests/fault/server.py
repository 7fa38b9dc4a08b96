"""A real server of its own: the serve command in a process group that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_WITHIN_SECONDS = 120


class Server:
    """``flask --app wsgi serve`` on a free port with its own data folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder = folder
        self.file = folder / "langnghe.db"
        self._environment = {
            **os.environ,
            "SURVEY_DATA_DIR": str(folder),
            "SURVEY_RATE_OPEN": "100000000",
            "SURVEY_MIN_FREE_MB": "1",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._wait_until_ready()

    @property
    def pid(self) -> int:
        """The process that was started; the one that answers is its child."""
        assert self._process is not None
        return self._process.pid

    def kill(self, *, whole_group: bool = True) -> None:
        """Send SIGKILL to the whole group, or to the parent alone: its worker must die with it."""
        assert self._process is not None
        if whole_group:
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        """Ask the server to end, as an operator does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise TimeoutError("the server was not ready in time")
