"""A field that cannot be read says so in the language of the page, never in WTForms' English."""

import pytest
from flask import Flask
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from survey.web.form_words import init_form_words
from survey.web.i18n import init_i18n


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask(__name__)
    made.config["SECRET_KEY"] = "x"
    init_i18n(made)
    init_form_words(made)
    return made


class Fields(Form):
    """One field of each kind that staff fill in, asked as Flask-WTF's forms ask."""

    class Meta:
        """The words that Flask-WTF gives its forms."""

        def get_translations(self, _form):
            return translations

    whole = IntegerField()
    day = DateField()
    choice = SelectField(choices=["a"])
    short = StringField(validators=[Length(max=2)])
    least = IntegerField(validators=[NumberRange(min=5, max=9)])


def faults(app: Flask, language: str) -> dict[str, list[str]]:
    sent = {"whole": "1.000", "day": "31/02", "choice": "z", "short": "abc", "least": "3"}
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        form = Fields(MultiDict(sent))
        assert not form.validate()
        return dict(form.errors)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            [
                "Xin nhập số nguyên, chỉ gồm chữ số.",
                "Xin nhập ngày đúng theo lịch.",
                "Xin chọn một trong các lựa chọn trên trang.",
                "Nhiều nhất 2 ký tự.",
                "Số phải từ 5 đến 9.",
            ],
        ),
        (
            "en",
            [
                "Please enter a whole number, in digits only.",
                "Please enter a day of the calendar.",
                "Please choose one of the choices on the page.",
                "At most 2 characters.",
                "The number must be from 5 to 9.",
            ],
        ),
    ],
)
def test_every_kind_of_field_speaks_the_language_of_the_page(app, language, words) -> None:
    assert [fault for (fault,) in faults(app, language).values()] == words
