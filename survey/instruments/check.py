"""Is a response allowed? Every answer against its item, every item against the route.

It knows one instrument and one response; who sent it and what the round says is not its matter.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from survey.instruments.evaluate import Scope, days_of, holds
from survey.instruments.flow import (
    MAX_NUMBER,
    Answers,
    MissingAnswers,
    Reached,
    reached,
    reading_of,
)
from survey.instruments.mistakes import say
from survey.instruments.model import Instrument, Item, Text
from survey.instruments.points import is_point
from survey.instruments.spans import is_stop
from survey.terms import ItemKind, Missing, ResponseState

MAX_TEXT: Final = 4000
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_OTHER: Final = "other"
_REASONS: Final = tuple(reason.value for reason in Missing)


@dataclass(frozen=True)
class Refusal:
    """One reason why a response is not accepted.

    ``where`` is ``answers.<item>`` or ``missing.<item>``; ``expected`` says shortly what would
    have been right; ``message`` says it to people, in vi and en.
    """

    where: str
    expected: str
    code: str
    message: Text


def check_response(
    instrument: Instrument,
    answers: Answers,
    missing: MissingAnswers,
    state: ResponseState,
    today: dt.date,
) -> tuple[Refusal, ...]:
    """Return every reason to refuse a response: unknown names first, then in form order.

    A complete response has each item that the logic reaches in ``answers`` or in ``missing``,
    whether the sheet says required or not; an abandoned one holds reached items only.
    """
    walk = reached(instrument, answers, missing, today)
    scope = Scope(today=today.isoformat(), values=walk.values)
    refusals = list(_unknown(instrument, answers, missing))
    for item in instrument.items:
        if item.name in answers or item.name in missing:
            if item.is_asked:
                refusals += _check_item(item, (answers, missing), walk, scope)
        elif state is ResponseState.COMPLETE and item.name in walk.values and item.is_asked:
            refusals.append(_refuse("answers", item.name, "unanswered", "answer or missing"))
    return tuple(refusals)


def _unknown(
    instrument: Instrument, answers: Answers, missing: MissingAnswers
) -> Iterator[Refusal]:
    items = instrument.items_by_name
    for part, names in (("answers", answers), ("missing", missing)):
        for name in names:
            if name not in items:
                yield _refuse(part, name, "unknown-item", "an item of the instrument")
            elif not items[name].is_asked:
                yield _refuse(part, name, "not-sent", "absent")


def _check_item(
    item: Item, maps: tuple[Answers, MissingAnswers], walk: Reached, scope: Scope
) -> list[Refusal]:
    (answers, missing), name = maps, item.name
    if name not in walk.values:
        return [
            _refuse(part, name, "skipped", "absent: the logic skips it")
            for part, names in (("answers", answers), ("missing", missing))
            if name in names
        ]
    found = _check_reason(name, answers, missing[name]) if name in missing else []
    if name in answers:
        found += _check_answer(item, answers[name], walk, scope)
    return found


def _check_reason(name: str, answers: Answers, reason: object) -> list[Refusal]:
    found = []
    if name in answers:
        found.append(_refuse("missing", name, "both-maps", "in answers or in missing, not both"))
    if reason not in _REASONS:
        found.append(_refuse("missing", name, "missing-kind", "dk | refused | na"))
    return found


def _check_answer(item: Item, answer: object, walk: Reached, scope: Scope) -> list[Refusal]:
    fault = _CHECKS[item.kind](item, answer, walk.options.get(item.name, ()))
    if fault is not None:
        code, expected = fault
        return [_refuse("answers", item.name, code, expected)]
    if item.constraint is not None:
        own = reading_of(answer)
        if own != "" and not holds(item.constraint, replace(scope, own=own)):
            return [_broken_constraint(item)]
    return []


_Fault = tuple[str, str] | None


def _check_select_one(item: Item, answer: object, options: tuple[str, ...]) -> _Fault:
    if isinstance(answer, dict):
        is_other = item.has_other and set(answer) == {"choice", "text"}
        if not is_other or answer["choice"] != _OTHER or _OTHER not in options:
            return "other-form", _listed(item, options)
        return _check_text(item, answer["text"], options) if answer["text"] != "" else None
    if not isinstance(answer, str):
        return "type", _listed(item, options)
    return _check_code(item, answer, options)


def _check_select_multiple(item: Item, answer: object, options: tuple[str, ...]) -> _Fault:
    if not isinstance(answer, list) or not answer:
        return "type", f"list of {_listed(item, options)}"
    for code in answer:
        if not isinstance(code, str):
            return "type", f"list of {_listed(item, options)}"
        fault = _check_code(item, code, options)
        if fault is not None:
            return fault
    if answer != [code for code in options if code in answer]:
        return "order", "each choice once, in the order of the form"
    return None


def _check_code(item: Item, code: str, options: tuple[str, ...]) -> _Fault:
    if code in _REASONS:
        return "missing-as-answer", f"{code} under missing"
    return None if code in options else ("not-a-choice", _listed(item, options))


def _listed(item: Item, options: tuple[str, ...]) -> str:
    codes = [code for code in options if code not in item.missing_options]
    return " | ".join(codes[:20]) + (" | ..." if len(codes) > 20 else "")  # noqa: PLR2004


def _check_integer(_item: Item, answer: object, _options: tuple[str, ...]) -> _Fault:
    is_integer = isinstance(answer, int) and not isinstance(answer, bool)
    return None if is_integer and _is_exact(answer) else ("type", "integer")


def _check_decimal(_item: Item, answer: object, _options: tuple[str, ...]) -> _Fault:
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return None if is_number and _is_exact(answer) else ("type", "number")


def _is_exact(answer: object) -> bool:
    return isinstance(answer, int | float) and abs(answer) <= MAX_NUMBER


def _check_range(item: Item, answer: object, options: tuple[str, ...]) -> _Fault:
    fault = _check_decimal(item, answer, options)
    if fault is not None or item.span is None or not isinstance(answer, int | float):
        return fault
    start, end, step = item.span
    return None if is_stop(item.span, answer) else ("constraint", f"{start} to {end} by {step}")


def _check_point(_item: Item, answer: object, _options: tuple[str, ...]) -> _Fault:
    is_right = isinstance(answer, str) and is_point(answer)
    return None if is_right else ("type", "latitude longitude altitude accuracy")


def _check_date(_item: Item, answer: object, _options: tuple[str, ...]) -> _Fault:
    is_date = isinstance(answer, str) and days_of(answer) is not None
    return None if is_date else ("type", "date as yyyy-mm-dd")


def _check_text(item: Item, answer: object, _options: tuple[str, ...]) -> _Fault:
    if not isinstance(answer, str):
        return "type", "text"
    if len(answer) > MAX_TEXT:
        return "too-long", f"at most {MAX_TEXT} characters"
    if _CONTROLS.search(answer):
        return "type", "text without control characters"
    if not answer.strip() and item.required:
        return "type", "text that is not blank, or a reason under missing"
    return None


_CHECKS: Final[Mapping[ItemKind, Callable[[Item, object, tuple[str, ...]], _Fault]]] = {
    ItemKind.SELECT_ONE: _check_select_one,
    ItemKind.SELECT_MULTIPLE: _check_select_multiple,
    ItemKind.INTEGER: _check_integer,
    ItemKind.DECIMAL: _check_decimal,
    ItemKind.RANGE: _check_range,
    ItemKind.DATE: _check_date,
    ItemKind.GEOPOINT: _check_point,
    ItemKind.TEXT: _check_text,
}


def _broken_constraint(item: Item) -> Refusal:
    standard = _refuse("answers", item.name, "constraint", "within the constraint")
    if not item.constraint_message:
        return standard
    return Refusal(standard.where, standard.expected, standard.code, item.constraint_message)


def _refuse(part: str, name: str, code: str, expected: str) -> Refusal:
    words = say(f"answer-{code}", got=name, expected=expected)
    return Refusal(f"{part}.{name}", expected, code, {"vi": words.vi, "en": words.en})
