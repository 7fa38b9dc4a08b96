"""What the operator's commands share: a failure is one line, a finding one in two languages."""

import functools
from collections.abc import Callable, Iterable
from typing import ParamSpec

import click

from survey.errors import SurveyError
from survey.operations.backups import Backup
from survey.operations.findings import Finding

P = ParamSpec("P")


def in_one_line(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command end with the sentence of its error instead of a traceback."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except SurveyError as error:
            raise click.ClickException(f"{error.code}: {error}") from error

    return run


def show(findings: Iterable[Finding]) -> None:
    """Print each finding: how it stands, its name, its words in Vietnamese and in English."""
    for finding in findings:
        click.echo(f"{finding.grade:<8} {finding.name:<14} {finding.vi} / {finding.en}")


def tell_backup(made: Backup | None) -> None:
    """Say where the way back is, when an upgrade made one."""
    if made is not None:
        click.echo(f"Đã sao lưu trước khi nâng cấp / backed up before the upgrade: {made.folder}")
