"""What the operator's commands share: a failure is one line, a finding one in two languages."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, ParamSpec

import click
from sqlalchemy.exc import DBAPIError

from config import Settings
from survey.errors import SurveyError, Unavailable
from survey.operations.backups import Backup
from survey.operations.findings import Finding

P = ParamSpec("P")

FAILURES: Final = {
    "full": "Đĩa còn ít chỗ trống hơn mức SURVEY_MIN_FREE_MB",
    "busy": "Kho dữ liệu đang bận; xin thử lại sau",
    "not-at-head": "Cơ sở dữ liệu không ở đúng phiên bản của chương trình",
    "published-version": "Dữ liệu trong SURVEY_DATA_DIR do một bản chương trình khác tạo ra, có "
    "phiếu cùng số phiên bản nhưng khác nội dung; xin chọn thư mục dữ liệu mới",
}
"""What an operator is told in Vietnamese, by the code of the error."""


def in_one_line(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command end with the sentence of its error, in both languages, not a traceback."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except SurveyError as error:
            vi = FAILURES.get(error.code, "Không thực hiện được")
            raise click.ClickException(f"{vi} / {error.code}: {error}") from error

    return run


def show(findings: Iterable[Finding]) -> None:
    """Print each finding: how it stands, its name, its words in Vietnamese and in English."""
    for finding in findings:
        click.echo(f"{finding.grade:<8} {finding.name:<14} {finding.vi} / {finding.en}")


@contextmanager
def naming_the_store(settings: Settings) -> Iterator[None]:
    """Turn a folder or database that cannot be used into one line that names its setting."""
    database = "SURVEY_DATABASE_URL" if settings.database_url else "SURVEY_DATA_DIR"
    try:
        yield
    except (DBAPIError, Unavailable) as error:
        refusal = error.__cause__ if isinstance(error, Unavailable) else error
        if not isinstance(refusal, DBAPIError):
            raise
        raise _unusable(database, refusal.orig) from error
    except OSError as error:
        is_elsewhere = settings.database_url.startswith("postgres")
        name = "SURVEY_DATA_DIR" if is_elsewhere else database
        raise _unusable(name, error) from error


def _unusable(setting: str, error: BaseException | None) -> click.ClickException:
    why = next(iter(str(error).splitlines()), type(error).__name__)
    return click.ClickException(f"{setting}: không dùng được / cannot be used: {why}")


def tell_backup(made: Backup | None) -> None:
    """Say where the way back is, when an upgrade made one."""
    if made is not None:
        click.echo(f"Đã sao lưu trước khi nâng cấp / backed up before the upgrade: {made.folder}")
