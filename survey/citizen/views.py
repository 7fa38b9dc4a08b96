"""The pages of a citizen: what this is, the open rounds, and the interview of one round."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from survey import clock
from survey.citizen.forms import AGREEMENTS, Envelope
from survey.errors import ConflictError, NotFound, StateError, Throttled, Unavailable
from survey.operations.responses import receive_response
from survey.operations.submissions import read_submission
from survey.queries.rounds import RoundFacts, all_rounds, recent_form, recent_round
from survey.terms import ResponseState
from survey.web.errors import words_of
from survey.web.i18n import both, language
from survey.web.interview_form import FAULTS, WAYS, Filled, InterviewForm, player_document
from survey.web.item_fields import Posted
from survey.web.limits import spend
from survey.web.origin import address_prefix
from survey.web.store import current_store, reading

citizen: Final = Blueprint("citizen", __name__)

MODULES: Final = (
    "answer.js", "draft.js", "evaluate.js", "fields.js", "flow.js", "interview.js", "language.js",
    "review.js", "screens.js", "search.js", "send.js", "size.js", "submission.js",
)  # fmt: skip
"""What player.js imports, named so that a slow line fetches all of it at once."""


@dataclass(frozen=True)
class Sheet:
    """One long form in someone's hands: the round, the questions, the envelope."""

    facts: RoundFacts
    form: InterviewForm
    envelope: Envelope


@citizen.before_request
def _mark() -> None:
    g.is_citizen = True


@citizen.get("/")
def home() -> str:
    """Show what this is and the rounds that anyone may answer now."""
    with reading() as connection:
        rounds = [facts for facts in all_rounds(connection) if facts.is_open_access]
    running = [facts for facts in rounds if facts.is_running(_today())]
    return render_template("citizen/home.html", rounds=running)


@citizen.get("/r/<code>")
def interview(code: str) -> Response:
    """Show the interview of an open round; NotFound ``unknown-round``, StateError ``closed``."""
    facts = _running_round(code)
    return _page(Sheet(facts, _form(facts), Envelope(formdata=None)))


@citizen.post("/r/<code>")
def answer(code: str) -> Response:
    """Take a long form filled in without JavaScript; raises as ``interview``."""
    facts = _running_round(code)
    sheet = Sheet(facts, _form(facts, request.form), Envelope())
    if "send" not in request.form:
        return _page(sheet)
    agreed = sheet.envelope.agreed.data
    if agreed == "no":
        return make_response(render_template("citizen/declined.html", round=facts))
    filled = sheet.form.filled(_day_of(sheet.envelope))
    if filled.faults or agreed != "yes":
        return _page(sheet, filled.faults, has_consent_fault=agreed != "yes", status=422)
    if not sheet.envelope.validate():
        trouble = _("Trang này mở đã lâu nên cần gửi lại. Xin bấm “Gửi phiếu” lần nữa.")
        return _page(sheet, trouble=trouble, status=400)
    return _receive(sheet, filled)


@citizen.errorhandler(StateError)
def not_running(_error: StateError) -> Response:
    """Show that the round in the address is over, or when it begins."""
    facts = recent_round(current_store().database, (request.view_args or {})["code"])
    is_over = facts.is_over(_today())
    page = render_template("citizen/closed.html", round=facts, is_over=is_over)
    return make_response(page, 410 if is_over else 200)


def _receive(sheet: Sheet, filled: Filled) -> Response:
    """Hand the response to the one way in; whatever fails, the form keeps what was filled in."""
    store, interview_id = current_store(), sheet.envelope.interview.data or ""
    try:
        spend("open", store.settings.rate_open, sheet.facts.code, address_prefix(request))
        submission = read_submission(interview_id, _body(sheet, filled))
        done = receive_response(store.database, store.keys, submission)
    except (Throttled, Unavailable) as error:
        trouble = _("Chưa gửi được vì hệ thống đang bận. Xin chờ một lát rồi bấm gửi lại.")
        response = _page(sheet, trouble=trouble, status=words_of(error).status)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except ConflictError:
        return make_response(render_template("citizen/already.html"), 409)
    return make_response(render_template("citizen/received.html", receipt_code=done.receipt))


def _body(sheet: Sheet, filled: Filled) -> bytes:
    """Write the response; without JavaScript nothing measures time, so ``seconds`` is 0."""
    document = {
        "round": sheet.facts.code,
        "instrument": sheet.facts.instrument,
        "version": sheet.facts.instrument_version,
        "language": language(),
        "answered_hour": sheet.envelope.answered_hour.data,
        "seconds": 0,
        "assisted": False,
        "consent": sheet.facts.consent_version,
        "state": ResponseState.COMPLETE,
        "answers": filled.answers,
        "missing": filled.missing,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _page(
    sheet: Sheet,
    faults: Mapping[str, str] | None = None,
    *,
    has_consent_fault: bool = False,
    trouble: str = "",
    status: int = 200,
) -> Response:
    questions = list(sheet.form.questions(_today(), faults or {}))
    links = [(f"q-{q.item.name}", q.words) for q in questions if q.fault]
    if has_consent_fault:
        links.insert(0, ("q-consent", both("Ông/Bà có đồng ý tham gia không?")))
    page = render_template(
        "citizen/interview.html",
        round=sheet.facts,
        envelope=sheet.envelope,
        questions=questions,
        fault_links=links,
        consent_fault=has_consent_fault,
        trouble=trouble,
        faults=FAULTS,
        ways=WAYS,
        agreements=AGREEMENTS,
        contact=current_store().settings.contact,
        send_to=url_for("interviews.put_interview", interview="-").removesuffix("-"),
        document=player_document(sheet.form.instrument),
        modules=MODULES,
    )
    return make_response(page, status)


def _running_round(code: str) -> RoundFacts:
    facts = recent_round(current_store().database, code)
    if not facts.is_open_access:
        raise NotFound("unknown-round", where="round", got=code)
    if not facts.is_running(_today()):
        raise StateError("closed", where="round", got=code)
    return facts


def _form(facts: RoundFacts, data: Posted | None = None) -> InterviewForm:
    published = recent_form(current_store().database, facts, facts.instrument_version)
    return InterviewForm(published.instrument, data)


def _today() -> dt.date:
    return clock.now().astimezone(clock.VIETNAM).date()


def _day_of(envelope: Envelope) -> dt.date:
    """Return the day by which the server will read the response, or today if it is unreadable."""
    try:
        hour = dt.datetime.fromisoformat(envelope.answered_hour.data or "")
    except ValueError:
        return _today()
    return hour.astimezone(clock.VIETNAM).date()
