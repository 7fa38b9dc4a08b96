"""Files that people of the staff upload: how large, how often, and the faults found in them."""

from contextlib import closing

from flask import Blueprint, request
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from survey.errors import Fault
from survey.instruments.limits import MAX_BYTES
from survey.instruments.report import fault_line
from survey.operations.round_design import File
from survey.vietnamese import tidy
from survey.web.i18n import language
from survey.web.limits import AN_HOUR, spend
from survey.web.login import current_person

AROUND_A_FILE = 64 * 1024
UPLOADS_AN_HOUR = 10


def allow_uploads(blueprint: Blueprint) -> None:
    """Let the forms of a door hold a file; it is called before anybody reads the request."""

    def widen(_endpoint: str | None, _values: dict[str, object] | None) -> None:
        request.max_content_length = 2 * MAX_BYTES + AROUND_A_FILE

    blueprint.url_value_preprocessor(widen)


def uploaded(field: FileField) -> File | None:
    """Return the file of a form, None where none was chosen; count it against the person."""
    storage: FileStorage | None = field.data
    if not isinstance(storage, FileStorage) or not storage.filename:
        return None
    spend("upload", UPLOADS_AN_HOUR, current_person().id, seconds=AN_HOUR)
    with closing(storage):
        return File(storage.read(), tidy(storage.filename))


def fault_lines(faults: tuple[Fault, ...]) -> list[str]:
    """Return the faults as lines in the language of the page: where, then what."""
    return [fault_line(fault, language()).removeprefix("- ") for fault in faults]
