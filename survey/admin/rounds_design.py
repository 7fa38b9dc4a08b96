"""The design of a round: its sample from a file, and how its weights are to be worked on."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey.admin.forms import typed
from survey.admin.rounds_forms import SampleForm, WeightingForm
from survey.admin.rounds_words import round_refusal
from survey.admin.uploads import allow_uploads, fault_lines, uploaded
from survey.errors import StateError, TableError
from survey.operations.round_design import File, WantedWeights, store_sample, store_weighting
from survey.queries.rounds import has_responses, round_facts, sampled_places
from survey.queries.weighting import newest_weighting
from survey.terms import Role
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("round_design", __name__, url_prefix="/admin/rounds")
allow_uploads(blueprint)
NOTHING = File(b"", "")


@blueprint.get("/<code>/design")
@admit(Role.ADMIN)
def design(code: str) -> str:
    """Show the sample and the weighting of a round, and what may be changed."""
    return _page(code)


@blueprint.post("/<code>/sample")
@admit(Role.ADMIN)
def sample(code: str) -> ResponseReturnValue:
    """Take the sample of a file, whole or not at all."""
    form = SampleForm()
    if not form.validate_on_submit():
        return _page(code, refusals=_refusals(form)), 422
    try:
        with writing() as connection:
            file = uploaded(form.sample) or NOTHING
            store_sample(connection, code, file, typed(form.lonely_psu), current_actor())
    except (TableError, StateError) as error:
        return _page(code, refusals=_said(error)), 422
    return redirect(url_for("round_design.design", code=code, done="sample"), 303)


@blueprint.post("/<code>/weighting")
@admit(Role.ADMIN)
def weighting(code: str) -> ResponseReturnValue:
    """Propose another weighting: an analyst looks at it before it is used."""
    form = WeightingForm()
    if not form.validate_on_submit():
        return _page(code, refusals=_refusals(form)), 422
    try:
        with writing() as connection:
            store_weighting(connection, code, _wanted(form), current_actor())
    except (TableError, StateError) as error:
        return _page(code, refusals=_said(error)), 422
    return redirect(url_for("round_design.design", code=code, done="weighting"), 303)


def _wanted(form: WeightingForm) -> WantedWeights:
    return WantedWeights(
        lonely_psu=typed(form.lonely_psu),
        by_classes=bool(form.by_classes.data),
        kind=form.kind.data or None,
        margins=uploaded(form.margins),
    )


def _said(error: TableError | StateError) -> list[str]:
    return fault_lines(error.faults) if isinstance(error, TableError) else [round_refusal(error)]


def _refusals(form: FlaskForm) -> list[str]:
    return [f"{field.label.text}: {fault}" for field in form for fault in field.errors]


def _page(code: str, refusals: list[str] | None = None) -> str:
    with reading() as connection:
        facts = round_facts(connection, code)
        places = sampled_places(connection, code)
        newest = newest_weighting(connection, code)
        is_locked = has_responses(connection, code)
    weighting_form = WeightingForm(
        formdata=None,
        lonely_psu=newest.lonely_psu,
        by_classes=newest.by_classes,
        kind=newest.kind or "",
    )
    return render_template(
        "admin/round_design.html",
        round=facts,
        places=places,
        weighting=newest,
        is_locked=is_locked,
        sample_form=SampleForm(formdata=None),
        weighting_form=weighting_form,
        refusals=refusals or [],
        done=request.args.get("done"),
    )
