"""Entering the files that offices finished: the whole of which counter responses are a part."""

import re
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from typing_extensions import override
from werkzeug.datastructures import FileStorage
from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextInput

from survey.errors import TableError
from survey.instruments.report import fault_line
from survey.operations.finished_files import (
    MOST_FILES,
    is_past_month,
    keep_finished_files,
    month_of,
    read_finished_files,
)
from survey.queries.counters import FilesFinished, counter_places, finished_files
from survey.queries.kiosks import counter_place
from survey.terms import Role
from survey.vietnamese import tidy
from survey.web.i18n import language
from survey.web.limits import AN_HOUR, spend
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("finished_files", __name__, url_prefix="/analyst/counters")
UPLOADS_AN_HOUR: Final = 20
SHOWN: Final = 200
THOUSANDS: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})/([0-9]{4})")


class CountField(IntegerField):
    """A whole number, with or without points between its thousands, as pages write it."""

    widget = TextInput()

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([_without_points(tidy(typed)) for typed in valuelist])


class FilesForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """One office, one month, one figure."""

    place = SelectField(_("Nơi giải quyết thủ tục"), choices=[])
    month = StringField(
        _("Tháng"),
        [InputRequired(_("Xin nhập tháng."))],
        filters=[lambda typed: _year_first(tidy(typed or ""))],
        render_kw={"type": "month", "autocomplete": "off"},
    )
    files_count = CountField(
        _("Số hồ sơ đã giải quyết"),
        [
            InputRequired(_("Xin nhập số hồ sơ.")),
            NumberRange(0, MOST_FILES, _("Số hồ sơ phải từ 0 trở lên.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def validate_month(self, field: StringField) -> None:
        """Refuse what is no month, or one to come."""
        if not is_past_month(str(field.data)):
            raise ValidationError(_("Xin viết năm và tháng đã bắt đầu, ví dụ 2026-10."))


def _without_points(typed: str) -> str:
    return typed.replace(".", "") if THOUSANDS.fullmatch(typed) else typed


def _year_first(typed: str) -> str:
    """Return a month as 2026-10, also where it was typed as 10/2026."""
    found = MONTH_FIRST.fullmatch(typed)
    return f"{found[2]}-{found[1]:>02}" if found else typed


class TableForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The figures of many offices as a file."""

    table = FileField(_("Tệp CSV"), [FileRequired(_("Xin chọn tệp."))])


@blueprint.get("/files")
@admit(Role.SUPERVISOR, Role.ANALYST)
def files() -> str:
    """Show what was entered, the form for one figure and that for a file of many."""
    return _page(FilesForm(formdata=None), TableForm(formdata=None))


@blueprint.post("/files")
@admit(Role.SUPERVISOR, Role.ANALYST)
def enter() -> ResponseReturnValue:
    """Keep one figure."""
    form = FilesForm()
    form.place.choices = list(_places().items())
    if not form.validate_on_submit():
        return _page(form, TableForm(formdata=None)), 422
    row = FilesFinished(
        str(form.place.data), month_of(str(form.month.data)), int(form.files_count.data or 0)
    )
    return _kept([row])


@blueprint.post("/files/table")
@admit(Role.SUPERVISOR, Role.ANALYST)
def upload() -> ResponseReturnValue:
    """Keep the figures of a file, all or none."""
    form = TableForm()
    if not form.validate_on_submit():
        return _page(FilesForm(formdata=None), form), 422
    spend("upload", UPLOADS_AN_HOUR, current_person().id, seconds=AN_HOUR)
    storage: FileStorage = form.table.data
    try:
        name = tidy(storage.filename or "")
        rows = read_finished_files(storage.read(), name, list(_places()))
    except TableError as error:
        lines = [fault_line(fault, language()).removeprefix("- ") for fault in error.faults]
        form.table.errors = lines
        return _page(FilesForm(formdata=None), form), 422
    return _kept(rows)


def _kept(rows: list[FilesFinished]) -> ResponseReturnValue:
    with writing() as connection:
        keep_finished_files(connection, rows, current_person(), current_actor())
    return redirect(url_for("finished_files.files", done=len(rows)), 303)


def _page(form: FilesForm, table_form: TableForm) -> str:
    names = _places()
    form.place.choices = list(names.items())
    with reading() as connection:
        entered = finished_files(connection, current_person().place)[:SHOWN]
        names |= {row.place: counter_place(connection, row.place) for row in entered}
    return render_template(
        "analyst/finished_files.html",
        form=form,
        table_form=table_form,
        entered=entered,
        places=names,
        faults=[*_faults(form), *_faults(table_form)],
        done=request.args.get("done", 0, type=int),
    )


def _faults(form: FlaskForm) -> list[tuple[str, str]]:
    return [(field.id, str(fault)) for field in form for fault in field.errors]


def _places() -> dict[str, str]:
    with reading() as connection:
        codes = counter_places(connection, current_person().place)
        return {code: counter_place(connection, code) for code in codes}
