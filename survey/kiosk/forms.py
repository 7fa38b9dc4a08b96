"""Forms of a tablet that is being enrolled: the code that was typed, and the PIN to leave."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import EqualTo, InputRequired, Regexp

PIN = r"^[0-9]{4,8}$"
NOT_KEPT = {"autocomplete": "off", "spellcheck": "false"}
DIGITS = {**NOT_KEPT, "inputmode": "numeric", "maxlength": 8}


class CodeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The enrolment code, as an administrator's page shows it."""

    code = StringField(
        _("Mã đăng ký"),
        [InputRequired(_("Xin nhập mã đăng ký."))],
        render_kw={**NOT_KEPT, "autocapitalize": "characters", "maxlength": 20},
    )


class EnrolForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The PIN with which staff leave the citizens' screens, twice."""

    pin = StringField(
        _("Mã PIN để thoát màn hình"),
        [
            InputRequired(_("Xin đặt mã PIN.")),
            Regexp(PIN, message=_("Mã PIN gồm 4 đến 8 chữ số.")),
        ],
        render_kw=DIGITS,
    )
    again = StringField(
        _("Nhập lại mã PIN"),
        [EqualTo("pin", _("Hai mã PIN chưa giống nhau."))],
        render_kw=DIGITS,
    )
