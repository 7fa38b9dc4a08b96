"""Every mistake is named by sheet, row and column, with the nearest name, all at once."""

import pytest

from survey.errors import InstrumentError
from survey.instruments.loader import load_instrument
from tests.unit.survey.instruments.workbooks import (
    CHOICES,
    EN,
    SETTINGS,
    SURVEY,
    VI,
    changed,
    write_folder,
)


def faults_of(folder, **sheets):
    with pytest.raises(InstrumentError) as caught:
        load_instrument(write_folder(folder, **sheets))
    return caught.value.faults


def row_of(name: str) -> int:
    return next(n for n, row in enumerate(SURVEY, start=2) if row.get("name") == name)


IN_A_ROW = [
    # item, changed cell, its text, code of the fault, words that both languages hold
    ("age", "type", "integr", "type-unknown", "«integer»"),
    ("age", "type", "begin_repeat", "type-unknown", "begin_repeat"),
    ("sex", "type", "select_one sexx", "list-unknown", "«sex»"),
    ("sex", "type", "select_one", "list-missing", ""),
    ("sex", "type", "select_one sex random", "type-words", "random"),
    ("channels", "type", "select_multiple channel or_other", "other-multiple", "channels"),
    ("hours", "name", "giờ", "name-form", "giờ"),
    ("hours", "name", "1h", "name-form", "1h"),
    ("hours", "name", "seen_on", "name-twice", "seen_on"),
    ("age", "required", "maybe", "yes-no", "maybe"),
    ("age", "relevant", "${sexx} = 1", "reference-unknown", "«sex»"),
    ("age", "relevant", "${hours} > 1", "reference-forward", "hours"),
    ("age", "relevant", "${age} > 1", "reference-self", "age"),
    ("age", "relevant", ". > 1", "self-place", ""),
    ("age", "relevant", "sex = 1", "bare-name", "${sex}"),
    ("age", "relevant", "${sex} = '3'", "code-unknown", "3"),
    ("age", "relevant", "'tv' = ${sex}", "code-unknown", "tv"),
    ("age", "relevant", "selected(${sex}, 'nam')", "code-unknown", "nam"),
    ("age", "relevant", "selectd(${sex}, '1')", "unknown-function", "«selected»"),
    ("age", "relevant", "uuid() = 1", "unknown-function", "uuid"),
    ("age", "relevant", "position(..) = 1", "unknown-function", "position"),
    ("age", "relevant", "${sex} = ..", "expression-place", "."),
    ("age", "relevant", "not()", "argument-count", "not"),
    ("age", "relevant", "(${sex} = 1", "expression-end", ""),
    ("age", "relevant", "${sex} == 1", "expression-place", "="),
    ("age", "relevant", "${sex} & 1", "expression-sign", "&"),
    ("age", "relevant", "${sex} = 1 1", "expression-place", "1"),
    ("age", "constraint", "regex(., '(a+)+b')", "pattern-wild", "(a+)+b"),
    ("age", "constraint", "regex(., '(?=a)')", "pattern", "(?"),
    ("age", "constraint", "regex(., ${sex})", "literal-needed", "regex"),
    ("hours", "constraint", "format-date(., '%b') = 'x'", "date-format", "%b"),
    ("hours", "relevant", "jr:choice-name(${sex}, '${sex}') = 'Nam'", "choice-name-condition", ""),
    ("hours", "relevant", "jr:choice-name(${sex}, 'sex') = ''", "choice-name", ""),
    ("channels", "choice_filter", "are = 'all'", "filter-column", "«area»"),
    ("age", "choice_filter", "area = 1", "cell-misplaced", "choice_filter"),
    ("age", "calculation", "1 + 1", "cell-misplaced", "calculation"),
    ("thanks", "constraint", ". = 1", "cell-misplaced", "constraint"),
    ("place", "calculation", "", "calculation-missing", ""),
    ("age", "read_only", "yes", "read-only", ""),
    ("channels", "parameters", "randomize=true", "parameters", "randomize=true"),
    ("age", "default", "abc", "default", "abc"),
    ("remark", "default", "concat('a', 'b')", "default", "concat"),
    ("best", "appearance", "search('x')", "appearance", "search('x')"),
    ("sex", "default", "7", "default", "7"),
    ("best", "default", "dk", "default", "dk"),
    ("seen_on", "default", "today()", "default", "today()"),
]


@pytest.mark.parametrize(("name", "column", "text", "code", "words"), IN_A_ROW)
def test_one_wrong_cell_is_one_fault_at_its_place(
    tmp_path, name, column, text, code, words
) -> None:
    faults = faults_of(tmp_path, survey=changed(SURVEY, name, **{column: text}))
    assert [fault.code for fault in faults] == [code]
    fault = faults[0]
    assert (fault.sheet, fault.row, fault.column) == ("survey", row_of(name), column)
    assert words in fault.vi
    assert words.replace("«", "“").replace("»", "”") in fault.en


@pytest.mark.parametrize(("language", "heading"), [("vi", VI), ("en", EN)])
def test_a_label_is_needed_in_both_languages(tmp_path, language, heading) -> None:
    faults = faults_of(tmp_path, survey=changed(SURVEY, "age", **{language: ""}))
    place = [(fault.code, fault.row, fault.column) for fault in faults]
    assert place == [(f"text-missing-{language}", row_of("age"), f"label::{heading}")]


def test_a_hint_in_one_language_alone_is_a_fault(tmp_path) -> None:
    faults = faults_of(tmp_path, survey=changed(SURVEY, "age", **{f"hint::{VI}": "Tính tròn"}))
    assert [(f.code, f.column) for f in faults] == [("text-missing-en", f"hint::{EN}")]


def test_a_label_may_only_pipe_items_above_it(tmp_path) -> None:
    faults = faults_of(tmp_path, survey=changed(SURVEY, "age", en="Age, ${hours} and ${sx}?"))
    assert [fault.code for fault in faults] == ["reference-forward", "reference-unknown"]
    assert {fault.column for fault in faults} == {f"label::{EN}"}


def test_a_condition_that_leans_on_words_through_a_calculation_is_found(tmp_path) -> None:
    worded = {
        "type": "calculate",
        "name": "sex_words",
        "calculation": "concat(jr:choice-name(${sex}, '${sex}'), '!')",
    }
    rows = [*SURVEY[:3], worded, *changed(SURVEY[3:], "hours", relevant="${sex_words} = 'Nam!'")]
    faults = faults_of(tmp_path, survey=rows)
    assert [(f.code, f.row) for f in faults] == [("choice-name-condition", row_of("hours") + 1)]


def test_the_words_of_an_item_without_choices_cannot_be_asked_for(tmp_path) -> None:
    words = {"type": "calculate", "name": "w", "calculation": "jr:choice-name(1, '${age}')"}
    faults = faults_of(tmp_path, survey=[*SURVEY, words])
    assert [(f.code, f.column) for f in faults] == [("choice-name-item", "calculation")]


HEADINGS = [
    ("relevent", "heading-unknown", "«relevant»"),
    ("label", "heading-language", "label::Tiếng Việt (vi)"),
    ("label::Tiếng Thái", "heading-language", "(vi)"),
    ("media::audio", "heading-language", "media::audio::Tiếng Việt (vi)"),
    ("guidance_hint", "heading-unknown", "guidance_hint"),
]


@pytest.mark.parametrize(("heading", "code", "words"), HEADINGS)
def test_a_filled_column_that_cannot_be_used_is_named(tmp_path, heading, code, words) -> None:
    faults = faults_of(tmp_path, survey=changed(SURVEY, "age", **{heading: "x"}))
    assert [(f.code, f.row, f.column) for f in faults] == [(code, 1, heading)]
    assert words in faults[0].vi


def test_a_missing_language_is_said_once(tmp_path) -> None:
    rows = [{key: text for key, text in row.items() if key != "en"} for row in SURVEY]
    faults = faults_of(tmp_path, survey=rows)
    place = [(f.code, f.row, f.column) for f in faults]
    assert place == [("heading-missing", 1, "label::English (en)")]


def test_one_column_under_two_names_is_named(tmp_path) -> None:
    rows = changed(SURVEY, "best", relevance="1 = 1")
    faults = faults_of(tmp_path, survey=rows)
    assert [(f.code, f.row, f.column) for f in faults] == [("heading-twice", 1, "relevance")]


CHOICE_FAULTS = [
    ("list_name", "sex.csv", "list-name-form"),
    ("list_name", "", "list-name-missing"),
    ("name", "", "choice-name-missing"),
    ("name", "t v", "choice-name-form"),
    ("name", "1", "choice-twice"),
]


@pytest.mark.parametrize(("column", "text", "code"), CHOICE_FAULTS)
def test_a_wrong_choice_is_named(tmp_path, column, text, code) -> None:
    choices = [*CHOICES[:1], {**CHOICES[1], column: text}, *CHOICES[2:]]
    faults = faults_of(tmp_path, choices=choices)
    assert [(f.code, f.sheet, f.row, f.column) for f in faults] == [(code, "choices", 3, column)]


SETTING_FAULTS = [
    ("form_id", "", "setting-missing"),
    ("form_id", "phiếu 1", "setting-form"),
    ("version", "", "setting-missing"),
    ("default_language", "Tiếng Thái (blt)", "default-language"),
]


@pytest.mark.parametrize(("column", "text", "code"), SETTING_FAULTS)
def test_a_wrong_setting_is_named(tmp_path, column, text, code) -> None:
    faults = faults_of(tmp_path, settings=[{**SETTINGS[0], column: text}])
    assert [(f.code, f.sheet, f.row, f.column) for f in faults] == [(code, "settings", 2, column)]


def test_settings_are_one_row(tmp_path) -> None:
    assert [f.code for f in faults_of(tmp_path / "none", settings=[])] == ["no-settings"]
    twice = faults_of(tmp_path / "twice", settings=[*SETTINGS, *SETTINGS])
    assert [(f.code, f.row) for f in twice] == [("settings-rows", 3)]


def test_groups_must_open_and_close(tmp_path) -> None:
    open_one = [*SURVEY, {"type": "begin_group", "name": "late", "vi": "x", "en": "x"}]
    faults = faults_of(tmp_path / "open", survey=open_one)
    assert [(f.code, f.row) for f in faults] == [("group-open", len(SURVEY) + 2)]
    faults = faults_of(tmp_path / "end", survey=[*SURVEY, {"type": "end_group"}])
    assert [(f.code, f.row) for f in faults] == [("group-end", len(SURVEY) + 2)]


def test_a_broken_row_is_no_mistake_of_those_who_refer_to_it(tmp_path) -> None:
    rows = changed(SURVEY, "age", type="nteger")
    assert [fault.code for fault in faults_of(tmp_path, survey=rows)] == ["type-unknown"]


def test_all_mistakes_come_at_once_in_reading_order(tmp_path) -> None:
    rows = changed(SURVEY, "age", relevant="${x} = 1", constraint="foo(.)", en="")
    rows = changed(rows, "remark", type="txt")
    choices = changed(CHOICES, "zalo", en="")
    faults = faults_of(tmp_path, survey=rows, choices=choices, settings=[])
    assert [(fault.sheet, fault.row) for fault in faults] == [
        ("survey", row_of("age")),
        ("survey", row_of("age")),
        ("survey", row_of("age")),
        ("survey", row_of("remark")),
        ("choices", 5),
        ("settings", None),
    ]
