"""Forms in which a citizen types a printed code, or confirms a withdrawal."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField

TYPED_CODE = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "maxlength": 40,
}


class SlipForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The code of a slip, typed by hand."""

    code = StringField(_("Mã trên giấy"), render_kw=TYPED_CODE)


class ReceiptForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The receipt of a form, typed by hand."""

    code = StringField(_("Mã biên nhận"), render_kw=TYPED_CODE)


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Nothing but the token that shows that the person meant it."""
