"""Answers as columns: the four kinds of missing stay apart, and order does not matter."""

import numpy as np

from survey.snapshot.columns import Row, columns_of
from survey.snapshot.read import read_columns
from tests.build import an_instrument, answers


def a_row(name: str, given: dict, missing: dict | None = None) -> Row:
    return Row(name, name * 64, given, missing or {})


def test_each_kind_of_missing_has_its_own_code():
    rows = [
        a_row("a", {"s01": "4"}),
        a_row("b", {}),
        a_row("c", {}, {"s01": "dk"}),
        a_row("d", {}, {"s01": "refused"}),
        a_row("e", {}, {"s01": "na"}),
    ]
    column = columns_of(an_instrument(), rows).choices["s01"]
    assert column.codes.tolist() == [3, -1, -2, -3, -4]
    assert column.codes.dtype == np.int8
    assert column.names == ("1", "2", "3", "4", "5")


def test_a_number_keeps_its_reason_beside_it():
    rows = [a_row("a", {"age": 47}), a_row("b", {}, {"age": "refused"}), a_row("c", {})]
    column = columns_of(an_instrument(), rows).numbers["age"]
    assert column.values[0] == 47.0
    assert np.isnan(column.values[1:]).all()
    assert column.reasons.tolist() == [0, -3, -1]


def test_other_with_text_is_the_choice_other():
    rows = [a_row("a", {"why": {"choice": "other", "text": "xa quá"}})]
    column = columns_of(an_instrument(), rows).choices["why"]
    assert column.names[column.codes[0]] == "other"


def test_a_choice_of_an_older_version_is_kept():
    rows = [a_row("a", {"s01": "9"}), a_row("b", {"s01": "1"})]
    column = columns_of(an_instrument(), rows).choices["s01"]
    assert [column.names[code] for code in column.codes] == ["9", "1"]


def test_the_fingerprint_names_the_bytes():
    one, other = a_row("a", answers()), a_row("b", answers())
    both = columns_of(an_instrument(), [one, other]).answers_sha256
    assert both == columns_of(an_instrument(), [one, other]).answers_sha256
    assert both != columns_of(an_instrument(), [one]).answers_sha256


def test_an_empty_round_reads_as_no_rows(database):
    with database.reading() as connection:
        snapshot = read_columns(connection, "none", an_instrument())
    assert snapshot.sampled.n_rows == snapshot.placeless.n_rows == 0
    assert snapshot.design.ssu is None
