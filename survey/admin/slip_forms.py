"""The form of a new stack of slips."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from survey import clock
from survey.admin.forms import LONGEST
from survey.admin.rounds_forms import clean
from survey.operations.slips import LONGEST_GROUP, MOST_SLIPS
from survey.queries.rounds import RoundFacts

AS_LINKS: Final = "links"
PAPERS: Final = (
    ("58", _("Giấy biên lai 58 mm")),
    ("80", _("Giấy biên lai 80 mm")),
    ("a4", _("Tờ A4, cắt rời từng phiếu")),
    (AS_LINKS, _("Đường dẫn để gửi đi (tệp CSV), ví dụ cho người đã gửi phản ánh, kiến nghị")),
)
POSTER_PAPERS: Final = ("a4", "a5")


class SlipForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """For which counter and procedures, how many, until when, on what paper."""

    place = StringField(
        _("Địa bàn"),
        [DataRequired(_("Xin nhập địa bàn.")), Length(max=LONGEST)],
        filters=[clean],
    )
    group = StringField(_("Nhóm thủ tục"), [Length(max=LONGEST_GROUP)], filters=[clean])
    count = IntegerField(
        _("Số phiếu mã"),
        [
            InputRequired(_("Xin nhập số phiếu mã.")),
            NumberRange(1, MOST_SLIPS, _("Mỗi lần in từ 1 đến 500 phiếu mã.")),
        ],
        default=40,
    )
    expires_on = DateField(_("Dùng đến hết ngày"), [InputRequired(_("Xin nhập ngày."))])
    paper = RadioField(_("In ra"), choices=[], default="80")

    def validate_expires_on(self, field: DateField) -> None:
        """Hold the last day between today and the end of the round."""
        today = clock.now().astimezone(clock.VIETNAM).date()
        if field.data is None or not today <= field.data <= self.facts.closes_on:
            raise ValidationError(_("Ngày phải từ hôm nay đến ngày cuối của đợt."))

    def __init__(self, facts: RoundFacts, **more: object) -> None:
        self.facts = facts
        super().__init__(**more)
        self.paper.choices = list(PAPERS)


def slip_form(facts: RoundFacts, **more: object) -> SlipForm:
    """Return the form for a round; codes expire with it unless another day is typed."""
    given: Mapping[str, object] = {"data": {"expires_on": facts.closes_on}, **more}
    return SlipForm(facts, **given)
