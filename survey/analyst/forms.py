"""Forms of staff pages."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from survey.vietnamese import tidy

LONGEST = 200


class LogInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Name, password, and where to go afterwards."""

    login = StringField(
        _("Tên đăng nhập"),
        [InputRequired(_("Vui lòng nhập tên đăng nhập.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Mật khẩu"),
        [InputRequired(_("Vui lòng nhập mật khẩu.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class LogOutForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Nothing but the token that shows that the person meant it."""


class ReleaseForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Why a snapshot is released now; it stands in the audit chain."""

    reason = StringField(
        _("Lý do công bố"),
        [DataRequired(_("Xin nêu lý do công bố.")), Length(max=LONGEST)],
        filters=[lambda typed: tidy(typed or "")],
        render_kw={"autocomplete": "off"},
    )
