"""The commands of the operator: flask --app wsgi <command>."""

from typing import NoReturn

import click
from flask import Flask

from survey.db.schema import migrate
from survey.errors import SurveyError
from survey.operations.devices import enrol_device, revoke_device
from survey.serving import serve
from survey.simulate.commands import demo_command
from survey.web.store import current_store, writing


def init_commands(app: Flask) -> None:
    """Give the application its commands."""
    for command in (
        *(migrate_command, serve_command, demo_command),
        *(device_key, revoke_device_command),
    ):
        app.cli.add_command(command)


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema."""
    database = current_store().database
    migrate(database)
    click.echo(f"Đã cập nhật cơ sở dữ liệu / database is at the newest schema: {database.url!r}")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve_command(host: str, port: int) -> None:
    """Migrate, then serve in the foreground until Ctrl+C."""
    serve(current_store(), host, port)


@click.command("device-key")
@click.option("--name", required=True, help="what people call the device")
@click.option("--place", required=True, help="code of the place it sends for")
def device_key(name: str, place: str) -> None:
    """Enrol a device for a place; print its key, once."""
    try:
        with writing() as connection:
            device, key = enrol_device(connection, name, place)
    except SurveyError as error:
        _fail(error)
    click.echo(f"device {device}\nkey {key}")


@click.command("revoke-device")
@click.argument("device")
def revoke_device_command(device: str) -> None:
    """Revoke a device by its id."""
    try:
        with writing() as connection:
            revoke_device(connection, device)
    except SurveyError as error:
        _fail(error)
    click.echo(f"revoked {device}")


def _fail(error: SurveyError) -> NoReturn:
    raise click.ClickException(str(error)) from error
