"""The commands of the demonstration: from an empty folder to READY, and what arrives after it."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import click
from flask.cli import with_appcontext

from survey.commands import in_one_line, naming_the_store, tell_backup
from survey.db.database import Database
from survey.operations.releases import release_scores
from survey.operations.upgrades import upgrade
from survey.queries.releases import latest_release
from survey.queries.staff import OPERATOR
from survey.serving import (
    DIE_WITH_PARENT,
    Site,
    alone_in_folder,
    await_ready,
    certificate_of,
    refuse_damaged_instruments,
    refuse_taken_port,
    serve,
)
from survey.simulate.accounts import FILE_NAME, DemoDevice, prepare_accounts
from survey.simulate.counters import open_counters, rate_at_counters
from survey.simulate.demonstration import build_demonstration
from survey.simulate.governance import build_governance_round, seeded_fieldwork
from survey.simulate.petitions import rate_petitions
from survey.simulate.places import bring_villages
from survey.simulate.rounds import PAPI_LIKE, SAMPLED
from survey.simulate.sample import demonstration_sample
from survey.simulate.sending import Installation
from survey.web.store import Store, current_store

ARRIVALS: Final = "demo-arrivals"
PLAIN_HTTP: Final = (
    "Dữ liệu là mô phỏng. Cho phép đăng nhập qua http để trình diễn; hệ thống thật dùng https."
    "\nThe data are simulated. Log-in over plain http is allowed for the demonstration;"
    " a real installation uses https."
)
TOLD_EVERY: Final = 2_000
POLITE: Final = 10
"""How much the arrivals step back for those who look at the pages."""

CONTACT: Final = "data-protection@demo.example"
"""An address of nobody: the consent page of the demonstration shows where the real one stands."""


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--tls", is_flag=True, help="speak https with a certificate of its own making")
@with_appcontext
@in_one_line
def demo_command(host: str, port: int, *, tls: bool) -> None:
    """Build the demonstration, or finish and keep it, then serve until Ctrl+C."""
    refuse_damaged_instruments()
    refuse_taken_port(host, port)
    store = current_store()
    store = replace(store, settings=replace(store.settings, tls_own=tls or store.settings.tls_own))
    with alone_in_folder(store.settings):
        with naming_the_store(store.settings):
            tell_backup(upgrade(store.database, store.settings))
        build(store)
        _show_accounts(store)
        click.echo(PLAIN_HTTP)
        _serve(store, host, port)


def _serve(store: Store, host: str, port: int) -> None:
    site = Site(host, port, certificate_of(store.settings, host))
    with _arriving(site):
        contact = store.settings.contact or CONTACT
        shown = replace(store.settings, allow_http=True, contact=contact)
        serve(replace(store, settings=shown), host, port)


@click.command(ARRIVALS, hidden=True)
@click.argument("host")
@click.argument("port", type=int)
@click.option("--tls", is_flag=True)
@with_appcontext
@in_one_line
def arrivals_command(host: str, port: int, *, tls: bool) -> None:
    """Wait for the server, then let petition and counter ratings arrive; ends with its parent."""
    _die_with_parent()
    store = current_store()
    settings = replace(store.settings, tls_own=tls)
    if await_ready(Site(host, port, certificate_of(settings, host))):
        place = Installation(store.database, store.keys)
        rate_petitions(place, _tell_arrivals)
        rate_at_counters(place, _tell_arrivals)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def build(store: Store) -> None:
    """Build every round of the demonstration, or finish it; ratings at counters come later."""
    place = Installation(store.database, store.keys)
    fieldwork = seeded_fieldwork()
    villages = [village.place for village in demonstration_sample()]
    with store.database.writing() as connection:
        bring_villages(connection, [*villages, *fieldwork.places])
    open_counters(place)
    build_demonstration(place, _show_progress)
    build_governance_round(place, fieldwork, _show_progress)
    for code in (SAMPLED, PAPI_LIKE):
        _release_once(store.database, code)


def _release_once(database: Database, code: str) -> None:
    """Release the first estimates of a round by group, as its analyst would."""
    with database.reading() as connection:
        is_released = latest_release(connection, code) is not None
    if not is_released:
        release_scores(database, code, OPERATOR, "trình diễn (mô phỏng)")


@contextmanager
def _arriving(site: Site) -> Iterator[None]:
    """Let ratings arrive from a process of its own while the block serves."""
    flask = (sys.executable, "-m", "flask", "--app", "wsgi", ARRIVALS, site.host, str(site.port))
    command = ("nice", "-n", str(POLITE), *flask, *(("--tls",) if site.is_own else ()))
    arrivals = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own words
    try:
        yield
    finally:
        arrivals.terminate()
        arrivals.wait()


def _show_progress(code: str, count: int, total: int) -> None:
    end = "\n" if count == total else ""
    click.echo(f"\r{_progress(code, count, total)}{end}", nl=False)


def _tell_arrivals(code: str, count: int, total: int) -> None:
    if count % TOLD_EVERY == 0 or count == total:
        click.echo(_progress(code, count, total))


def _progress(code: str, count: int, total: int) -> str:
    return f"{code}: {count}/{total} phiếu mô phỏng / simulated responses"


def _show_accounts(store: Store) -> None:
    folder = store.settings.data_dir
    device = DemoDevice(demonstration_sample()[0].place.place, SAMPLED)
    with store.database.writing() as connection:
        secrets_by_name = prepare_accounts(connection, folder, device)
    click.echo(f"Tài khoản trình diễn / demonstration log-ins ({folder / FILE_NAME}), /login:")
    for name, secret in secrets_by_name.items():
        click.echo(f"  {name:<12} {secret}")
