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
from survey.web.interview_form import FAULTS, WAYS, InterviewForm
from survey.web.player_logic import player_document
from survey.web.recordings import sounds_of_round
from survey.web.store import current_store, reading

kiosk: Final = Blueprint("kiosk", __name__, url_prefix="/k")

SHELL_MARK: Final = "Kiosk-Screens"
"""The header by which a tablet knows the screens of a version of the program, and that there are
none now, from what a gateway on the way may answer at this address."""

NO_SCREENS: Final = "none"


@kiosk.before_request
def _mark() -> None:
    g.is_citizen = True


@kiosk.get("")
def counter() -> ResponseReturnValue:
    """Show the citizens' screens of this tablet; ask a browser that is no tablet for its code."""
    try:
        facts = _this_kiosk()
    except NotAllowed:
        page = render_template("kiosk/code.html", form=CodeForm(formdata=None), fault="")
        return page, {SHELL_MARK: NO_SCREENS}
    if facts.is_revoked:
        page = render_template("kiosk/revoked.html", kiosk=facts)
        return page, 403, {SHELL_MARK: NO_SCREENS}
    played = recent_round(current_store().database, facts.round)
    if not played.is_running(_today()):
        page = render_template("kiosk/closed.html", kiosk=facts, round=played)
        return page, 410, {SHELL_MARK: NO_SCREENS}
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


def program_version() -> str:
    """Return the version of the program's static files, as their addresses name it."""
    return str(current_app.static_url_path).rpartition("/")[2]


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
    form = InterviewForm(instrument, sounds=sounds_of_round(played))
    with reading() as connection:
        place = counter_place(connection, facts.place)
    page = render_template(
        "kiosk/screens.html",
        kiosk=facts,
        place=place,
        round=played,
        questions=list(form.questions(_today(), {})),
        faults=FAULTS,
        ways=WAYS,
        contact=store.settings.contact,
        document=player_document(instrument),
        stamp=_stamp(facts, played),
    )
    return make_response(page, {SHELL_MARK: program_version()})


def _stamp(facts: KioskFacts, played: RoundFacts) -> str:
    """Return a short text that changes with whatever the screens show."""
    program = (current_app.static_url_path, current_store().settings.contact)
    sources = (facts, played, sounds_of_round(played), *program)
    return hashlib.sha256(repr(sources).encode()).hexdigest()[:16]


def _today() -> dt.date:
    return clock.now().astimezone(clock.VIETNAM).date()
