"""Every way in which a response can break its contract is refused, and nothing else is."""

import datetime as dt

import pytest

from survey.instruments.check import MAX_TEXT, check_response
from survey.terms import ResponseState
from tests.unit.survey.instruments.forms import CODES, an_instrument, an_item

TODAY = dt.date(2026, 11, 21)
FORM = an_instrument(
    an_item("place", "calculate", calculation="'xã'"),
    an_item("sex", "select_one", ("1", "2")),
    an_item("why", "select_one", CODES),
    an_item("tv", "select_multiple", ("a", "b", "c", "na")),
    an_item(
        "age", "integer", constraint=". >= 18", constraint_message={"vi": "Từ 18", "en": "18+"}
    ),
    an_item("hours", "decimal"),
    an_item("day", "date", constraint=". <= today()"),
    an_item("words", "text", required=False),
    an_item("thanks", "note"),
    an_item("job", "text", relevant="${sex} = '2'"),
)
GOOD = {
    "sex": "1", "why": {"choice": "other", "text": "vì vậy"}, "tv": ["a", "c"], "age": 47,
    "hours": 1.5, "day": "2026-11-21", "words": "",
}  # fmt: skip


def refusals(answers, missing=None, state=ResponseState.COMPLETE):
    return check_response(FORM, answers, missing or {}, state, TODAY)


def test_a_good_response_passes() -> None:
    assert refusals(GOOD) == ()


def test_any_item_may_be_missing_for_a_reason() -> None:
    reasons = dict.fromkeys(GOOD, "dk") | {"sex": "refused", "tv": "na"}
    assert refusals({}, reasons) == ()


WRONG = [
    ("sex", "3", "not-a-choice"),
    ("sex", 1, "type"),
    ("sex", ["1"], "type"),
    ("sex", None, "type"),
    ("sex", {"choice": "other", "text": "x"}, "other-form"),
    ("why", {"choice": "1", "text": "x"}, "other-form"),
    ("why", {"choice": "other"}, "other-form"),
    ("why", {"choice": "other", "text": "x", "more": 1}, "other-form"),
    ("why", {"choice": "other", "text": 5}, "type"),
    ("why", {"choice": "other", "text": "x" * (MAX_TEXT + 1)}, "too-long"),
    ("why", "dk", "missing-as-answer"),
    ("sex", "refused", "missing-as-answer"),
    ("tv", ["na"], "missing-as-answer"),
    ("tv", "a", "type"),
    ("tv", [], "type"),
    ("tv", [1], "type"),
    ("tv", [["a"]], "type"),
    ("tv", ["a", "z"], "not-a-choice"),
    ("tv", ["c", "a"], "order"),
    ("tv", ["a", "a"], "order"),
    ("age", True, "type"),
    ("age", 47.0, "type"),
    ("age", "47", "type"),
    ("age", 2**53, "type"),
    ("age", 17, "constraint"),
    ("hours", False, "type"),
    ("hours", "1.5", "type"),
    ("hours", float("inf"), "type"),
    ("hours", float("nan"), "type"),
    ("hours", 10**400, "type"),
    ("day", "21/11/2026", "type"),
    ("day", "2026-02-30", "type"),
    ("day", 20261121, "type"),
    ("day", "20261121", "type"),
    ("day", "2026-11-22", "constraint"),
    ("words", 5, "type"),
    ("words", "x" * (MAX_TEXT + 1), "too-long"),
    ("words", "a\0b", "type"),
    ("words", "\ud800", "type"),
    ("job", "x", "skipped"),
    ("place", "xã", "not-sent"),
    ("thanks", "", "not-sent"),
    ("nobody", "x", "unknown-item"),
    ("__proto__", "x", "unknown-item"),
]


@pytest.mark.parametrize(("name", "answer", "code"), WRONG, ids=lambda part: repr(part)[:24])
def test_a_wrong_answer_is_refused_with_its_place(name, answer, code) -> None:
    found = refusals({**GOOD, name: answer})
    assert [(refusal.where, refusal.code) for refusal in found] == [(f"answers.{name}", code)]
    assert found[0].expected
    assert set(found[0].message) == {"vi", "en"}


def test_a_constraint_speaks_in_its_author_s_words() -> None:
    assert refusals({**GOOD, "age": 17})[0].message == {"vi": "Từ 18", "en": "18+"}


@pytest.mark.parametrize("answer", ["1", "other", {"choice": "other", "text": ""}])
def test_other_may_stand_without_words(answer) -> None:
    assert refusals({**GOOD, "why": answer}) == ()


@pytest.mark.parametrize("answer", [2, 2.0, -0.5, 0])
def test_a_decimal_may_be_whole(answer) -> None:
    assert refusals({**GOOD, "hours": answer}) == ()


def test_a_required_text_may_not_be_blank() -> None:
    found = refusals({**GOOD, "sex": "2", "job": " "})
    assert [(refusal.where, refusal.code) for refusal in found] == [("answers.job", "type")]


def without(name: str) -> dict:
    return {key: answer for key, answer in GOOD.items() if key != name}


@pytest.mark.parametrize("name", GOOD)
def test_a_complete_response_leaves_no_reached_item_out_not_even_an_optional_one(name) -> None:
    found = [(refusal.where, refusal.code) for refusal in refusals(without(name))]
    assert found == [(f"answers.{name}", "unanswered")]


def test_an_abandoned_response_may_stop_anywhere() -> None:
    for n in range(len(GOOD) + 1):
        assert refusals(dict(list(GOOD.items())[:n]), state=ResponseState.ABANDONED) == ()


def test_an_abandoned_response_holds_reached_items_only() -> None:
    found = refusals({"sex": "1", "job": "x"}, state=ResponseState.ABANDONED)
    assert [refusal.code for refusal in found] == ["skipped"]


def test_a_name_stands_in_one_map_only() -> None:
    found = refusals(GOOD, {"age": "dk"})
    assert [(refusal.where, refusal.code) for refusal in found] == [("missing.age", "both-maps")]


@pytest.mark.parametrize("reason", ["", "DK", "none", None, 1, ["dk"], {}])
def test_only_three_reasons_are_known(reason) -> None:
    found = refusals(without("age"), {"age": reason})
    assert [(refusal.where, refusal.code) for refusal in found] == [
        ("missing.age", "missing-kind")
    ]


@pytest.mark.parametrize(
    ("name", "code"), [("job", "skipped"), ("place", "not-sent"), ("nobody", "unknown-item")]
)
def test_a_reason_belongs_to_a_reached_item(name, code) -> None:
    found = refusals(GOOD, {name: "dk"})
    assert [(refusal.where, refusal.code) for refusal in found] == [(f"missing.{name}", code)]


def test_a_choice_that_the_filter_hides_is_not_offered() -> None:
    form = an_instrument(
        an_item("a"), an_item("b", "select_one", ("1", "2"), choice_filter="name = ${a}")
    )
    found = check_response(form, {"a": "1", "b": "2"}, {}, ResponseState.COMPLETE, TODAY)
    assert [(refusal.code, refusal.expected) for refusal in found] == [("not-a-choice", "1")]


def test_all_reasons_come_at_once_unknown_names_first_then_in_form_order() -> None:
    found = refusals({"nobody": 1, "age": "x", "sex": "9"})
    assert [refusal.where for refusal in found][:3] == [
        "answers.nobody", "answers.sex", "answers.why",
    ]  # fmt: skip
    assert len(found) == 8
