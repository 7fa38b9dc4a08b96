"""Commands that bring what files say: flask --app wsgi places-import | official-import."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import click
from sqlalchemy import Connection

from survey.commands import in_one_line
from survey.errors import TableError
from survey.operations.bringing import Brought
from survey.operations.official import bring_builtin_official, import_breaks, import_results
from survey.operations.places import bring_builtin_places, import_successors, import_villages
from survey.web.store import writing

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BUILT_IN = "có sẵn / built-in"

Import: TypeAlias = Callable[[Connection, bytes, str], Brought]


@click.command("places-import")
@click.argument("villages", type=FILE, required=False)
@click.option("--successors", type=FILE, help="CSV file of which place followed which")
@in_one_line
def places_import_command(villages: Path | None, successors: Path | None) -> None:
    """Bring the places that ship with the program, then those of CSV files; exit 2 on faults."""
    with writing() as connection:
        _say_brought(BUILT_IN, bring_builtin_places(connection))
    _bring([(villages, import_villages), (successors, import_successors)])


@click.command("official-import")
@click.argument("results", type=FILE, required=False)
@click.option("--breaks", type=FILE, help="CSV file of the years in which a method broke")
@in_one_line
def official_import_command(results: Path | None, breaks: Path | None) -> None:
    """Bring the official results that ship with the program, then those of CSV files."""
    with writing() as connection:
        _say_brought(BUILT_IN, bring_builtin_official(connection))
    _bring([(results, import_results), (breaks, import_breaks)])


def _bring(files: Sequence[tuple[Path | None, Import]]) -> None:
    """Bring each file whole or not at all; exit 2 at the first that has faults."""
    for path, deed in files:
        if path is None:
            continue
        try:
            with writing() as connection:
                _say_brought(path.name, deed(connection, path.read_bytes(), path.name))
        except TableError as error:
            _say_faults(error)
            sys.exit(2)


def _say_brought(what: str, brought: Brought) -> None:
    click.echo(f"{what}: {brought.added} mới / new, {brought.changed} thay đổi / changed")


def _say_faults(error: TableError) -> None:
    for fault in error.faults:
        row = "" if fault.row is None else f" {fault.row}"
        column = "" if fault.column is None else f" [{fault.column}]"
        click.echo(f"{fault.sheet}{row}{column}: {fault.vi} / {fault.en}", err=True)
