"""Serve in the foreground: one granian process with threads, READY once it answers.

It must not know any route but /readyz.
"""

import ctypes
import gc
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
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
from survey.db.schema import require_newest
from survey.nightly import keep_nightly_backups
from survey.operations.checking import damaged_builtins
from survey.operations.upgrades import upgrade
from survey.web.store import Store

N_THREADS: Final = 24
DIE_WITH_PARENT: Final = 1
READY_WITHIN_SECONDS: Final = 60


def serve(store: Store, host: str, port: int) -> None:
    """Refuse damaged instruments and a taken port, upgrade, serve until stopped."""
    refuse_damaged_instruments()
    refuse_taken_port(host, port)
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


def _application(settings: Settings, host: str, port: int) -> Flask:
    """Make the application inside the worker process, which ends when its parent does.

    No thread may run in the parent before it forks: what a thread holds there is lost here.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    application: Flask = import_string("survey.app:create_app")(settings)
    _spare_the_garbage_collector()
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    keep_nightly_backups(settings)
    return application


def _spare_the_garbage_collector() -> None:
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
    """Print READY once /readyz answers 200."""
    address = await_ready(host, port)
    if address is not None:
        click.echo(f"READY {address}")


def await_ready(host: str, port: int) -> str | None:
    """Wait until /readyz answers 200 and return the address, or None when it takes too long."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    address = f"http://{shown}:{port}"
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):  # noqa: S310 - http only
                return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return None
