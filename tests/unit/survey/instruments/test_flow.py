"""The route follows from the answers alone."""

import datetime as dt

import pytest

from survey.instruments.flow import reached, reading_of
from survey.instruments.model import Option
from survey.instruments.piping import render, spoken
from tests.unit.survey.instruments.forms import an_instrument, an_item

TODAY = dt.date(2026, 11, 21)


def walk(*items, answers=None, missing=None, language=None):
    return reached(an_instrument(*items), answers or {}, missing or {}, TODAY, language)


def test_an_item_is_met_when_its_condition_holds() -> None:
    items = (an_item("a"), an_item("b", relevant="${a} = 'x'"), an_item("c", "note"))
    assert walk(*items, answers={"a": "x"}).path == ("a", "b", "c")
    assert walk(*items, answers={"a": "y"}).path == ("a", "c")


def test_a_skipped_item_reads_as_empty_whatever_was_typed_there() -> None:
    items = (
        an_item("a"),
        an_item("b", relevant="${a} = 'x'"),
        an_item("c", relevant="${b} = 'typed'"),
    )
    assert walk(*items, answers={"a": "y", "b": "typed"}).path == ("a",)


def test_a_calculation_is_a_value_and_no_step() -> None:
    items = (an_item("n", "integer"), an_item("twice", "calculate", calculation="${n} * 2"),
             an_item("big", relevant="${twice} > 9"))  # fmt: skip
    found = walk(*items, answers={"n": 5})
    assert found.path == ("n", "big")
    assert found.values == {"n": 5.0, "twice": 10.0, "big": ""}


def test_a_calculation_without_a_finite_value_is_empty() -> None:
    calc = an_item("c", "calculate", calculation="1 div 0")
    assert walk(calc, an_item("d", relevant="${c} = ''")).path == ("d",)


def test_a_skipped_calculation_is_empty() -> None:
    calc = an_item("c", "calculate", calculation="1", relevant="false()")
    assert walk(calc).values == {}


@pytest.mark.parametrize(("reason", "value"), [("dk", "dk"), ("refused", ""), ("na", "")])
def test_a_missing_answer_reads_as_its_choice_where_the_list_has_one(reason, value) -> None:
    item = an_item("a", "select_one", ("1", "dk"))
    assert walk(item, missing={"a": reason}).values == {"a": value}


def test_a_missing_answer_of_an_item_without_that_choice_reads_as_empty() -> None:
    assert walk(an_item("a", "integer"), missing={"a": "dk"}).values == {"a": ""}


def test_a_choice_filter_sees_the_columns_of_each_choice_and_the_answers_above() -> None:
    options = tuple(Option(c, {"vi": c}, {"area": a}) for c, a in [("x", "1"), ("y", "2")])
    base = an_item("b", "select_one", choice_filter="area = ${a} or name = 'y'")
    item = type(base)(**{**base.__dict__, "options": options})
    assert walk(an_item("a"), item, answers={"a": "1"}).options == {"b": ("x", "y")}
    assert walk(an_item("a"), item, answers={"a": "9"}).options == {"b": ("y",)}


def test_today_is_given_and_not_taken_from_the_clock() -> None:
    item = an_item("a", relevant="today() = '2026-11-21'")
    assert walk(item).path == ("a",)
    assert reached(an_instrument(item), {}, {}, dt.date(2026, 11, 22)).path == ()


def test_the_language_chooses_words_and_not_the_route() -> None:
    items = (
        an_item("a", "select_one", ("1", "2")),
        an_item("w", "calculate", calculation="jr:choice-name(${a}, '${a}')"),
    )
    assert walk(*items, answers={"a": "1"}).values["w"] == "nhãn 1"
    assert walk(*items, answers={"a": "1"}, language="en").values["w"] == "label 1"


READINGS = [
    ("x", "x"), (5, 5.0), (0.5, 0.5), (["a", "b"], "a b"),
    ({"choice": "other", "text": "x"}, "other"),
    (True, ""), (None, ""), ({}, ""), ([1], ""), (2**53, ""), (float("nan"), ""), (10**400, ""),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "value"), READINGS, ids=lambda part: str(part)[:20])
def test_an_answer_reads_as_text_or_number(answer, value) -> None:
    assert reading_of(answer) == value


def test_people_read_labels_dates_and_decimal_commas() -> None:
    items = (
        an_item("one", "select_one", ("1", "other")),
        an_item("many", "select_multiple", ("1", "2")),
        an_item("day", "date"),
        an_item("hours", "decimal"),
        an_item("words"),
    )
    answers = {
        "one": {"choice": "other", "text": "Đài xã"},
        "many": ["1", "2"],
        "day": "2026-11-20",
        "hours": 1.5,
        "words": "1.5",
    }
    found = walk(*items, answers=answers)
    words = spoken(an_instrument(*items), answers, found, "vi")
    assert words == {
        "one": "Đài xã",
        "many": "nhãn 1, nhãn 2",
        "day": "20/11/2026",
        "hours": "1,5",
        "words": "1.5",
    }
    assert spoken(an_instrument(*items), answers, found, "en")["hours"] == "1.5"
    assert render("${day}: ${ hours } giờ${gone}", words) == "20/11/2026: 1,5 giờ"
