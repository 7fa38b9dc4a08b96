"""What people read in the built-in instruments: complete in both languages, clean, convertible."""

import re
import unicodedata

import pytest
from pyxform.xls2xform import convert

from survey.instruments.loader import load_builtin
from tests.unit.survey.data.sheets import CODES, DATA, LANGUAGES, LONGER, choices, questions, sheet

SHOWN = ("label", "hint", "constraint_message")
KINDS = ("*.csv", "*.yaml", "*.md")
FILES = sorted(path for code in CODES for kind in KINDS for path in (DATA / code).glob(kind))


def shown_texts(code):
    return [
        (row["name"], column, text)
        for name in ("survey", "choices")
        for row in sheet(code, name)
        for column, text in row.items()
        if column.startswith(SHOWN) and text
    ]


def pipes(text):
    return set(re.findall(r"\$\{(\w+)\}", text))


@pytest.mark.parametrize("code", CODES)
def test_every_question_choice_note_and_heading_has_both_languages(code):
    rows = [r for r in sheet(code, "survey") if r["type"] not in {"calculate", "end_group"}]
    rows += sheet(code, "choices")
    missing = [row["name"] for row in rows for lang in LANGUAGES if not row[f"label::{lang}"]]
    assert missing == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("column", ["hint", "constraint_message"])
def test_a_hint_or_message_is_written_in_both_languages_or_not_at_all(code, column):
    vi, en = (f"{column}::{lang}" for lang in LANGUAGES)
    halves = [row["name"] for row in sheet(code, "survey") if bool(row[vi]) != bool(row[en])]
    assert halves == []


@pytest.mark.parametrize("code", LONGER)
def test_a_constraint_says_what_is_allowed(code):
    rows = [row for row in sheet(code, "survey") if row["constraint"]]
    assert rows
    assert all(row[f"constraint_message::{lang}"] for row in rows for lang in LANGUAGES)


@pytest.mark.parametrize("code", CODES)
def test_shown_text_has_no_stray_spaces(code):
    stray = [
        (name, text)
        for name, _, text in shown_texts(code)
        if text != text.strip() or re.search(r"\s\s|\s[,.?!:;]|\t|\u00a0", text)
    ]
    assert stray == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_are_nfc_with_unix_line_ends_and_no_mark(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    assert b"\r" not in raw
    assert not text.startswith("\ufeff")
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("code", CODES)
def test_every_vietnamese_question_is_polite_and_ends_as_a_sentence(code):
    labels = [row[f"label::{LANGUAGES[0]}"] for row in questions(code).values()]
    assert [text for text in labels if "Ông/Bà" not in text or text[-1] not in "?."] == []


@pytest.mark.parametrize("code", CODES)
def test_no_question_is_longer_than_an_elderly_reader_bears(code):
    """At most 30 syllables a sentence, piped nouns counted in full."""
    nouns = {row["name"]: row["calculation"].strip("'") for row in sheet(code, "survey")}
    long = {}
    for name, row in questions(code).items():
        text = row[f"label::{LANGUAGES[0]}"]
        full = re.sub(r"\$\{(\w+)\}", lambda match: nouns[match[1]], text)
        if len(full.split()) > 30:
            long[name] = full
    assert long == {}


@pytest.mark.parametrize("code", LONGER)
def test_a_text_pipes_only_calculations_made_before_it_in_its_own_language(code):
    known, wrong = set(), []
    for row in sheet(code, "survey"):
        for lang, suffix in zip(LANGUAGES, ("_vi", "_en"), strict=True):
            used = pipes(row[f"label::{lang}"]) | pipes(row[f"hint::{lang}"])
            wrong += [(row["name"], n) for n in used if n not in known or not n.endswith(suffix)]
        if row["type"] == "calculate":
            known.add(row["name"])
    assert wrong == []
    assert known


@pytest.mark.parametrize("code", CODES)
def test_conditions_ask_only_about_earlier_items_and_existing_codes(code):
    earlier, wrong = {}, []
    lists = choices(code)
    for row in sheet(code, "survey"):
        for item, option in re.findall(r"\$\{(\w+)\}\s*[=,]\s*'(\w+)'", row["relevant"]):
            if option not in earlier.get(item, ()):
                wrong.append((row["name"], item, option))
        kind = row["type"].split()
        earlier[row["name"]] = [o["name"] for o in lists[kind[1]]] if len(kind) > 1 else []
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_names_are_short_ascii_and_unique(code):
    names = [row["name"] for row in sheet(code, "survey") if row["name"]]
    assert len(names) == len(set(names))
    assert [n for n in names if not re.fullmatch(r"[a-z][a-z0-9_]{0,23}", n)] == []
    for options in choices(code).values():
        codes = [option["name"] for option in options]
        assert len(codes) == len(set(codes))
        assert all(re.fullmatch(r"[a-z0-9_]{1,16}", name) for name in codes)


@pytest.mark.parametrize("code", CODES)
def test_every_choice_list_is_used(code):
    used = {row["type"].split()[1] for row in questions(code).values() if " " in row["type"]}
    assert used == set(choices(code))


@pytest.mark.parametrize("code", CODES)
def test_the_workbook_converts_for_odk_collect_without_a_warning(code):
    workbook = {}
    for name in ("survey", "choices", "settings"):
        rows = sheet(code, name)
        workbook[name] = [{key: cell for key, cell in row.items() if cell} for row in rows]
        workbook[f"{name}_header"] = [dict.fromkeys(rows[0])]
    warnings = []
    result = convert(workbook, warnings=warnings, form_name=code)
    assert warnings == []
    assert f'id="{code}" version="1"' in result.xform


@pytest.mark.parametrize("code", CODES)
def test_the_settings_name_a_version_and_a_title_in_both_languages(code):
    (settings,) = sheet(code, "settings")
    assert settings["form_id"] == code
    assert settings["version"] == "1"
    assert settings["default_language"] == LANGUAGES[0]
    assert settings["form_title"]
    assert settings["form_title_en"]


@pytest.mark.parametrize("code", CODES)
def test_the_loader_reads_the_same_questions_in_both_languages(code):
    instrument = load_builtin(code)
    assert [item.name for item in instrument.items if item.is_asked] == list(questions(code))
    assert instrument.languages == ("vi", "en")
    assert set(instrument.title) == {"vi", "en"}
