"""Log in, log out, and the page that says what one's role may see."""

from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.analyst.forms import LogInForm, LogOutForm
from survey.operations import staff
from survey.terms import Role
from survey.web.limits import spend
from survey.web.login import (
    EVERY_ROLE,
    admit,
    cookie_name,
    current_person,
    give_cookie,
    is_channel_private,
    staff_blueprint,
    take_cookie,
)
from survey.web.origin import address_class, address_prefix
from survey.web.role_words import role_name, role_words
from survey.web.speech import say as _
from survey.web.store import current_store, writing

blueprint = Blueprint("sessions", __name__)
account_blueprint = staff_blueprint("account", __name__)
SEES_ROUNDS = frozenset({Role.ANALYST, Role.SUPERVISOR})
FIRST_PAGES = {
    **dict.fromkeys(SEES_ROUNDS, "analyst.rounds"),
    Role.ADMIN: "people.accounts",
    Role.DESIGNER: "instrument_files.instruments",
    Role.AUDITOR: "audit.lines",
}


def mark_seen(token: str) -> None:
    """Keep the session of a token from going idle."""
    with writing() as connection:
        staff.mark_seen(connection, token, clock.now())


@blueprint.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Ask for name and password; answers 401 to a wrong pair, 403 where the line is open."""
    if not is_channel_private():
        return render_template("analyst/no_https.html"), 403
    form = LogInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _log_in_page(form)
    spend("log-in", current_store().settings.rate_login, address_prefix(request))
    token = _token_of(form.login.data or "", form.password.data or "")
    if token is None:
        form.password.errors = [
            _("Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khóa."),
            _("Sau nhiều lần sai, tài khoản tạm khóa từ 1 phút đến 1 giờ."),
        ]
        return _log_in_page(form), 401
    session.clear()
    response = make_response(redirect(_safe(form.next.data or "")))
    give_cookie(response, token)
    return response


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session here and in the browser."""
    if not LogOutForm().validate_on_submit():
        return redirect(url_for("account.account"))
    with writing() as connection:
        staff.log_out(connection, request.cookies.get(cookie_name(), ""), address_class(request))
    session.clear()
    response = make_response(redirect(url_for("sessions.log_in")))
    take_cookie(response)
    return response


@account_blueprint.get("/staff")
@admit(*EVERY_ROLE)
def home() -> ResponseReturnValue:
    """Lead to the first page of one's role."""
    return redirect(url_for(FIRST_PAGES.get(current_person().role, "account.account")))


@account_blueprint.get("/account")
@admit(*EVERY_ROLE)
def account() -> str:
    """Say who is logged in and what the role may see."""
    person = current_person()
    return render_template(
        "analyst/account.html",
        person=person,
        role_name=role_name(person.role),
        role_words=role_words(person.role),
        sees_rounds=person.role in SEES_ROUNDS,
        log_out_form=LogOutForm(),
    )


def _log_in_page(form: LogInForm) -> str:
    faults = [(field.id, fault) for field in (form.login, form.password) for fault in field.errors]
    return render_template("analyst/log_in.html", form=form, faults=faults)


def _token_of(login: str, password: str) -> str | None:
    with writing() as connection:
        attempt = staff.begin_log_in(connection, login, clock.now())
    is_right = staff.is_password_right(attempt, password)
    origin = address_class(request)
    with writing() as connection:
        if not is_right:
            staff.refuse_log_in(connection, attempt, origin)
            return None
        staff.log_out(connection, request.cookies.get(cookie_name(), ""), origin)
        return staff.finish_log_in(connection, attempt, clock.now(), origin)


def _safe(target: str) -> str:
    """Return the address asked for when it is one of ours, else the person's own first page."""
    parts = urlsplit(target)
    is_ours = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if is_ours and "\\" not in target else url_for("account.home")
