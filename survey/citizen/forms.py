"""The envelope of a long form: the id made with the page, the hour, consent, the CSRF token."""

from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField

from survey import clock
from survey.web.i18n import N_

AGREEMENTS = {"yes": N_("Tôi đồng ý tham gia"), "no": N_("Tôi không tham gia")}


def _new_id() -> str:
    return str(uuid4())


def _this_hour() -> str:
    return clock.to_hour(clock.now()).isoformat(timespec="minutes")


class Envelope(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """What goes with the answers.

    The id and the hour are those of the page, so that the same form sent twice is the same bytes.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf carries no types
        csrf_time_limit = None  # a long form is filled in slowly; the token lives as its session

    interview = HiddenField(default=_new_id)
    answered_hour = HiddenField(default=_this_hour)
    agreed = RadioField(
        choices=list(AGREEMENTS),  # type: ignore[arg-type]  # stubs lag: plain names are choices
        validate_choice=False,
    )
