"""The command that makes a demonstration: everything from an empty folder to READY."""

from dataclasses import replace

import click
from flask.cli import with_appcontext

from survey.commands import tell_backup
from survey.errors import SurveyError
from survey.operations.upgrades import upgrade
from survey.serving import refuse_taken_port, serve
from survey.simulate.accounts import FILE_NAME, DemoDevice, prepare_accounts
from survey.simulate.demonstration import Installation, build_demonstration
from survey.simulate.rounds import SAMPLED
from survey.simulate.sample import demonstration_sample
from survey.web.store import Store, current_store


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_appcontext
def demo_command(host: str, port: int) -> None:
    """Build the demonstration, or finish and keep it, then serve until Ctrl+C."""
    refuse_taken_port(host, port)
    store = current_store()
    tell_backup(upgrade(store.database, store.settings))
    try:
        build_demonstration(Installation(store.database, store.keys), _show_progress)
        _show_accounts(store)
    except SurveyError as error:
        raise click.ClickException(f"{error.code}: {error}") from error
    click.echo(
        "Dữ liệu là mô phỏng. Cho phép đăng nhập qua http để trình diễn; hệ thống thật dùng https."
        "\nThe data are simulated. Log-in over plain http is allowed for the demonstration;"
        " a real installation uses https."
    )
    serve(replace(store, settings=replace(store.settings, allow_http=True)), host, port)


def _show_progress(code: str, count: int, total: int) -> None:
    end = "\n" if count == total else ""
    click.echo(f"\r{code}: {count}/{total} phiếu mô phỏng / simulated responses{end}", nl=False)


def _show_accounts(store: Store) -> None:
    folder = store.settings.data_dir
    device = DemoDevice(demonstration_sample()[0].place.place, SAMPLED)
    with store.database.writing() as connection:
        secrets_by_name = prepare_accounts(connection, folder, device)
    click.echo(f"Tài khoản trình diễn / demonstration log-ins ({folder / FILE_NAME}), /login:")
    for name, secret in secrets_by_name.items():
        click.echo(f"  {name:<12} {secret}")
