"""Serve in the foreground: one granian process with threads, READY once it answers.

It must not know any route but /readyz.
"""

import ctypes
import gc
import json
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from werkzeug.utils import import_string

from config import Settings, SettingsError
from survey.commands import naming_the_store, tell_backup
from survey.db.durable import file_lock
from survey.db.schema import require_newest
from survey.errors import Unavailable
from survey.nightly import keep_nightly_backups
from survey.operations.certificates import Certificate, fingerprint, server_certificate
from survey.operations.checking import damaged_builtins
from survey.operations.upgrades import upgrade
from survey.scorekeeper import keep_scores_fresh
from survey.web.headers import OWN_CERTIFICATE
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


@dataclass(frozen=True)
class Site:
    """Where the server listens, and with which certificate."""

    host: str
    port: int
    certificate: Certificate | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether no browser knows the certificate by itself."""
        return self.certificate is not None and self.certificate.authority is not None

    @property
    def address(self) -> str:
        """The address at which this machine itself reaches the server."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - asked, not bound
        shown = everywhere.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext | None:
        """Trust in this certificate and no other, whatever names it bears."""
        if self.certificate is None:
            return None
        context = ssl.create_default_context(cafile=str(self.certificate.chain))
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


def serve(store: Store, host: str, port: int) -> None:
    """Upgrade, then serve until stopped."""
    certificate = certificate_of(store.settings, host)
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
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    site = Site(host, port, certificate)
    server.serve(target_loader=partial(_application, store.settings, site), wrap_loader=False)


def certificate_of(settings: Settings, host: str) -> Certificate | None:
    """Return the certificate to serve with; raise ClickException for one that cannot be used."""
    try:
        return server_certificate(settings, host)
    except SettingsError as error:
        raise click.ClickException("\n".join(error.faults)) from error


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


def _application(settings: Settings, site: Site) -> Flask:
    """Make the application inside the worker process, which ends when its parent does.

    No thread may run in the parent before it forks: what a thread holds there is lost here.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    application: Flask = import_string("survey.app:create_app")(settings)
    application.config[OWN_CERTIFICATE] = site.is_own
    spare_the_garbage_collector()
    threading.Thread(target=_announce, args=(site,), daemon=True).start()
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


def _announce(site: Site) -> None:
    """Print READY once /readyz answers 200; until then, once, why it does not."""
    address = await_ready(site, click.echo)
    if address is None:
        return
    click.echo(f"READY {address}")
    if site.certificate and site.certificate.authority:
        print_of = fingerprint(site.certificate.authority)
        click.echo(
            f"Chứng chỉ tự tạo; vân tay / own certificate; fingerprint SHA-256:\n{print_of}"
        )
        click.echo(f"Máy khác tin cậy / other devices trust it at: {address}/check")


def await_ready(site: Site, tell: Callable[[str], None] = lambda _line: None) -> str | None:
    """Wait until /readyz answers 200 and return the address, or None when it takes too long.

    After a few seconds ``tell`` is given the reasons, once.
    """
    started, pause, is_told = time.monotonic(), SHORTEST_PAUSE, False
    while (elapsed := time.monotonic() - started) < READY_WITHIN_SECONDS:
        reasons = _reasons_against(site)
        if reasons == []:
            return site.address
        if reasons and elapsed > TELL_AFTER_SECONDS and not is_told:
            tell("\n".join(("Chưa sẵn sàng / NOT READY:", *reasons)))
            is_told = True
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
    return None


def _reasons_against(site: Site) -> list[str] | None:
    """Return why no response would be taken now, none when it would; None without an answer."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - our own address
            f"{site.address}/readyz", timeout=2, context=site.trust
        ):
            return []
    except urllib.error.HTTPError as error:
        checks = json.load(error).get("checks", {})
        failed = [name for name, outcome in checks.items() if outcome != "ok"]
        return [NOT_READY[name] for name in failed] or [f"HTTP {error.code}"]
    except (urllib.error.URLError, OSError):
        return None
