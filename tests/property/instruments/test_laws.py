"""Laws that hold for every instrument, every tree and every answer."""

import datetime as dt
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.errors import Fault, InstrumentError
from survey.instruments.check import check_response
from survey.instruments.document import from_document, to_document
from survey.instruments.evaluate import Scope, as_boolean, as_number, as_text, evaluate
from survey.instruments.expressions import parse
from survey.instruments.flow import reached, reading_of
from survey.instruments.loader import builtin_codes, load_builtin, load_instrument
from survey.instruments.mistakes import Mistake, MistakeFound
from survey.instruments.model import Ast, Instrument
from survey.terms import ResponseState
from tests.property.instruments.dump import dump, expression
from tests.property.instruments.strategies import interviews, json_values, trees, values
from tests.unit.survey.instruments.workbooks import write_folder

TODAY = dt.date(2026, 11, 21)
quick = settings(max_examples=200, deadline=None)


def parsed(text: str) -> Ast | Mistake:
    try:
        return parse(text)
    except MistakeFound as found:
        return found.mistake


def loaded(path: Path) -> tuple[Instrument | None, tuple[Fault, ...]]:
    try:
        return load_instrument(path), ()
    except InstrumentError as error:
        return None, error.faults


@quick
@given(interviews)
def test_the_route_keeps_the_order_of_the_form_and_meets_nothing_twice(interview) -> None:
    instrument, answers, missing = interview
    path = reached(instrument, answers, missing, TODAY).path
    names = [item.name for item in instrument.items]
    assert [names.index(name) for name in path] == sorted({names.index(name) for name in path})


@quick
@given(interviews, st.data())
def test_what_comes_later_never_changes_what_came_before(interview, data) -> None:
    instrument, answers, missing = interview
    n = data.draw(st.integers(min_value=0, max_value=len(instrument.items)))
    early = {item.name for item in instrument.items[:n]}
    whole = reached(instrument, answers, missing, TODAY)
    part = reached(
        instrument,
        {name: answer for name, answer in answers.items() if name in early},
        {name: reason for name, reason in missing.items() if name in early},
        TODAY,
    )
    assert [name for name in part.path if name in early] == [
        name for name in whole.path if name in early
    ]


@quick
@given(interviews)
def test_an_abandoned_response_that_passes_is_part_of_the_route(interview) -> None:
    instrument, answers, missing = interview
    if not check_response(instrument, answers, missing, ResponseState.ABANDONED, TODAY):
        path = reached(instrument, answers, missing, TODAY).path
        assert set(answers) | set(missing) <= set(path)


@quick
@given(interviews)
def test_a_complete_response_that_passes_answers_the_whole_route(interview) -> None:
    instrument, answers, missing = interview
    if not check_response(instrument, answers, missing, ResponseState.COMPLETE, TODAY):
        path = reached(instrument, answers, missing, TODAY).path
        asked = {name for name in path if instrument.item(name).is_asked}
        assert set(answers) | set(missing) == asked
        assert not set(answers) & set(missing)


@quick
@given(interviews, st.dictionaries(st.sampled_from([f"q{n}" for n in range(9)]), json_values))
def test_nonsense_is_refused_and_never_an_error(interview, answers) -> None:
    instrument, _, missing = interview
    for state in ResponseState:
        refusals = check_response(instrument, answers, missing, state, TODAY)
        assert all(refusal.where.partition(".")[2] for refusal in refusals)


@quick
@given(trees, values, values, st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), values))
def test_every_tree_has_a_value_for_all_values(tree, own, column, others) -> None:
    scope = Scope("2026-11-21", others, own, {"col": as_text(column)}, lambda _: {"1": "một"})
    value = evaluate(tree, scope)
    assert isinstance(value, str | float | bool)
    assert isinstance(as_text(value), str)
    assert isinstance(as_number(value), float)
    assert as_boolean(value) in {True, False}


@quick
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_being_text(number) -> None:
    assert as_number(as_text(number)) == number
    assert "e" not in as_text(number)


@quick
@given(json_values)
def test_any_answer_reads_as_text_or_as_a_number_that_both_languages_hold(answer) -> None:
    value = reading_of(answer)
    assert isinstance(value, str) or abs(value) < 2**53


@quick
@given(trees)
def test_a_tree_survives_being_written_as_an_expression(tree) -> None:
    text = expression(tree)
    assume(len(text) <= 4000)
    assert parse(text) == parse(expression(parse(text)))


@quick
@given(st.text(alphabet="${}()'.,=<>!+-*/ ab1\u0301“”[]\\|&", max_size=40))
def test_any_text_is_an_expression_or_a_mistake(text) -> None:
    found = parsed(text)
    if isinstance(found, Mistake):
        assert found.vi != found.en
    else:
        assert isinstance(evaluate(found, Scope("2026-11-21")), str | float | bool)


@quick
@given(interviews)
def test_an_instrument_survives_its_document(interview) -> None:
    instrument = interview[0]
    assert from_document(to_document(instrument)) == instrument


@pytest.mark.parametrize("code", builtin_codes())
def test_an_instrument_survives_being_written_as_sheets(code, tmp_path) -> None:
    instrument = replace(load_builtin(code), sha256="")
    again = load_instrument(write_folder(tmp_path, **dump(instrument)))
    assert replace(again, sha256="") == instrument


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_random_damage_is_an_instrument_or_a_list_of_faults(seed) -> None:
    dice = random.Random(seed)
    sheets = dump(load_builtin("one_stop"))
    rows = [dict(row) for name in ("survey", "choices", "settings") for row in sheets[name]]
    sizes = [len(sheets[name]) for name in ("survey", "choices", "settings")]
    for _ in range(dice.randint(1, 6)):
        row = dice.choice([row for row in rows if row])
        key = dice.choice(sorted(row))
        row[key] = dice.choice(("", "x", "${", "select_one", "end_group", row[key][::-1], "1.5"))
    survey, choices = rows[: sizes[0]], rows[sizes[0] : sizes[0] + sizes[1]]
    with tempfile.TemporaryDirectory() as folder:
        path = write_folder(Path(folder) / "x", survey, choices, rows[sum(sizes[:2]) :])
        instrument, faults = loaded(path)
    assert bool(instrument) != bool(faults)
    assert all(fault.vi and fault.en for fault in faults)
