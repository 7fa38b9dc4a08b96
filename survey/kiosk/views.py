"""The pages of a tablet at a counter: its citizens' screens, and what they are made from."""

import datetime as dt
import hashlib
from typing import Final

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from survey import clock
from survey.errors import NotAllowed
from survey.kiosk.forms import CodeForm
from survey.queries.kiosks import KioskFacts, counter_place, kiosk_of_key
from survey.queries.rounds import RoundFacts, recent_form, recent_round
from survey.web.device_cookie import device_key
from survey.web.interview_form import FAULTS, WAYS, InterviewForm, player_document
from survey.web.store import current_store, reading

kiosk: Final = Blueprint("kiosk", __name__, url_prefix="/k")

SHELL_MARK: Final = "Kiosk-Screens"
"""The header by which a tablet knows the screens from any other page of this address."""

MODULES: Final = (
    "answer.js", "declined.js", "evaluate.js", "fields.js", "flow.js", "idle.js", "interview.js",
    "kiosk_pin.js", "language.js", "locate.js", "offline.js", "outbox.js", "outbox_store.js",
    "queue.js", "review.js", "screens.js", "search.js", "sha256.js", "size.js", "submission.js",
)  # fmt: skip
"""What kiosk.js imports, named so that a slow line fetches all of it at once."""


@kiosk.before_request
def _mark() -> None:
    g.is_citizen = True


@kiosk.get("")
def counter() -> ResponseReturnValue:
    """Show the citizens' screens of this tablet; ask a browser that is no tablet for its code."""
    try:
        facts = _this_kiosk()
    except NotAllowed:
        return render_template("kiosk/code.html", form=CodeForm(formdata=None), fault="")
    if facts.is_revoked:
        return render_template("kiosk/revoked.html", kiosk=facts), 403
    played = recent_round(current_store().database, facts.round)
    if not played.is_running(_today()):
        return render_template("kiosk/closed.html", kiosk=facts, round=played), 410
    return _screens(facts, played)


@kiosk.get("/state")
def state() -> Response:
    """Return what the screens are made from, so that a tablet knows when to load them anew."""
    facts = _this_kiosk()
    if facts.is_revoked:
        raise NotAllowed("revoked", "the device was revoked")
    played = recent_round(current_store().database, facts.round)
    is_running = played.is_running(_today())
    return jsonify(stamp=_stamp(facts, played) if is_running else None)


@kiosk.get("/manifest.json")
def manifest() -> Response:
    """Return what a tablet needs to install the screens as an application."""
    icon = {"src": url_for("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return jsonify(
        name="Lắng Nghe",
        short_name="Lắng Nghe",
        lang="vi",
        start_url=url_for("kiosk.counter"),
        scope=url_for("kiosk.counter"),
        display="fullscreen",
        background_color="#ffffff",
        theme_color="#ffffff",
        icons=[icon],
    )


def _this_kiosk() -> KioskFacts:
    """Return the tablet that asks; raise NotAllowed for any other browser."""
    key = device_key()
    if key is None:
        raise NotAllowed("unauthorised", "no device cookie")
    with reading() as connection:
        return kiosk_of_key(connection, key)


def _screens(facts: KioskFacts, played: RoundFacts) -> Response:
    store = current_store()
    instrument = recent_form(store.database, played, played.instrument_version).instrument
    with reading() as connection:
        place = counter_place(connection, facts.place)
    page = render_template(
        "kiosk/screens.html",
        kiosk=facts,
        place=place,
        round=played,
        questions=list(InterviewForm(instrument).questions(_today(), {})),
        faults=FAULTS,
        ways=WAYS,
        contact=store.settings.contact,
        document=player_document(instrument),
        modules=MODULES,
        stamp=_stamp(facts, played),
    )
    response = make_response(page)
    response.headers[SHELL_MARK] = "1"
    return response


def _stamp(facts: KioskFacts, played: RoundFacts) -> str:
    """Return a short text that changes with whatever the screens show."""
    sources = (facts, played, current_app.static_url_path, current_store().settings.contact)
    return hashlib.sha256(repr(sources).encode()).hexdigest()[:16]


def _today() -> dt.date:
    return clock.now().astimezone(clock.VIETNAM).date()
