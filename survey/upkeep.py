"""Commands that keep the data: flask --app wsgi backup | restore | migrate | doctor."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from survey.commands import in_one_line, naming_the_store, show, tell_backup
from survey.errors import NotFound
from survey.operations.backups import all_backups, newest_backup, record_backup, take_backup
from survey.operations.doctor import examine
from survey.operations.findings import is_good
from survey.operations.restores import (
    check_backup,
    receipt_key_finding,
    restore,
    restore_into,
)
from survey.operations.tidying import tidy_up
from survey.operations.upgrades import upgrade
from survey.web.store import current_store

NOT_ENCRYPTED = (
    "Bản sao lưu KHÔNG mã hóa: chỉ cất trên ổ đĩa mã hóa, mã hóa bằng age trước khi chép đi.\n"
    "The backup is NOT encrypted: keep it on an encrypted disk, encrypt it with age before it "
    "leaves (docs/guide-operator.md)."
)


@click.command("backup")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="folder of backups")
@click.option("--check", is_flag=True, help="restore the new backup on trial; exit 1 if it fails")
@in_one_line
def backup_command(to: Path | None, *, check: bool) -> None:
    """Back up the database while it is used; keep 35 daily and 12 monthly backups."""
    store = current_store()
    settings = replace(store.settings, backup_dir=str(to)) if to else store.settings
    tidy_up(store.database)
    made = take_backup(store.database, settings)
    record_backup(store.database, made)
    click.echo(f"Đã sao lưu / backed up: {made.folder}\n{NOT_ENCRYPTED}")
    if check:
        _check(made.folder)


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="restore on trial, examine everything; exit 0 or 1")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="a new data folder; without it the configured database, which must be empty",
)
@in_one_line
def restore_command(backup: Path, into: Path | None, *, check: bool) -> None:
    """Bring back BACKUP (a folder, the name of one, or `latest`); nothing is overwritten."""
    if check and into is not None:
        raise click.UsageError("--check và --into không đi cùng nhau / exclude each other")
    folder = _folder_of(backup)
    if check:
        _check(folder)
        return
    store = current_store()
    manifest = restore_into(folder, into) if into else restore(store.database, folder)
    click.echo(
        f"Đã khôi phục {manifest.responses_count} phiếu trả lời, dữ liệu ngày "
        f"{manifest.made_at:%d/%m/%Y %H:%M} UTC / restored: {into or repr(store.database.url)}"
    )
    show([receipt_key_finding(store.settings, manifest)])


@click.command("migrate")
@click.option("--without-backup", is_flag=True, help="when another program has backed up just now")
@in_one_line
def migrate_command(*, without_backup: bool) -> None:
    """Bring the database to the newest schema, after a backup of what it holds."""
    store = current_store()
    with naming_the_store(store.settings):
        tell_backup(upgrade(store.database, store.settings, with_backup=not without_backup))
    url = repr(store.database.url)
    click.echo(f"Đã cập nhật cơ sở dữ liệu / database is at the newest schema: {url}")


@click.command("doctor")
@in_one_line
def doctor_command() -> None:
    """Print the settings, examine the installation; exit 1 when something is bad."""
    store = current_store()
    for name, value in store.settings.describe().items():
        click.echo(f"{name:<23} {value}")
    findings = examine(store.database, store.settings)
    show(findings)
    if not is_good(findings):
        sys.exit(1)


def _check(folder: Path) -> None:
    store = current_store()
    findings = check_backup(store.database, store.settings, folder)
    show(findings)
    if is_good(findings):
        click.echo(f"Khôi phục được / can be restored: {folder}")
    else:
        click.echo(f"KHÔNG dùng được / UNUSABLE: {folder}")
        sys.exit(1)


def _folder_of(named: Path) -> Path:
    """Return the folder of a backup that is named by its path, by its name or as the newest."""
    settings = current_store().settings
    if str(named) == "latest":
        return newest_backup(settings).folder
    for folder in (named, settings.backup_folder / named):
        if folder.is_dir():
            return folder
    known = ", ".join(backup.folder.name for backup in all_backups(settings)[:3]) or "none"
    raise NotFound("no-backup", f"there is no backup {named}; the newest are: {known}")
