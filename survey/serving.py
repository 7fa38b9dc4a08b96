"""Serve in the foreground: one granian process with threads, READY once it answers.

It must not know any route but /readyz.
"""

import ctypes
import gc
import json
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Final

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from werkzeug.utils import import_string

from config import Settings
from survey.commands import naming_the_store, tell_backup
from survey.db.durable import file_lock
from survey.db.schema import require_newest
from survey.errors import Unavailable
from survey.nightly import keep_nightly_backups
from survey.operations.checking import damaged_builtins
from survey.operations.upgrades import upgrade
from survey.scorekeeper import keep_scores_fresh
from survey.web.store import Store

N_THREADS: Final = 24
DIE_WITH_PARENT: Final = 1
READY_WITHIN_SECONDS: Final = 60
TELL_AFTER_SECONDS: Final = 3
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
LOCK: Final = ".serve.lock"
LET_GO_WITHIN_SECONDS: Final = 5.0
"""How long the worker of a killed server may take to follow it."""

NOT_READY: Final = {
    "disk": "SURVEY_MIN_FREE_MB: đĩa còn ít chỗ trống hơn mức này / the disk has less free space",
    "writer": "Luồng ghi dữ liệu không chạy / the writer does not move",
    "schema": "Cơ sở dữ liệu không ở đúng phiên bản / the database is not at this release",
    "store": "Không ghi và đọc lại được dữ liệu / the store cannot be written and read back",
}
"""Why no response would be taken now, by the name of the check."""


def serve(store: Store, host: str, port: int) -> None:
    """Upgrade, then serve until stopped."""
    with naming_the_store(store.settings):
        tell_backup(upgrade(store.database, store.settings))
        require_newest(store.database)
    store.database.close()
    server = Granian(
        "wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=N_THREADS,
        backpressure=512,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=20,
    )
    server.serve(
        target_loader=partial(_application, store.settings, host, port), wrap_loader=False
    )


@contextmanager
def alone_in_folder(settings: Settings) -> Iterator[None]:
    """Hold the data folder; raise ClickException when another server holds it.

    The lock is the worker's too and ends with both, also when they are killed.
    """
    with ExitStack() as held:
        try:
            held.enter_context(file_lock(settings.data_dir / LOCK, LET_GO_WITHIN_SECONDS))
        except Unavailable as error:
            raise click.ClickException(
                f"SURVEY_DATA_DIR: một máy chủ khác đang dùng thư mục {settings.data_dir}"
                " / another server uses this folder"
            ) from error
        yield


def _application(settings: Settings, host: str, port: int) -> Flask:
    """Make the application inside the worker process, which ends when its parent does.

    No thread may run in the parent before it forks: what a thread holds there is lost here.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    application: Flask = import_string("survey.app:create_app")(settings)
    spare_the_garbage_collector()
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    keep_nightly_backups(settings)
    keep_scores_fresh(application.extensions["store"].database)
    return application


def spare_the_garbage_collector() -> None:
    """Let it look only at what requests leave behind: what is loaded now stays for ever.

    Measured: walking the loaded packages again and again took more than half of the processor.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def refuse_damaged_instruments() -> None:
    """Raise ClickException with every fault of every built-in questionnaire and tree, by line."""
    lines = damaged_builtins()
    if lines:
        raise click.ClickException("\n".join(lines))


def refuse_taken_port(host: str, port: int) -> None:
    """Raise ClickException in one line when the port cannot be opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Không mở được cổng {port} / cannot listen on {host}:{port}: {error.strerror}"
            ) from error


def _announce(host: str, port: int) -> None:
    """Print READY once /readyz answers 200; until then, once, why it does not."""
    address = await_ready(host, port, click.echo)
    if address is not None:
        click.echo(f"READY {address}")


def await_ready(
    host: str, port: int, tell: Callable[[str], None] = lambda _line: None
) -> str | None:
    """Wait until /readyz answers 200 and return the address, or None when it takes too long.

    After a few seconds ``tell`` is given the reasons, once.
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    address = f"http://{shown}:{port}"
    started, pause, is_told = time.monotonic(), SHORTEST_PAUSE, False
    while (elapsed := time.monotonic() - started) < READY_WITHIN_SECONDS:
        reasons = _reasons_against(address)
        if reasons == []:
            return address
        if reasons and elapsed > TELL_AFTER_SECONDS and not is_told:
            tell("\n".join(("Chưa sẵn sàng / NOT READY:", *reasons)))
            is_told = True
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
    return None


def _reasons_against(address: str) -> list[str] | None:
    """Return why no response would be taken now, none when it would; None without an answer."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2):  # noqa: S310 - http only
            return []
    except urllib.error.HTTPError as error:
        checks = json.load(error).get("checks", {})
        failed = [name for name, outcome in checks.items() if outcome != "ok"]
        return [NOT_READY[name] for name in failed] or [f"HTTP {error.code}"]
    except (urllib.error.URLError, OSError):
        return None
