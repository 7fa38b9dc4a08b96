"""Rounds: prepare one, change it, open and close it; no answer and no estimate is seen here."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.admin.forms import PressForm, typed
from survey.admin.places import place_names
from survey.admin.rounds_forms import (
    FreeForm,
    RoundForm,
    free_form,
    noun_fields,
    profile_fields,
    round_form,
)
from survey.admin.rounds_typed import fill, fill_free, new_round, round_with
from survey.admin.rounds_words import round_refusal
from survey.clock import VIETNAM
from survey.errors import ConflictError, InputError, NotFound, StateError, SurveyError
from survey.instruments.model import Instrument
from survey.operations import preparing
from survey.operations.preparing import Deliberate
from survey.operations.rounds import close_round
from survey.queries.instruments import listed_trees, published_versions
from survey.queries.rounds import (
    RoundFacts,
    all_rounds,
    has_responses,
    published_instrument,
    round_facts,
    sampled_places,
)
from survey.queries.scores import trees_of_round
from survey.queries.weighting import newest_weighting
from survey.terms import Role
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("rounds", __name__, url_prefix="/admin/rounds")
REFUSED = (InputError, StateError, ConflictError)


@blueprint.get("")
@admit(Role.ADMIN)
def rounds() -> str:
    """List the rounds, drafts too, and the instruments that a new one may ask."""
    with reading() as connection:
        found = all_rounds(connection, with_drafts=True)
        versions = published_versions(connection)
    today = clock.now().astimezone(VIETNAM).date()
    facts = {"rounds": found, "versions": versions, "today": today}
    return render_template("admin/rounds.html", **facts, done=request.args.get("done"))


@blueprint.route("/new/<instrument>/<version>", methods=["GET", "POST"])
@admit(Role.ADMIN)
def prepare(instrument: str, version: str) -> ResponseReturnValue:
    """Prepare a round that asks this version."""
    with reading() as connection:
        published = published_instrument(connection, instrument, version).instrument
        trees = listed_trees(connection, instrument)
    form = round_form(published, trees)
    if not form.is_submitted():
        fill(form, published, None)
        form.trees.data = [tree.sha256 for tree in trees]
    elif form.validate():

        def keep() -> None:
            new = new_round(form, published)
            with writing() as connection:
                preparing.prepare_round(connection, new, current_actor())

        if _is_done(form, keep):
            return redirect(url_for("rounds.page", code=typed(form.code), done="prepared"), 303)
    return _form_page(form, published, None)


@blueprint.get("/<code>")
@admit(Role.ADMIN)
def page(code: str) -> str:
    """Show a round and what may be done about it."""
    return _page(code)


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@admit(Role.ADMIN)
def change(code: str) -> ResponseReturnValue:
    """Change a round; under responses only what touches none of them."""
    with reading() as connection:
        facts = round_facts(connection, code)
        asked = published_instrument(connection, facts.instrument, facts.instrument_version)
        trees = listed_trees(connection, facts.instrument)
        is_locked = has_responses(connection, code)
    form = free_form(trees) if is_locked else round_form(asked.instrument, trees)
    if not form.is_submitted():
        fill_free(form, facts) if is_locked else fill(form, asked.instrument, facts)
    elif form.validate():

        def keep() -> None:
            new = round_with(facts, form) if is_locked else new_round(form, asked.instrument, code)
            with writing() as connection:
                why = Deliberate(typed(form.reason))
                preparing.change_round(connection, new, current_actor(), why)

        if _is_done(form, keep):
            return redirect(url_for("rounds.page", code=code, done="changed"), 303)
    return _form_page(form, asked.instrument, facts)


@blueprint.post("/<code>/open")
@admit(Role.ADMIN)
def begin(code: str) -> ResponseReturnValue:
    """Open a round, if need be against a warning and for a reason."""

    def deed() -> None:
        why = Deliberate(request.form.get("reason", "").strip())
        with writing() as connection:
            preparing.begin_round(connection, code, current_actor(), why)

    return _pressed(code, deed, "opened")


@blueprint.post("/<code>/close")
@admit(Role.ADMIN)
def close(code: str) -> ResponseReturnValue:
    """Close a round by hand."""

    def deed() -> None:
        with writing() as connection:
            close_round(connection, code, current_actor())

    return _pressed(code, deed, "closed")


@blueprint.post("/<code>/discard")
@admit(Role.ADMIN)
def discard(code: str) -> ResponseReturnValue:
    """Remove a draft."""

    def deed() -> None:
        with writing() as connection:
            preparing.discard_draft(connection, code, current_actor())

    answer = _pressed(code, deed, "discarded")
    return answer if isinstance(answer, tuple) else redirect(url_for("rounds.rounds"), 303)


def _pressed(code: str, deed: Callable[[], None], done: str) -> ResponseReturnValue:
    if not PressForm().validate_on_submit():
        return _page(code), 422
    try:
        deed()
    except REFUSED as error:
        return _page(code, error), 409
    return redirect(url_for("rounds.page", code=code, done=done), 303)


def _is_done(form: FreeForm, deed: Callable[[], None]) -> bool:
    """Do a deed, or say at the field why it was refused."""
    try:
        deed()
    except (*REFUSED, NotFound) as error:
        _blame(form, error)
        return False
    return True


def _blame(form: FreeForm, error: SurveyError) -> None:
    where = f"why_{error.where}_vi" if error.code == "no-purpose" else error.where
    field = form[where if where in form else "title_vi"]
    field.errors = [*field.errors, round_refusal(error)]


def _form_page(
    form: FreeForm, instrument: Instrument, facts: RoundFacts | None
) -> ResponseReturnValue:
    is_whole = isinstance(form, RoundForm)
    page = render_template(
        "admin/round_form.html",
        form=form,
        round=facts,
        instrument=instrument,
        is_locked=not is_whole,
        asks_reason=bool(form.reason.errors or form.reason.data),
        profile=profile_fields(form, instrument) if isinstance(form, RoundForm) else [],
        nouns=noun_fields(form, instrument) if isinstance(form, RoundForm) else [],
        faults=[(field.id, fault) for field in form for fault in field.errors],
    )
    return page, 422 if form.errors else 200


def _page(code: str, refusal: SurveyError | None = None) -> str:
    with reading() as connection:
        facts = round_facts(connection, code)
        places = sampled_places(connection, code)
        trees = trees_of_round(connection, facts.trees)
        weighting = newest_weighting(connection, code)
        is_locked = has_responses(connection, code)
    return render_template(
        "admin/round.html",
        round=facts,
        place_names=place_names({facts.place} if facts.place else set()),
        places=places,
        trees=trees,
        weighting=weighting,
        is_locked=is_locked,
        refusal=round_refusal(refusal) if refusal else "",
        asks_reason=refusal is not None and refusal.code == "certainty-places",
        press_form=PressForm(formdata=None),
        today=clock.now().astimezone(VIETNAM).date(),
        done=request.args.get("done"),
    )
