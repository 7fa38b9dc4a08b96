"""The long form in a citizen's hands: shown, filled in without JavaScript, handed in.

It must not know which address it stands at: that of an open round or that of a slip.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from survey import clock
from survey.citizen.forms import AGREEMENTS, Envelope
from survey.errors import ConflictError, StateError, Throttled, Unavailable
from survey.operations.responses import receive_response
from survey.operations.submissions import read_submission
from survey.queries.rounds import RoundFacts, recent_form
from survey.queries.slips import HeldSlip
from survey.terms import ResponseState
from survey.web.errors import waiting_time, words_of
from survey.web.i18n import both, language
from survey.web.interview_form import FAULTS, WAYS, Filled, InterviewForm
from survey.web.item_fields import Posted
from survey.web.limits import spend
from survey.web.origin import address_prefix
from survey.web.player_logic import player_document
from survey.web.recordings import sounds_of_round
from survey.web.store import current_store


@dataclass(frozen=True)
class Sheet:
    """One long form in someone's hands: the round, the questions, the envelope.

    It is posted to the address ``to``; ``slip`` and its code are those of a slip's holder.
    """

    facts: RoundFacts
    form: InterviewForm
    envelope: Envelope
    to: str
    slip: HeldSlip | None = None
    slip_code: str = ""


def blank_sheet(
    facts: RoundFacts, to: str, slip: HeldSlip | None = None, slip_code: str = ""
) -> Sheet:
    """Return a form that nobody has filled in."""
    return Sheet(facts, _form(facts), Envelope(formdata=None), to, slip, slip_code)


def posted_sheet(
    facts: RoundFacts, to: str, slip: HeldSlip | None = None, slip_code: str = ""
) -> Sheet:
    """Return the form as it was posted."""
    return Sheet(facts, _form(facts, request.form), Envelope(), to, slip, slip_code)


def take(sheet: Sheet) -> Response:
    """Take a long form that was posted: hand it in, or show what is to be mended."""
    if "send" not in request.form:
        return show(sheet)
    agreed = sheet.envelope.agreed.data
    if agreed == "no":
        return make_response(render_template("citizen/declined.html", to=sheet.to))
    filled = sheet.form.filled(_day_of(sheet.envelope))
    if filled.faults or agreed != "yes":
        return show(sheet, filled.faults, has_consent_fault=agreed != "yes", status=422)
    if not sheet.envelope.validate():
        trouble = _("Trang này mở đã lâu nên cần gửi lại. Xin bấm “Gửi phiếu” lần nữa.")
        return show(sheet, trouble=trouble, status=400)
    return _receive(sheet, filled)


def show_over(error: StateError) -> Response:
    """Say kindly why a code, or a withdrawn form, is not taken any more, and what can be done."""
    return make_response(render_template("citizen/over.html", error=error), words_of(error).status)


def _receive(sheet: Sheet, filled: Filled) -> Response:
    """Hand the response to the one way in; whatever fails, the form keeps what was filled in."""
    store, interview_id = current_store(), sheet.envelope.interview.data or ""
    try:
        spend("open", store.settings.rate_open, sheet.facts.code, address_prefix(request))
        submission = read_submission(interview_id, _body(sheet, filled), slip=sheet.slip)
        done = receive_response(store.database, store.keys, submission)
    except (Throttled, Unavailable) as error:
        wait = waiting_time(error.retry_after)
        trouble = _(
            "Chưa gửi được: hệ thống đang bận. Xin chờ khoảng %(wait)s rồi bấm gửi lại.", wait=wait
        )
        response = show(sheet, trouble=trouble, status=words_of(error).status)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except StateError as over:
        if over.code == "closed":
            raise
        return show_over(over)
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


def show(
    sheet: Sheet,
    faults: Mapping[str, str] | None = None,
    *,
    has_consent_fault: bool = False,
    trouble: str = "",
    status: int = 200,
) -> Response:
    """Show the form with what was filled in, and what is to be mended in it."""
    questions = list(sheet.form.questions(today(), faults or {}))
    links = [(f"q-{q.item.name}", q.words) for q in questions if q.fault]
    if has_consent_fault:
        links.insert(0, ("q-consent", both("Ông/Bà có đồng ý tham gia không?")))
    page = render_template(
        "citizen/interview.html",
        round=sheet.facts,
        to=sheet.to,
        slip=sheet.slip_code,
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
    )
    return make_response(page, status)


def _form(facts: RoundFacts, data: Posted | None = None) -> InterviewForm:
    published = recent_form(current_store().database, facts, facts.instrument_version)
    return InterviewForm(published.instrument, data, sounds_of_round(facts))


def today() -> dt.date:
    """Return the day in Vietnam."""
    return clock.now().astimezone(clock.VIETNAM).date()


def _day_of(envelope: Envelope) -> dt.date:
    """Return the day by which the server will read the response, or today if it is unreadable."""
    try:
        hour = dt.datetime.fromisoformat(envelope.answered_hour.data or "")
    except ValueError:
        return today()
    return hour.astimezone(clock.VIETNAM).date()
