"""One's own password: set by whoever holds an invitation, changed by whoever knows the old one."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.admin.forms import ChangePasswordForm, NewPasswordForm, PressForm, typed
from survey.admin.words import refusal_words
from survey.errors import InputError
from survey.operations import staff
from survey.operations.accounts import accept_invitation, change_password, end_sessions
from survey.operations.passwords import hash_password
from survey.queries.accounts import Account, invited_account, open_sessions
from survey.web.limits import spend
from survey.web.login import (
    EVERY_ROLE,
    admit,
    current_actor,
    current_person,
    give_cookie,
    is_channel_private,
    staff_blueprint,
    take_cookie,
)
from survey.web.origin import address_class, address_prefix
from survey.web.speech import say as _
from survey.web.store import current_store, reading, writing

blueprint = staff_blueprint("own", __name__, url_prefix="/account")
invitations = Blueprint("invitations", __name__)


@blueprint.route("/password", methods=["GET", "POST"])
@admit(*EVERY_ROLE)
def password() -> ResponseReturnValue:
    """Change one's password; every session ends and a new one begins here."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        spend("log-in", current_store().settings.rate_login, address_prefix(request))
        token = _changed(form)
        if token is not None:
            response = make_response(redirect(url_for("account.account"), 303))
            give_cookie(response, token)
            return response
    return _password_page(form)


@blueprint.route("/sessions", methods=["GET", "POST"])
@admit(*EVERY_ROLE)
def sessions() -> ResponseReturnValue:
    """Show where one is logged in; end all of it, here too."""
    person = current_person()
    form = PressForm()
    if form.validate_on_submit():
        with writing() as connection:
            end_sessions(connection, person.id, current_actor())
        response = make_response(redirect(url_for("sessions.log_in"), 303))
        take_cookie(response)
        return response
    with reading() as connection:
        found = open_sessions(connection, person.id, clock.now())
    return render_template("admin/sessions.html", sessions=found, form=form)


@invitations.route("/invitation/<token>", methods=["GET", "POST"])
def accept(token: str) -> ResponseReturnValue:
    """Let the person who was invited set the password; the link is used up by that alone."""
    if not is_channel_private():
        return render_template("analyst/no_https.html"), 403
    spend("invitation", current_store().settings.rate_login * 4, address_prefix(request))
    with reading() as connection:
        account = invited_account(connection, token, clock.now())
    form = NewPasswordForm()
    if form.validate_on_submit():
        password_hash = _hashed(form, account.login)
        if password_hash is not None:
            with writing() as connection:
                accept_invitation(connection, token, password_hash, address_class(request))
            return redirect(url_for("sessions.log_in"), 303)
    return _accept_page(form, account, token)


def _changed(form: ChangePasswordForm) -> str | None:
    """Return the token of a new session; None when the old or the new password was refused.

    The old password is checked as a log-in is, so that guessing it locks the account too.
    """
    person, origin = current_person(), address_class(request)
    password_hash = _hashed(form, person.login)
    if password_hash is None:
        return None
    with writing() as connection:
        attempt = staff.begin_log_in(connection, person.login, clock.now())
    if not staff.is_password_right(attempt, typed(form.current)):
        with writing() as connection:
            staff.refuse_log_in(connection, attempt, origin)
        form.current.errors = [_("Mật khẩu hiện tại không đúng, hoặc tài khoản đang tạm khóa.")]
        return None
    with writing() as connection:
        change_password(connection, person.id, password_hash, current_actor())
        return staff.finish_log_in(connection, attempt, clock.now(), origin)


def _hashed(form: NewPasswordForm, login: str) -> str | None:
    try:
        return hash_password(typed(form.password), login)
    except InputError as error:
        form.password.errors = [refusal_words(error)]
        return None


def _password_page(form: ChangePasswordForm) -> ResponseReturnValue:
    page = render_template("admin/password.html", form=form, faults=_faults(form))
    return page, 422 if form.errors else 200


def _accept_page(form: NewPasswordForm, account: Account, token: str) -> ResponseReturnValue:
    facts = {"form": form, "account": account, "token": token, "faults": _faults(form)}
    return render_template("admin/accept.html", **facts), 422 if form.errors else 200


def _faults(form: NewPasswordForm) -> list[tuple[str, str]]:
    return [(field.id, fault) for field in form for fault in field.errors]
