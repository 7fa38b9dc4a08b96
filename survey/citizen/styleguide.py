"""The living style page: every part of the pages with its states, in development only."""

import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, render_template, send_from_directory
from werkzeug.datastructures import MultiDict

from survey.instruments.model import Instrument, Item, Option, Text
from survey.terms import ItemKind
from survey.web.interview_form import WAYS, InterviewForm, Question

styleguide: Final = Blueprint("styleguide", __name__)

SOME_DAY: Final = dt.date(2026, 11, 21)
PICTURES: Final = Path(__file__).parents[2] / "docs" / "images"
"""What ``make screenshots`` keeps; an installation without its documentation shows none."""


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}


SATISFACTION: Final = tuple(
    Option(name, _text(vi, en))
    for name, vi, en in (
        ("1", "Rất không hài lòng", "Very dissatisfied"),
        ("2", "Không hài lòng", "Dissatisfied"),
        ("3", "Bình thường", "Neutral"),
        ("4", "Hài lòng", "Satisfied"),
        ("5", "Rất hài lòng", "Very satisfied"),
    )
)
PLACES: Final = (
    Option("a", _text("Xã Chiềng Hặc", "Chiềng Hặc commune")),
    Option("b", _text("Xã Mường Bú", "Mường Bú commune")),
    Option("other", _text("Nơi khác", "Another place")),
)
SAMPLE: Final = Instrument(
    code="styleguide",
    version="1",
    sha256="",
    title=_text("Mẫu các phần", "Sample of the parts"),
    default_language="vi",
    languages=("vi", "en"),
    sections=(),
    items=(
        Item(
            "faces",
            ItemKind.SELECT_ONE,
            _text("Một lựa chọn, có khuôn mặt", "One choice, with faces"),
            hint=_text("Khuôn mặt luôn đứng cạnh chữ.", "Faces always stand beside words."),
            options=SATISFACTION,
            appearance="faces",
        ),
        Item(
            "one",
            ItemKind.SELECT_ONE,
            _text("Một lựa chọn, có “nơi khác”", "One choice, with “another”"),
            options=PLACES,
            has_other=True,
        ),
        Item(
            "several",
            ItemKind.SELECT_MULTIPLE,
            _text("Nhiều lựa chọn", "Several choices"),
            options=PLACES[:2],
        ),
        Item(
            "list",
            ItemKind.SELECT_ONE,
            _text("Danh sách dài", "A long list"),
            options=PLACES[:2],
            appearance="minimal",
        ),
        Item("whole", ItemKind.INTEGER, _text("Số tròn, có lỗi", "Whole number, with a fault")),
        Item("decimal", ItemKind.DECIMAL, _text("Số có phần lẻ", "Decimal number")),
        Item(
            "scale",
            ItemKind.RANGE,
            _text("Thang số có nút", "A range with buttons"),
            span=(0.0, 10.0, 1.0),
        ),
        Item("place", ItemKind.GEOPOINT, _text("Vị trí của máy", "Position of the device")),
        Item("date", ItemKind.DATE, _text("Ngày tháng", "Date")),
        Item("words", ItemKind.TEXT, _text("Câu trả lời bằng lời", "Answer in words")),
        Item("note", ItemKind.NOTE, _text("Lời dẫn trước một phần.", "A note before a part.")),
    ),
)  # fmt: skip

CONSENT: Final = _text(
    "Mục đích: biết người dân được phục vụ thế nào.\nTự nguyện: có thể không tham gia.",
    "Purpose: to learn how people are served.\nVoluntary: you may decline.",
)

FILLED: Final = MultiDict(
    [
        ("faces-answer", "4"),
        ("one-answer", "other"),
        ("one-other", "Xã Đoàn Kết"),
        ("several-answer", "a"),
        ("list-answer", "b"),
        ("whole-answer", "nhiều"),
        ("decimal-missing", "dk"),
        ("date-day", "20"),
        ("date-month", "11"),
        ("date-year", "2026"),
    ]
)

SOUNDS: Final = {"faces": dict.fromkeys(("vi", "en", "blt"), "#main")}
"""The languages in which the first question is read aloud; nothing sounds here."""


@styleguide.before_request
def _only_in_development() -> None:
    if not current_app.debug:
        abort(404)


@styleguide.get("/styleguide")
def parts() -> str:
    """Show every part."""
    return render_template("styleguide.html", questions=_questions())


@styleguide.get("/styleguide/counter")
def counter() -> str:
    """Show every screen of a counter's tablet at once."""
    return render_template(
        "styleguide_counter.html",
        kiosk={"name": "Quầy số 3"},
        place="Xã Chiềng Hặc, Tỉnh Sơn La",
        round={"title": SAMPLE.title, "is_simulated": True, "consent_told": CONSENT},
        contact="",
        ways=WAYS,
    )


@styleguide.get("/styleguide/pictures")
def pictures() -> str:
    """Show the pictures of every state of every page, by subject."""
    names = sorted(path.stem for path in PICTURES.glob("*.png"))
    by_subject = groupby(names, lambda name: name.partition("-")[0])
    subjects = [(subject, list(group)) for subject, group in by_subject]
    return render_template("styleguide_pictures.html", subjects=subjects)


@styleguide.get("/styleguide/pictures/<name>.png")
def picture(name: str) -> Response:
    """Return one picture."""
    return send_from_directory(PICTURES, f"{name}.png")


def _questions() -> list[Question]:
    return list(InterviewForm(SAMPLE, FILLED, SOUNDS).questions(SOME_DAY, {"whole": "integer"}))
