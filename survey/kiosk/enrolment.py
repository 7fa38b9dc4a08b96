"""The pages that make a browser a tablet of a counter: the code, the PIN, one button."""

from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.errors import NotFound
from survey.kiosk.forms import CodeForm, EnrolForm
from survey.operations.kiosks import take_enrolment
from survey.queries.kiosks import counter_place, open_offer, tidy_code
from survey.queries.rounds import round_facts
from survey.queries.staff import Actor
from survey.terms import Role
from survey.web.device_cookie import give_device_key
from survey.web.limits import spend
from survey.web.origin import address_class, address_prefix
from survey.web.store import current_store, reading, writing

enrolments: Final = Blueprint("enrolments", __name__, url_prefix="/k/enrol")


@enrolments.post("")
def typed() -> ResponseReturnValue:
    """Lead a typed code to its page."""
    form = CodeForm()
    code = tidy_code(str(form.code.data or ""))
    if not form.validate_on_submit() or not code:
        return render_template("kiosk/code.html", form=form, fault="empty"), 422
    return redirect(url_for("enrolments.enrolment", code=code), 303)


@enrolments.get("/<code>")
def enrolment(code: str) -> str:
    """Show which counter a code is for; NotFound for one that is unknown, used or too old."""
    return _page(code, EnrolForm(formdata=None))


@enrolments.post("/<code>")
def enrol(code: str) -> ResponseReturnValue:
    """Make this browser the tablet of the counter; the code is used up."""
    form = EnrolForm()
    if not form.validate_on_submit():
        return _page(code, form), 422
    _count_attempt()
    by = Actor("", Role.DEVICE.value, address_class(request))
    with writing() as connection:
        key = take_enrolment(connection, code, str(form.pin.data), by)
    response = make_response(redirect(url_for("kiosk.counter"), 303))
    give_device_key(response, key)
    return response


@enrolments.errorhandler(NotFound)
def unknown_code(_error: NotFound) -> ResponseReturnValue:
    """Say that a code is unknown, used or too old, and ask for another."""
    return render_template("kiosk/code.html", form=CodeForm(formdata=None), fault="unknown"), 404


def _page(code: str, form: EnrolForm) -> str:
    _count_attempt()
    with reading() as connection:
        offer = open_offer(connection, code, clock.now())
        place = counter_place(connection, offer.place)
        played = round_facts(connection, offer.round)
    return render_template(
        "kiosk/enrol.html", offer=offer, place=place, round=played, form=form, code=code
    )


def _count_attempt() -> None:
    """Count every look at a code: 60 bits are not found five guesses a minute."""
    spend("enrol", current_store().settings.rate_login, address_prefix(request))
