"""The door of a citizen with a slip: the code opens the form on their own phone, once."""

from typing import Final

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from survey.citizen.code_forms import SlipForm
from survey.citizen.sheets import blank_sheet, posted_sheet, show, show_over, take, today
from survey.errors import NotFound, StateError
from survey.queries.rounds import RoundFacts, recent_round
from survey.queries.slips import HeldSlip
from survey.seals import tidy_code
from survey.web.codes import found_slip
from survey.web.errors import words_of
from survey.web.store import current_store

slips: Final = Blueprint("slips", __name__, url_prefix="/t")


@slips.before_request
def _mark() -> None:
    g.is_citizen = True


@slips.get("")
def ask() -> str:
    """Ask for the code of a slip."""
    return render_template("citizen/slip.html", form=SlipForm(formdata=None))


@slips.post("")
def typed() -> ResponseReturnValue:
    """Go where a typed code leads; a typing error is shown without looking it up."""
    form = SlipForm()
    code = tidy_code(form.code.data or "")
    return redirect(_address(code), 303) if code else _unknown(form)


@slips.get("/<code>")
def interview(code: str) -> ResponseReturnValue:
    """Show the form that a slip opens, or say kindly why it does not (any more)."""
    tidied = tidy_code(code)
    if tidied and tidied != code:
        return redirect(_address(tidied), 301)
    slip = found_slip(code)
    facts = _round_of(slip)
    try:
        slip.require_fresh(today())
    except StateError as over:
        return show_over(over)
    if not facts.is_running(today()):
        is_over = facts.is_over(today())
        page = render_template("citizen/closed.html", round=facts, is_over=is_over)
        return make_response(page, 410 if is_over else 200)
    return show(blank_sheet(facts, _address(code), slip, code))


@slips.post("/<code>")
def answer(code: str) -> Response:
    """Take a long form filled in without JavaScript; sent again it gets its receipt again."""
    slip = found_slip(code)
    return take(posted_sheet(_round_of(slip), _address(code), slip, code))


@slips.errorhandler(NotFound)
def _not_found(_error: NotFound) -> ResponseReturnValue:
    return _unknown(SlipForm(data={"code": (request.view_args or {}).get("code", "")}))


def _unknown(form: SlipForm) -> ResponseReturnValue:
    words = words_of(NotFound("unknown-slip"))
    return render_template("citizen/slip.html", form=form, words=words), words.status


def _round_of(slip: HeldSlip) -> RoundFacts:
    try:
        return recent_round(current_store().database, slip.round)
    except NotFound as draft:
        raise StateError("closed", "the round of the slip is not opened yet") from draft


def _address(code: str) -> str:
    return url_for("slips.interview", code=code)
