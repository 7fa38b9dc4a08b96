"""The pages of a citizen: what this is, the open rounds, and the interview of one round."""

from typing import Final

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from survey.citizen.sheets import blank_sheet, posted_sheet, show, take, today
from survey.errors import NotFound, StateError
from survey.queries.rounds import RoundFacts, all_rounds, recent_round
from survey.web.store import current_store, reading

citizen: Final = Blueprint("citizen", __name__)


@citizen.before_request
def _mark() -> None:
    g.is_citizen = True


@citizen.get("/")
def home() -> str:
    """Show what this is and the rounds that anyone may answer now."""
    with reading() as connection:
        rounds = [facts for facts in all_rounds(connection) if facts.is_open_access]
    running = [facts for facts in rounds if facts.is_running(today())]
    return render_template("citizen/home.html", rounds=running)


@citizen.get("/r/<code>")
def interview(code: str) -> Response:
    """Show the interview of an open round; NotFound ``unknown-round``, StateError ``closed``."""
    return show(blank_sheet(_running_round(code), _address(code)))


@citizen.post("/r/<code>")
def answer(code: str) -> Response:
    """Take a long form filled in without JavaScript; raises as ``interview``."""
    return take(posted_sheet(_running_round(code), _address(code)))


@citizen.errorhandler(StateError)
def not_running(_error: StateError) -> Response:
    """Show that the round in the address is over, or when it begins."""
    facts = recent_round(current_store().database, (request.view_args or {})["code"])
    is_over = facts.is_over(today())
    page = render_template("citizen/closed.html", round=facts, is_over=is_over)
    return make_response(page, 410 if is_over else 200)


def _running_round(code: str) -> RoundFacts:
    facts = recent_round(current_store().database, code)
    if not facts.is_open_access:
        raise NotFound("unknown-round", where="round", got=code)
    if not facts.is_running(today()):
        raise StateError("closed", where="round", got=code)
    return facts


def _address(code: str) -> str:
    return url_for("citizen.interview", code=code)
