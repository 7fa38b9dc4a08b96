"""The commands of the operator: flask --app wsgi <command>. A failure is one clear line."""

import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from survey.commands import in_one_line
from survey.imports import official_import_command, places_import_command
from survey.instruments.report import render_lines
from survey.operations.checking import check_whole
from survey.operations.devices import enrol_device, revoke_device
from survey.serving import (
    alone_in_folder,
    refuse_damaged_instruments,
    refuse_taken_port,
    serve,
)
from survey.simulate.commands import arrivals_command, demo_command
from survey.snapshot_command import snapshot_command
from survey.upkeep import backup_command, doctor_command, migrate_command, restore_command
from survey.web.store import current_store, writing


def init_commands(app: Flask) -> None:
    """Give the application its commands."""
    for command in (
        *(migrate_command, serve_command, demo_command, arrivals_command, doctor_command),
        *(device_key_command, revoke_device_command, check_instrument_command),
        *(places_import_command, official_import_command, backup_command, restore_command),
        snapshot_command,
    ):
        app.cli.add_command(command)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--tls", is_flag=True, help="speak https with a certificate of its own making")
@click.option("--tls-cert", default="", help="PEM file of a certificate: speak https with it")
@click.option("--tls-key", default="", help="PEM file of its key")
@in_one_line
def serve_command(host: str, port: int, *, tls: bool, tls_cert: str, tls_key: str) -> None:
    """Migrate, then serve in the foreground until Ctrl+C."""
    refuse_damaged_instruments()
    refuse_taken_port(host, port)
    if bool(tls_cert) != bool(tls_key):
        raise click.UsageError("--tls-cert, --tls-key: cần cả hai / both are needed")
    store = current_store()
    settings = replace(store.settings, tls_own=tls or store.settings.tls_own)
    if tls_cert:
        settings = replace(settings, tls_cert=tls_cert, tls_key=tls_key)
    with alone_in_folder(settings):
        serve(replace(store, settings=settings), host, port)


@click.command("device-key")
@click.option("--name", required=True, help="what people call the device")
@click.option("--place", required=True, help="code of the place it sends for")
@in_one_line
def device_key_command(name: str, place: str) -> None:
    """Enrol a device for a place; print its key, once."""
    with writing() as connection:
        device, key = enrol_device(connection, name, place)
    click.echo(f"device {device}\nkey {key}")


@click.command("revoke-device")
@click.argument("device")
@in_one_line
def revoke_device_command(device: str) -> None:
    """Revoke a device by its id."""
    with writing() as connection:
        revoke_device(connection, device)
    click.echo(f"revoked {device}")


@click.command("check-instrument")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check_instrument_command(path: Path) -> None:
    """Say everything that is wrong with a questionnaire, in both languages; exit 0 or 2."""
    report = check_whole(path)
    for language in ("vi", "en"):
        click.echo("\n".join(render_lines(report, language)))
    sys.exit(0 if report.is_fine else 2)
