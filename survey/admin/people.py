"""Accounts: who may log in, in which role and for which place; no password is seen here."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey import clock
from survey.admin.forms import InviteForm, PressForm, ReasonForm, RoleForm, typed
from survey.admin.places import place_names, scope_typed
from survey.admin.words import refusal_words, state_words
from survey.errors import InputError, NotFound, StateError
from survey.operations import accounts as deeds
from survey.operations.staff import NewStaff
from survey.queries.accounts import account_of, open_sessions
from survey.queries.accounts import accounts as accounts_found
from survey.queries.staff import PLACED_ROLES
from survey.terms import Role
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.role_words import role_name, role_words
from survey.web.store import reading, writing

blueprint = staff_blueprint("people", __name__, url_prefix="/admin/staff")
PAGE = 50


@blueprint.get("")
@admit(Role.ADMIN)
def accounts() -> str:
    """List the accounts, or those that were searched for."""
    asked, after = request.args.get("q", ""), request.args.get("after", "")
    with reading() as connection:
        found = accounts_found(connection, clock.now(), asked, after, PAGE + 1)
    shown = found[:PAGE]
    return render_template(
        "admin/accounts.html",
        accounts=shown,
        asked=asked,
        next_after=shown[-1].login if len(found) > PAGE else None,
        places=place_names({account.place for account in shown if account.place}),
        placed_roles=PLACED_ROLES,
        role_name=role_name,
        state_words=state_words,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@admit(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Ask who is invited; show the link of the invitation, once."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            place = scope_typed(typed(form.place), is_whole=_is_whole(form))
            person = NewStaff(typed(form.login), typed(form.name), form.role.data, place)
            with writing() as connection:
                staff_id, token = deeds.invite_staff(connection, person, current_actor())
        except (InputError, NotFound) as error:
            _blame(form, error)
        else:
            return _invitation_page(staff_id, token)
    status = 422 if form.errors else 200
    return render_template("admin/invite.html", form=form, faults=_faults(form)), status


@blueprint.get("/<staff_id>")
@admit(Role.ADMIN)
def account(staff_id: str) -> str:
    """Show one account, who is logged in with it, and what may be done about it."""
    return _account_page(staff_id)


@blueprint.post("/<staff_id>/role")
@admit(Role.ADMIN)
def change_role(staff_id: str) -> ResponseReturnValue:
    """Give another role or place; every session of the account ends."""
    form = RoleForm()

    def change() -> None:
        place = scope_typed(typed(form.place), is_whole=_is_whole(form))
        with writing() as connection:
            deeds.change_role(connection, staff_id, form.role.data, place, current_actor())

    return _done(staff_id, form, change, "role")


@blueprint.post("/<staff_id>/disable")
@admit(Role.ADMIN)
def disable(staff_id: str) -> ResponseReturnValue:
    """Close an account, for a reason that stands in the audit chain."""
    form = ReasonForm()

    def close() -> None:
        with writing() as connection:
            deeds.disable_staff(connection, staff_id, typed(form.reason), current_actor())

    return _done(staff_id, form, close, "disabled")


@blueprint.post("/<staff_id>/enable")
@admit(Role.ADMIN)
def enable(staff_id: str) -> ResponseReturnValue:
    """Open a closed account again."""

    def reopen() -> None:
        with writing() as connection:
            deeds.enable_staff(connection, staff_id, current_actor())

    return _done(staff_id, PressForm(), reopen, "enabled")


@blueprint.post("/<staff_id>/sessions")
@admit(Role.ADMIN)
def end_sessions(staff_id: str) -> ResponseReturnValue:
    """Log an account out everywhere."""

    def end() -> None:
        with writing() as connection:
            deeds.end_sessions(connection, staff_id, current_actor())

    return _done(staff_id, PressForm(), end, "sessions")


@blueprint.post("/<staff_id>/invitation")
@admit(Role.ADMIN)
def invite_again(staff_id: str) -> ResponseReturnValue:
    """Take the password away and show the link of a new invitation, once."""
    if not PressForm().validate_on_submit():
        return _account_page(staff_id), 422
    try:
        with writing() as connection:
            token = deeds.renew_invitation(connection, staff_id, current_actor())
    except StateError as error:
        return _account_page(staff_id, refusal_words(error)), 409
    return _invitation_page(staff_id, token)


def _done(
    staff_id: str, form: FlaskForm, deed: Callable[[], None], done: str
) -> ResponseReturnValue:
    """Do a deed about an account and lead back to its page, or say why it was not done."""
    if not form.validate_on_submit():
        fault = next((faults[0] for faults in form.errors.values() if faults), "")
        return _account_page(staff_id, str(fault)), 422
    try:
        deed()
    except (InputError, StateError) as error:
        return _account_page(staff_id, refusal_words(error)), 409
    except NotFound as error:
        if error.code != "unknown-place":
            raise
        return _account_page(staff_id, refusal_words(error)), 409
    return redirect(url_for("people.account", staff_id=staff_id, done=done), 303)


def _account_page(staff_id: str, refusal: str = "") -> str:
    with reading() as connection:
        found = account_of(connection, staff_id, clock.now())
        sessions = open_sessions(connection, staff_id, clock.now())
    form = RoleForm(formdata=None, role=found.role, whole_country=found.place is None)
    form.place.data = found.place or ""
    return render_template(
        "admin/account.html",
        account=found,
        sessions=sessions,
        refusal=refusal,
        done=request.args.get("done"),
        is_own=found.id == current_person().id,
        place=place_names({found.place} if found.place else set()).get(found.place or ""),
        role_form=form,
        reason_form=ReasonForm(formdata=None),
        press_form=PressForm(formdata=None),
        role_name=role_name,
        role_words=role_words,
        state_words=state_words,
    )


def _invitation_page(staff_id: str, token: str) -> str:
    with reading() as connection:
        found = account_of(connection, staff_id, clock.now())
    link = url_for("invitations.accept", token=token, _external=True)
    return render_template("admin/invitation.html", account=found, link=link)


def _is_whole(form: InviteForm | RoleForm) -> bool:
    return bool(form.whole_country.data) or form.role.data not in PLACED_ROLES


def _blame(form: FlaskForm, error: InputError | NotFound) -> None:
    field = form[error.where if error.where in form else "login"]
    field.errors = [*field.errors, refusal_words(error)]


def _faults(form: FlaskForm) -> list[tuple[str, str]]:
    return [(field.id, fault) for field in form for fault in field.errors]
