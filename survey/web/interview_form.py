"""The long form of one instrument: its questions as fields, and what a person filled in.

Every page that asks questions is made from this; the player in the browser turns the same form
into one question at a time. It must not know routes, rounds or the database.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from markupsafe import Markup, escape
from wtforms.form import BaseForm

from survey.instruments.check import check_response
from survey.instruments.flow import Reached, reached
from survey.instruments.model import Instrument, Item, Text, in_language
from survey.instruments.piping import PIPE, render
from survey.instruments.piping import spoken as words_of
from survey.terms import ItemKind, Missing, ResponseState
from survey.web.i18n import LANGUAGES, N_, both, spoken
from survey.web.item_fields import (
    Posted,
    Reading,
    fields_of,
    has_faces,
    part_of,
    read_fields,
    stop_names,
    ways_out,
)

Words = Mapping[str, Mapping[str, str]]
"""What earlier answers read as: language -> item -> words."""

Sounds: TypeAlias = Mapping[str, Mapping[str, str]]
"""Where questions are read aloud: item -> language -> address."""

NO_SOUNDS: Final[Sounds] = MappingProxyType({})

FAULTS: Final = {
    "unanswered": N_("Xin chọn một câu trả lời, hoặc “Không biết”, hoặc “Không muốn trả lời”."),
    "blank": N_("Xin ghi câu trả lời, hoặc chọn “Không biết” hay “Không muốn trả lời”."),
    "integer": N_("Xin ghi một số tròn, chỉ gồm chữ số, ví dụ 3."),
    "decimal": N_("Xin ghi một số, ví dụ 2,5. Không dùng dấu chấm để ngăn hàng nghìn."),
    "point": N_("Xin ghi vĩ độ và kinh độ, ví dụ 21.33 103.90."),
    "date": N_("Xin ghi đủ ngày, tháng, năm có thật, ví dụ 20 11 2026."),
    "both": N_("Xin chỉ giữ lại một: câu trả lời, “Không biết” hoặc “Không muốn trả lời”."),
    "constraint": N_("Câu trả lời nằm ngoài khoảng cho phép. Xin xem lại."),
    "too-long": N_("Câu trả lời quá dài. Xin viết không quá 4000 ký tự."),
    "skipped": N_("Theo các câu trả lời khác thì không cần trả lời câu này. Đã bỏ câu trả lời."),
    "unreadable": N_("Không đọc được câu trả lời này. Xin trả lời lại."),
}
"""What a person is told about one answer; the player shows the same texts."""

WAYS: Final = {
    Missing.DONT_KNOW.value: N_("Không biết"),
    Missing.REFUSED.value: N_("Không muốn trả lời"),
}


@dataclass(frozen=True)
class Choice:
    """One choice on the page: its words, and for a drop-down the same as plain text."""

    name: str
    words: Markup
    plain: Mapping[str, str]
    is_way: bool = False


@dataclass(frozen=True)
class Question:
    """One item as a page shows it."""

    item: Item
    part: str
    form: BaseForm
    words: Markup
    hint: Markup
    section: Markup
    choices: Mapping[str, Choice]
    own_faults: Mapping[str, Markup]
    fault: Markup
    has_faces: bool
    sounds: Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """What a person filled in, ready to send if there is no fault."""

    answers: dict[str, object]
    missing: dict[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


class InterviewForm:
    """The fields of every item of an instrument, filled from what was posted."""

    def __init__(
        self, instrument: Instrument, data: Posted | None = None, sounds: Sounds = NO_SOUNDS
    ) -> None:
        self.instrument = instrument
        self.sounds = sounds
        self.forms = {item.name: fields_of(item, data) for item in instrument.items}

    def filled(self, today: dt.date) -> Filled:
        """Return answers, reasons and faults; answers that the logic skips are left out."""
        readings = self._readings()
        answers, missing = _sorted_out(readings)
        walk = reached(self.instrument, answers, missing, today)
        self._leave_blank(walk, readings, answers, missing)
        faults = self._faults(readings, answers, missing, today)
        for name in [name for name, code in faults.items() if code == "skipped"]:
            self.forms[name] = fields_of(self.instrument.item(name))
        return Filled(answers, missing, faults)

    def questions(self, today: dt.date, faults: Mapping[str, str]) -> Iterator[Question]:
        """Yield every item that is shown, in order, with its fault if it has one."""
        words = self._words(today)
        sections = {section.name: section.label for section in self.instrument.sections}
        last = None
        for item in self.instrument.items:
            if item.kind is ItemKind.CALCULATE:
                continue
            section = {} if item.section == last else sections.get(item.section or "", {})
            yield self._question(item, words, faults.get(item.name), section)
            last = item.section

    def _words(self, today: dt.date) -> Words:
        answers, missing = _sorted_out(self._readings())
        walks = {
            code: reached(self.instrument, answers, missing, today, code) for code in LANGUAGES
        }
        return {
            code: words_of(self.instrument, answers, walk, code) for code, walk in walks.items()
        }

    def _readings(self) -> dict[str, Reading]:
        return {
            item.name: read_fields(item, self.forms[item.name]) for item in self.instrument.items
        }

    def _question(self, item: Item, words: Words, fault: str | None, section: Text) -> Question:
        own = {code: spoken(text) for code, text in _own_faults(item).items() if text}
        return Question(
            item=item,
            part=part_of(item),
            form=self.forms[item.name],
            words=piped(item.label, words),
            hint=piped(item.hint, words),
            section=spoken(section) if section else Markup(),
            choices={choice.name: choice for choice in _choices(item, words)},
            own_faults=own,
            fault=fault_words(item, fault) if fault else Markup(),
            has_faces=has_faces(item),
            sounds=self.sounds.get(item.name, {}),
        )

    def _leave_blank(
        self,
        walk: Reached,
        readings: Mapping[str, Reading],
        answers: dict[str, object],
        missing: dict[str, str],
    ) -> None:
        """Say of a question that may stay blank, and did, that nothing was written there."""
        for name in walk.path:
            item = self.instrument.item(name)
            if item.required or not item.is_asked or not readings[name].is_empty:
                continue
            if item.kind is ItemKind.TEXT:
                answers[name] = ""
            else:
                missing[name] = Missing.REFUSED.value

    def _faults(
        self,
        readings: Mapping[str, Reading],
        answers: Mapping[str, object],
        missing: Mapping[str, str],
        today: dt.date,
    ) -> dict[str, str]:
        refusals = check_response(self.instrument, answers, missing, ResponseState.COMPLETE, today)
        faults: dict[str, str] = {}
        for refusal in refusals:
            name = refusal.where.partition(".")[2]
            code = readings[name].fault or refusal.code
            faults.setdefault(name, code if code in FAULTS else "unreadable")
        return faults


def _sorted_out(readings: Mapping[str, Reading]) -> tuple[dict[str, object], dict[str, str]]:
    answers = {name: r.answer for name, r in readings.items() if r.answer is not None}
    missing = {name: r.missing for name, r in readings.items() if r.missing is not None}
    return answers, missing


def fault_words(item: Item, code: str) -> Markup:
    """Return what a person is told about an item, in its author's words if there are any."""
    own = _own_faults(item).get(code)
    if own:
        return spoken(own)
    if code == "unanswered" and not item.options and not stop_names(item):
        code = "blank"
    return both(FAULTS[code])


def _own_faults(item: Item) -> dict[str, Text]:
    return {"constraint": item.constraint_message, "unanswered": item.required_message}


def piped(text: Text, words: Words) -> Markup:
    """Return a text in all languages; its ``${name}`` become spans that the player refills."""
    if not text:
        return Markup()
    return spoken({code: _with_spans(in_language(text, code), words[code]) for code in words})


def _with_spans(text: str, words: Mapping[str, str]) -> Markup:
    return Markup().join(
        Markup('<span data-pipe="{}">{}</span>').format(piece, words.get(piece) or "…")
        if index % 2
        else escape(piece)
        for index, piece in enumerate(PIPE.split(text))
    )


def _choices(item: Item, words: Words) -> Iterator[Choice]:
    for option in item.options:
        plain = {code: render(in_language(option.label, code), words[code]) for code in words}
        yield Choice(option.name, piped(option.label, words), plain)
    for stop in stop_names(item):
        spoken_stop = {
            code: stop.replace(".", ",") if code == "vi" else stop for code in LANGUAGES
        }
        yield Choice(stop, spoken(spoken_stop), {})
    for way in ways_out(item):
        yield Choice(way, both(WAYS[way]), {}, is_way=True)
