"""What forms say when a field cannot be read: WTForms brings no Vietnamese for it."""

from typing import Final

from flask import Flask, request
from flask_babel import gettext

from survey.web.i18n import N_

WORDS: Final = {
    "Not a valid choice.": N_("Xin chọn một trong các lựa chọn trên trang."),
    "Invalid Choice: could not coerce.": N_("Xin chọn một trong các lựa chọn trên trang."),
    "Not a valid integer value.": N_("Xin nhập số nguyên, chỉ gồm chữ số."),
    "Not a valid date value.": N_("Xin nhập ngày đúng theo lịch."),
    "This field is required.": N_("Xin điền mục này."),
    "Invalid input.": N_("Mục này chưa đúng."),
    "Field must be at least %(min)d characters long.": N_("Cần ít nhất %(min)d ký tự."),
    "Field cannot be longer than %(max)d characters.": N_("Nhiều nhất %(max)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": N_(
        "Cần từ %(min)d đến %(max)d ký tự."
    ),
    "Number must be at least %(min)s.": N_("Số nhỏ nhất là %(min)s."),
    "Number must be at most %(max)s.": N_("Số lớn nhất là %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("Số phải từ %(min)s đến %(max)s."),
}
"""WTForms' own text, in the plural where it counts -> ours."""


class FormWords:
    """The catalog that Flask-WTF asks, by the names that it uses."""

    def ugettext(self, text: str) -> str:
        """Return our words for WTForms' own."""
        return str(gettext(WORDS[text])) if text in WORDS else text

    def ungettext(self, _singular: str, plural: str, _number: int) -> str:
        """Return our words for WTForms' own; they do not change with the number."""
        return self.ugettext(plural)


def init_form_words(app: Flask) -> None:
    """Let forms speak the languages of the pages."""
    app.before_request(_give_words)


def _give_words() -> None:
    request.wtforms_translations = FormWords()  # type: ignore[attr-defined]  # Flask-WTF's own name
