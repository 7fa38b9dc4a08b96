"""Instruments and index trees: publish from files; a designer sees no answer here."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from survey.admin.rounds_words import round_refusal
from survey.admin.uploads import allow_uploads, fault_lines, uploaded
from survey.errors import ConflictError, InstrumentError
from survey.operations.publishing import (
    keep_tree_file,
    publish_questionnaire,
    read_questionnaire,
)
from survey.operations.round_design import File
from survey.queries.instruments import listed_trees, published_versions
from survey.terms import Role
from survey.web.i18n import in_language
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("instrument_files", __name__, url_prefix="/admin/instruments")
allow_uploads(blueprint)
NOTHING = File(b"", "")
ChooseFile = FileRequired(_("Xin chọn tệp."))


class QuestionnaireForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """An XLSForm workbook."""

    workbook = FileField(_("Tệp XLSForm (.xlsx)"), [ChooseFile])


class TreeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """An index tree and the version whose items it names."""

    version = SelectField(_("Bộ công cụ khảo sát"), choices=[])
    tree = FileField(_("Tệp cây chỉ số (.yaml)"), [ChooseFile])


@blueprint.get("")
@admit(Role.DESIGNER)
def instruments() -> str:
    """List what is published, and take new files."""
    return _page()


@blueprint.post("")
@admit(Role.DESIGNER)
def publish() -> ResponseReturnValue:
    """Publish the questionnaire of a workbook, whole or not at all."""
    form = QuestionnaireForm()
    if not form.validate_on_submit():
        return _page([str(fault) for fault in form.workbook.errors]), 422
    file = uploaded(form.workbook) or NOTHING
    try:
        instrument = read_questionnaire(file.source, file.name)
        with writing() as connection:
            publish_questionnaire(connection, instrument, current_actor())
    except InstrumentError as error:
        return _page(fault_lines(error.faults)), 422
    except ConflictError as error:
        return _page([round_refusal(error)]), 409
    return redirect(url_for("instrument_files.instruments", done="published"), 303)


@blueprint.post("/trees")
@admit(Role.DESIGNER)
def keep_tree() -> ResponseReturnValue:
    """Keep the index tree of a file, whole or not at all."""
    form = _tree_form()
    if not form.validate_on_submit():
        return _page([str(fault) for field in form for fault in field.errors]), 422
    code, _slash, version = form.version.data.partition("/")
    file = uploaded(form.tree) or NOTHING
    try:
        with writing() as connection:
            keep_tree_file(connection, (code, version), file.source, file.name, current_actor())
    except InstrumentError as error:
        return _page(fault_lines(error.faults)), 422
    return redirect(url_for("instrument_files.instruments", done="tree"), 303)


def _tree_form(**facts: object) -> TreeForm:
    with reading() as connection:
        versions = published_versions(connection)
    form = TreeForm(**facts)
    form.version.choices = [
        (each.name, f"{in_language(each.title)} ({each.name})") for each in versions
    ]
    return form


def _page(refusals: list[str] | None = None) -> str:
    with reading() as connection:
        versions = published_versions(connection)
        trees = listed_trees(connection)
    return render_template(
        "admin/instruments.html",
        versions=versions,
        trees=trees,
        questionnaire_form=QuestionnaireForm(formdata=None),
        tree_form=_tree_form(formdata=None),
        refusals=refusals or [],
        done=request.args.get("done"),
    )
