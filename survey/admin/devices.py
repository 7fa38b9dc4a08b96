"""Devices: which may send for which place, when each was last heard, and an end to a lost one.

A program gets a key to type in; a tablet at a counter gets a code, which its own browser takes up.
"""

from dataclasses import dataclass
from io import BytesIO

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from survey import clock
from survey.admin.forms import CounterForm, DeviceForm, PressForm, typed
from survey.admin.places import device_place_typed, place_names
from survey.admin.words import refusal_words
from survey.clock import VIETNAM
from survey.errors import InputError, NotFound
from survey.operations.devices import enrol_device, revoke_device
from survey.operations.kiosks import Counter, offer_enrolment
from survey.queries.devices import enrolled_devices
from survey.queries.kiosks import kiosk_rounds
from survey.queries.rounds import all_rounds
from survey.terms import Role
from survey.web.i18n import in_language
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("devices", __name__, url_prefix="/admin/devices")
MOST = 500


@dataclass(frozen=True)
class Forms:
    """The two forms of the page; the one that was sent holds its faults."""

    device: DeviceForm
    counter: CounterForm

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The faults of both, each with the id of its field."""
        return [
            (field.id, fault)
            for form in (self.device, self.counter)
            for field in form
            for fault in field.errors
        ]


@blueprint.get("")
@admit(Role.ADMIN)
def devices() -> str:
    """List the devices, the newest first."""
    return _page(Forms(DeviceForm(formdata=None), _counter_form()))


@blueprint.post("")
@admit(Role.ADMIN)
def enrol() -> ResponseReturnValue:
    """Enrol a device; show its key, once."""
    form = DeviceForm()
    if not form.validate_on_submit():
        return _page(Forms(form, _counter_form())), 422
    try:
        place = device_place_typed(typed(form.place))
        with writing() as connection:
            _id, key = enrol_device(connection, typed(form.name), place, current_actor())
    except (InputError, NotFound) as error:
        form.place.errors = [refusal_words(error)]
        return _page(Forms(form, _counter_form())), 422
    name = place_names({place})[place]
    return render_template("admin/device_key.html", name=form.name.data, place=name, key=key)


@blueprint.post("/codes")
@admit(Role.ADMIN)
def offer() -> ResponseReturnValue:
    """Show the code with which a tablet enrols itself, once, within a day."""
    form = _counter_form(is_sent=True)
    if not form.validate_on_submit():
        return _page(Forms(DeviceForm(formdata=None), form)), 422
    try:
        place = device_place_typed(typed(form.counter_place))
        counter = Counter(typed(form.counter), place, typed(form.round))
        with writing() as connection:
            code = offer_enrolment(connection, counter, current_actor())
    except (InputError, NotFound) as error:
        form.counter_place.errors = [refusal_words(error)]
        return _page(Forms(DeviceForm(formdata=None), form)), 422
    address = url_for("enrolments.enrolment", code=code.replace("-", ""), _external=True)
    facts = {"counter": counter, "place": place_names({place})[place], "code": code}
    return render_template(
        "admin/device_code.html",
        address=address,
        entry=url_for("kiosk.counter", _external=True),
        picture=_qr(address),
        **facts,
    )


@blueprint.post("/<device>/revoke")
@admit(Role.ADMIN)
def revoke(device: str) -> ResponseReturnValue:
    """Refuse what a device sends from now on."""
    if PressForm().validate_on_submit():
        with writing() as connection:
            revoke_device(connection, device, current_actor())
    return redirect(url_for("devices.devices", done="revoked"), 303)


def _counter_form(*, is_sent: bool = False) -> CounterForm:
    """Return the form of a counter with the rounds that a tablet may play now or later."""
    form = CounterForm() if is_sent else CounterForm(formdata=None)
    today = clock.now().astimezone(VIETNAM).date()
    with reading() as connection:
        rounds = all_rounds(connection)
    form.round.choices = [
        (one.code, in_language(one.title)) for one in rounds if not one.is_over(today)
    ]
    return form


def _qr(address: str) -> Markup:
    """Return the QR code of an address as a picture in the page."""
    drawing = BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", scale=6, xmldecl=False, svgns=False, nl=False
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 - drawn by segno: squares, no text


def _page(forms: Forms) -> str:
    with reading() as connection:
        found = enrolled_devices(connection, None, MOST)
        played = kiosk_rounds(connection)
    return render_template(
        "admin/devices.html",
        devices=found,
        played=played,
        places=place_names({device.place for device in found}),
        form=forms.device,
        counter_form=forms.counter,
        faults=forms.faults,
        press_form=PressForm(formdata=None),
        done=request.args.get("done"),
    )
