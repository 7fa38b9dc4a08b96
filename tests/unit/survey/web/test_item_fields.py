"""What is typed into the fields of each kind becomes an answer, a reason, or a fault."""

import json
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from survey.terms import ItemKind
from survey.web.item_fields import (
    KINDS,
    Reading,
    fields_of,
    has_faces,
    part_of,
    read_fields,
    ways_out,
)
from tests.build import an_item

TWINS = Path(__file__).parents[3] / "twins"
TYPED = json.loads((TWINS / "typed.json").read_text(encoding="utf-8"))["cases"]


def reading(item, *typed: tuple[str, str]) -> Reading:
    data = MultiDict((f"{item.name}-{field}", value) for field, value in typed)
    return read_fields(item, fields_of(item, data))


def test_every_kind_has_its_row():
    assert set(KINDS) == set(ItemKind)


@pytest.mark.parametrize("kind", list(ItemKind))
def test_nothing_typed_is_empty(kind):
    assert reading(an_item("q", kind, "a", "b")).is_empty


@pytest.mark.parametrize("case", TYPED, ids=lambda case: f"{case['kind']} {case['typed']}")
def test_numbers_are_read_as_people_in_vietnam_write_them(case):
    found = reading(an_item("q", ItemKind(case["kind"])), ("answer", case["typed"]))
    assert found == Reading(answer=case.get("answer"), fault=case.get("fault"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("  Cán bộ nhiệt tình\r\nCảm ơn ", "Cán bộ nhiệt tình\nCảm ơn"),
        ("Ca\u0301n bo\u0323\u0302", "C\u00e1n b\u1ed9"),
        ("   ", None),
    ],
)
def test_words_are_kept_composed_and_without_blanks_around_them(typed, answer):
    assert reading(an_item("q", ItemKind.TEXT), ("answer", typed)) == Reading(answer=answer)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("20", "11", "2026"), Reading(answer="2026-11-20")),
        (("1", "2", "2026"), Reading(answer="2026-02-01")),
        (("31", "2", "2026"), Reading(fault="date")),
        (("20", "", "2026"), Reading(fault="date")),
        (("20", "11", "26"), Reading(fault="date")),
        (("x", "11", "2026"), Reading(fault="date")),
    ],
)
def test_a_date_is_day_month_year_and_must_exist(parts, expected):
    typed = tuple(zip(("day", "month", "year"), parts, strict=True))
    assert reading(an_item("q", ItemKind.DATE), *typed) == expected


def test_one_choice_is_its_name():
    assert reading(an_item("q", ItemKind.SELECT_ONE, "a", "b"), ("answer", "b")).answer == "b"


def test_other_carries_its_words():
    item = an_item("q", ItemKind.SELECT_ONE, "a", "other", has_other=True)
    typed = reading(item, ("answer", "other"), ("other", " Thợ mộc "))
    assert typed.answer == {"choice": "other", "text": "Thợ mộc"}
    assert reading(item, ("answer", "a"), ("other", "Thợ mộc")).answer == "a"


def test_several_choices_come_in_the_order_of_the_form():
    item = an_item("q", ItemKind.SELECT_MULTIPLE, "tv", "zalo", "loa")
    assert reading(item, ("answer", "loa"), ("answer", "tv")).answer == ["tv", "loa"]


def test_a_choice_that_is_not_in_the_list_is_kept_for_the_check_to_refuse():
    item = an_item("q", ItemKind.SELECT_MULTIPLE, "tv")
    assert reading(item, ("answer", "radio"), ("answer", "tv")).answer == ["tv", "radio"]


@pytest.mark.parametrize("way", ["dk", "refused"])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ItemKind.SELECT_ONE, "answer"),
        (ItemKind.SELECT_MULTIPLE, "answer"),
        (ItemKind.INTEGER, "missing"),
        (ItemKind.DECIMAL, "missing"),
        (ItemKind.DATE, "missing"),
        (ItemKind.TEXT, "missing"),
    ],
)
def test_every_kind_offers_both_ways_out(kind, field, way):
    item = an_item("q", kind, "a", "b")
    assert way in ways_out(item)
    assert reading(item, (field, way)) == Reading(missing=way)


def test_a_reason_that_the_list_itself_holds_is_a_reason_and_offered_once():
    item = an_item("q", ItemKind.SELECT_ONE, "a", "dk", "na", missing_options=("dk", "na"))
    assert ways_out(item) == ("refused",)
    assert reading(item, ("answer", "na")) == Reading(missing="na")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ItemKind.TEXT, (("answer", "Tốt"), ("missing", "refused"))),
        (ItemKind.INTEGER, (("answer", "4"), ("missing", "dk"))),
        (ItemKind.DATE, (("missing", "dk"), ("missing", "refused"))),
        (ItemKind.SELECT_MULTIPLE, (("answer", "a"), ("answer", "dk"))),
    ],
)
def test_an_answer_and_a_way_out_together_are_asked_again(kind, typed):
    assert reading(an_item("q", kind, "a", "b"), *typed) == Reading(fault="both")


def test_a_long_list_is_a_drop_down_with_its_own_ways_out():
    item = an_item("q", ItemKind.SELECT_ONE, "a", "b", appearance="minimal")
    assert part_of(item) == "dropdown"
    assert reading(item, ("answer", "a")).answer == "a"
    assert reading(item, ("answer", ""), ("missing", "dk")) == Reading(missing="dk")


def test_faces_stand_only_beside_five_choices_that_ask_for_them():
    scale = an_item("q", ItemKind.SELECT_ONE, "1", "2", "3", "4", "5", appearance="faces")
    ages = an_item("q", ItemKind.SELECT_ONE, "1", "2", "3", "4", "5")
    short = an_item("q", ItemKind.SELECT_ONE, "1", "2", "3", appearance="faces")
    assert [has_faces(item) for item in (scale, ages, short)] == [True, False, False]
