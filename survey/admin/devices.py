"""Devices: which may send for which place, when each was last heard, and an end to a lost one."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.admin.forms import DeviceForm, PressForm, typed
from survey.admin.places import device_place_typed, place_names
from survey.admin.words import refusal_words
from survey.errors import InputError, NotFound
from survey.operations.devices import enrol_device, revoke_device
from survey.queries.devices import enrolled_devices
from survey.terms import Role
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.store import reading, writing

blueprint = staff_blueprint("devices", __name__, url_prefix="/admin/devices")
MOST = 500


@blueprint.get("")
@admit(Role.ADMIN)
def devices() -> str:
    """List the devices, the newest first."""
    return _page(DeviceForm(formdata=None))


@blueprint.post("")
@admit(Role.ADMIN)
def enrol() -> ResponseReturnValue:
    """Enrol a device; show its key, once."""
    form = DeviceForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        place = device_place_typed(typed(form.place))
        with writing() as connection:
            _id, key = enrol_device(connection, typed(form.name), place, current_actor())
    except (InputError, NotFound) as error:
        form.place.errors = [refusal_words(error)]
        return _page(form), 422
    name = place_names({place})[place]
    return render_template("admin/device_key.html", name=form.name.data, place=name, key=key)


@blueprint.post("/<device>/revoke")
@admit(Role.ADMIN)
def revoke(device: str) -> ResponseReturnValue:
    """Refuse what a device sends from now on."""
    if PressForm().validate_on_submit():
        with writing() as connection:
            revoke_device(connection, device, current_actor())
    return redirect(url_for("devices.devices", done="revoked"), 303)


def _page(form: DeviceForm) -> str:
    with reading() as connection:
        found = enrolled_devices(connection, None, MOST)
    return render_template(
        "admin/devices.html",
        devices=found,
        places=place_names({device.place for device in found}),
        form=form,
        faults=[(field.id, fault) for field in form for fault in field.errors],
        press_form=PressForm(formdata=None),
        done=request.args.get("done"),
    )
