"""Forms of administrators, and of people who set their password."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from survey.terms import Role
from survey.vietnamese import tidy
from survey.web.role_words import role_name

LONGEST = 200
CHOSEN_ROLES = [role for role in Role if role is not Role.DEVICE]
KEPT_BY_BROWSER = {"autocomplete": "off", "spellcheck": "false"}


def typed(field: Field) -> str:
    """Return what was typed into a field of text."""
    return str(field.data or "")


def _clean(typed: str | None) -> str:
    """Return what was typed in one line of printable letters, NFC."""
    return "".join(letter for letter in tidy(typed or "") if letter.isprintable())


class _ScopeFields(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    role = SelectField(_("Vai trò"), coerce=Role)
    place = StringField(_("Địa bàn"), [Length(max=LONGEST)], filters=[_clean])
    whole_country = BooleanField(_("Toàn bộ địa bàn"))

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.role.choices = [(role, role_name(role)) for role in CHOSEN_ROLES]


class InviteForm(_ScopeFields):
    """Who is invited, in which role, for which place."""

    login = StringField(
        _("Tên đăng nhập"),
        [DataRequired(_("Vui lòng nhập tên đăng nhập.")), Length(max=60)],
        filters=[_clean],
        render_kw={**KEPT_BY_BROWSER, "autocapitalize": "none"},
    )
    name = StringField(
        _("Họ và tên"),
        [DataRequired(_("Xin nhập họ và tên.")), Length(max=LONGEST)],
        filters=[_clean],
    )


class RoleForm(_ScopeFields):
    """Another role or place."""


class ReasonForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Why an account is closed; it stands in the audit chain."""

    reason = StringField(
        _("Lý do"),
        [DataRequired(_("Xin nhập lý do.")), Length(max=LONGEST)],
        filters=[_clean],
    )


class PressForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Nothing but the token that shows that the person meant it."""


class DeviceForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """What people call a device, and the place it sends for."""

    name = StringField(
        _("Tên thiết bị"),
        [DataRequired(_("Xin nhập tên thiết bị.")), Length(max=LONGEST)],
        filters=[_clean],
    )
    place = StringField(
        _("Địa bàn"),
        [DataRequired(_("Xin nhập địa bàn.")), Length(max=LONGEST)],
        filters=[_clean],
    )


class CounterForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The counter whose tablet is to be enrolled, and the round that the tablet plays."""

    counter = StringField(
        _("Tên quầy"),
        [DataRequired(_("Xin nhập tên quầy.")), Length(max=LONGEST)],
        filters=[_clean],
    )
    counter_place = StringField(
        _("Địa bàn của quầy"),
        [DataRequired(_("Xin nhập địa bàn.")), Length(max=LONGEST)],
        filters=[_clean],
    )
    round = SelectField(_("Đợt khảo sát"))


def _new_password(label: str, *rules: object) -> Field:
    return PasswordField(
        label,
        [InputRequired(_("Xin nhập mật khẩu.")), Length(max=LONGEST), *rules],
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A new password, twice."""

    password = _new_password(_("Mật khẩu mới"))
    again = _new_password(
        _("Nhập lại mật khẩu mới"), EqualTo("password", _("Hai mật khẩu chưa giống nhau."))
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password before the new one."""

    current = PasswordField(
        _("Mật khẩu hiện tại"),
        [InputRequired(_("Xin nhập mật khẩu.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
