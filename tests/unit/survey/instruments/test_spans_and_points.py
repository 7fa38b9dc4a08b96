"""Ranges and points: what a cell may say, what an answer may be, what a person may type."""

import datetime as dt

import pytest
from werkzeug.datastructures import MultiDict

from survey.instruments.check import check_response
from survey.instruments.document import from_document, to_document
from survey.instruments.loader import load_instrument
from survey.instruments.points import is_point, typed_point
from survey.instruments.spans import is_stop, read_span, stops
from survey.terms import ItemKind, ResponseState
from survey.web.item_fields import fields_of, part_of, read_fields
from tests.browser.live import EVERY_KIND
from tests.build import an_item

DAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("", (1, 10, 1)),
        ("start=0 end=10 step=1", (0, 10, 1)),
        ("end=1; step=0.25, start=-1", (-1, 1, 0.25)),
        ("start=5 end=4", None),
        ("step=0", None),
        ("from=1", None),
        ("start=0 end=999999999", None),
    ],
)
def test_a_cell_of_parameters_is_read_or_refused(cell, span):
    assert read_span(cell) == span


def test_every_stop_is_a_stop_and_nothing_between():
    span = (0.0, 1.0, 0.1)
    assert len(stops(span)) == 11
    assert all(is_stop(span, number) for number in stops(span))
    assert not any(is_stop(span, number) for number in (-0.1, 0.05, 0.15, 1.1))


@pytest.mark.parametrize("text", ["21.33 103.9 650 12", "-90 180 0 0"])
def test_a_point_is_four_numbers_on_the_earth(text):
    assert is_point(text)


@pytest.mark.parametrize(
    "text", ["", "21 103", "91 0 0 0", "0 181 0 0", "1 2 3 -4", "1  2 3 4", "a b c d", "1 2 3 4 5"]
)
def test_anything_else_is_no_point(text):
    assert not is_point(text)


def test_a_person_may_type_two_numbers():
    assert typed_point("21.33, 103.90") == "21.33 103.90 0 0"
    assert typed_point("Sơn La") is None
    assert typed_point("21.33") is None


def test_the_sheet_gives_the_range_and_the_document_keeps_it():
    loaded = load_instrument(EVERY_KIND)
    assert loaded.item("likely").span == (0, 10, 1)
    assert from_document(to_document(loaded)) == loaded
    assert part_of(loaded.item("likely")) == "choices"
    assert part_of(loaded.item("waited")) == "number"


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        ("likely", 7, None),
        ("likely", 7.5, "constraint"),
        ("likely", 11, "constraint"),
        ("likely", "7", "type"),
        ("likely", True, "type"),
        ("where", "21.33 103.9 650 12", None),
        ("where", "21.33 103.9", "type"),
        ("where", 21, "type"),
    ],
)
def test_the_server_takes_what_the_range_offers_and_true_points(name, answer, code):
    loaded = load_instrument(EVERY_KIND)
    found = check_response(loaded, {name: answer}, {}, ResponseState.ABANDONED, DAY)
    assert [refusal.code for refusal in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"r-answer": "0.5"}, (0.5, None, None)),
        ({"r-answer": "refused"}, (None, "refused", None)),
        ({}, (None, None, None)),
        ({"r-answer": "x"}, (None, None, "decimal")),
    ],
)
def test_a_range_with_few_numbers_is_a_row_of_buttons(posted, expected):
    item = an_item("r", ItemKind.RANGE, span=(0.0, 1.0, 0.5))
    reading = read_fields(item, fields_of(item, MultiDict(posted)))
    assert (reading.answer, reading.missing, reading.fault) == expected


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"p-answer": "21 103"}, ("21 103 0 0", None, None)),
        ({"p-answer": "nhà tôi"}, (None, None, "point")),
        ({"p-missing": "dk"}, (None, "dk", None)),
    ],
)
def test_a_point_may_be_typed_or_left_out(posted, expected):
    item = an_item("p", ItemKind.GEOPOINT)
    reading = read_fields(item, fields_of(item, MultiDict(posted)))
    assert (reading.answer, reading.missing, reading.fault) == expected
