"""The PAPI-like questionnaire: complete, filtered, sayable, honest about what it is."""

import datetime as dt
import re
import unicodedata

import pytest
from pyxform.xls2xform import convert

from survey.instruments.flow import reached
from survey.instruments.loader import load_builtin
from tests.unit.survey.data.sheets import DATA, LANGUAGES, choices, sheet, tree

CODE = "papi_like"
VI, EN = (f"label::{language}" for language in LANGUAGES)
HINTS = [f"hint::{language}" for language in LANGUAGES]
README = (DATA / CODE / "README.md").read_text(encoding="utf-8")
SYLLABLES_A_MINUTE, SECONDS_AN_ANSWER, MINUTES_TO_BEGIN = 120, 6, 2
"""Slow reading to someone whose first language may be another; as the README states."""


@pytest.fixture(scope="module")
def instrument():
    return load_builtin(CODE)


def rows(*kinds):
    return [row for row in sheet(CODE, "survey") if row["type"].split()[0] in kinds]


def nodes(node):
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


def shown():
    for name in ("survey", "choices"):
        for row in sheet(CODE, name):
            yield from ((row["name"], row[key]) for key in (VI, EN, *HINTS) if row.get(key))
    for node in nodes({"children": [tree(CODE, CODE), tree(CODE, CODE)["tree"]]}):
        for key in ("title", "note"):
            yield from ((node.get("code"), text) for text in node.get(key, {}).values())


# --- the words ----------------------------------------------------------------------------------
def test_it_is_called_papi_like_and_never_papi(instrument):
    assert instrument.title["vi"].endswith("(theo cách của PAPI)")
    assert instrument.title["en"].endswith("(PAPI-like)")
    texts = [text for _, text in shown()]
    named = [text for text in texts if "PAPI" in text]
    honest = re.compile(r"theo cách của PAPI|PAPI-like|không phải điểm PAPI|not a PAPI score")
    assert named
    assert [text for text in named if "PAPI" in honest.sub("", text)] == []


def test_every_text_has_both_languages():
    asked = rows("select_one", "note", "begin_group") + sheet(CODE, "choices")
    assert [row["name"] for row in asked if not (row[VI] and row[EN])] == []
    assert [
        row["name"] for row in rows("select_one") if bool(row[HINTS[0]]) != bool(row[HINTS[1]])
    ] == []
    texts = [
        node[key]
        for node in nodes(tree(CODE, CODE)["tree"])
        for key in ("title", "note")
        if key in node
    ]
    assert all(set(text) == {"vi", "en"} for text in texts)


def test_every_text_is_normal_and_without_stray_spaces():
    stray = re.compile(r"\s\s|\s[,.?!:;]|\t|\u00a0|^\s|\s$")
    wrong = [
        (name, text)
        for name, text in shown()
        if stray.search(text) or text != unicodedata.normalize("NFC", text)
    ]
    assert wrong == []


def test_the_workbook_converts_for_odk_collect_without_a_warning():
    workbook = {}
    for name in ("survey", "choices", "settings"):
        cells = sheet(CODE, name)
        workbook[name] = [{key: cell for key, cell in row.items() if cell} for row in cells]
        workbook[f"{name}_header"] = [dict.fromkeys(cells[0])]
    warnings = []
    result = convert(workbook, warnings=warnings, form_name=CODE)
    assert warnings == []
    assert 'id="papi_like" version="1"' in result.xform


# --- the route ----------------------------------------------------------------------------------
def test_the_profile_comes_first_and_begins_with_the_commune(instrument):
    first, *_ = instrument.sections
    assert first.name == "profile"
    commune = next(item for item in instrument.items if item.options)
    assert (commune.name, commune.is_profile, commune.appearance) == ("commune", True, "minimal")
    assert len(commune.options) == 75
    assert all(re.fullmatch(r"0[34]\d{3}", option.name) for option in commune.options)


def walked(instrument, answer):
    answers = {
        item.name: answer
        for item in instrument.items
        if answer in {option.name for option in item.options}
    }
    return set(reached(instrument, answers, {}, dt.date(2026, 11, 21)).path)


def test_only_people_who_did_something_are_asked_how_it_was(instrument):
    everything, nothing = walked(instrument, "yes"), walked(instrument, "no")
    filtered = {
        "d126", "d131", "d132", "d133", "d134", "d135", "d136", "d212", "d213", "d214", "d215",
        "d216", "d232", "d233", "d242", "d243", "d244", "d246", "d247", "d248", "d312", "d314",
        "d316", "d318", "d532", "d533", "d542", "d612", "d613", "d623", "d632", "d713", "d714",
        "d444", "d513", "d535", "d544", "n_f616",
        *(f"{code}{letter}" for code in ("d512", "d534", "d543") for letter in "abcd"),
        *(f"d616{letter}" for letter in "abcdefghij"),
        *(f"d624{letter}" for letter in "abcdefgh"),
    }  # fmt: skip
    assert everything - nothing == filtered


@pytest.mark.parametrize(
    ("item", "code", "opened"),
    [
        ("d141", "forced", {"d142", "d143", "d144", "d145"}),
        ("d831", "other_use", {"d832", "d835"}),
        ("z_language", "both", {"z_interpreter"}),
    ],
)
def test_other_answers_open_their_questions(instrument, item, code, opened):
    today = dt.date(2026, 11, 21)
    closed = set(reached(instrument, {}, {}, today).path)
    assert set(reached(instrument, {item: code}, {}, today).path) - closed == opened


def test_people_without_a_stream_are_not_asked_about_its_water(instrument):
    path = reached(instrument, {}, {"d731": "na"}, dt.date(2026, 11, 21)).path
    assert {"d732", "d733"}.isdisjoint(path)


def test_only_the_interviewers_own_questions_lack_a_way_out():
    lists = choices(CODE)
    asked = {row["type"].split()[1] for row in rows("select_one") if row["name"][0] in "df"}
    ways = {name: {option["name"] for option in lists[name]} for name in asked}
    assert [name for name in asked if "refused" not in ways[name]] == []
    assert {name for name in asked if "dk" not in ways[name]} == {"heard", "named"}


# --- the interviewer ----------------------------------------------------------------------------
def test_show_cards_are_those_of_the_readme():
    used = {}
    for row in rows("select_one"):
        for number in re.findall(r"Đưa thẻ số (\d+)\.", row[HINTS[0]]):
            assert f"Show card {number}." in row[HINTS[1]]
            used.setdefault(int(number), []).append(row["name"])
    listed = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", README, re.MULTILINE)
    assert used == {int(number): re.findall(r"`(\w+)`", items) for number, items in listed}


def test_one_card_shows_one_kind_of_answer():
    lists = choices(CODE)
    for number in range(1, 12):
        shown_on = [row for row in rows("select_one") if f"Đưa thẻ số {number}." in row[HINTS[0]]]
        words = {
            tuple(
                o[VI]
                for o in lists[row["type"].split()[1]]
                if o["name"] not in {"dk", "refused", "na"}
            )
            for row in shown_on
        }
        assert len(words) == 1


def test_bribes_are_answered_on_the_device_by_the_person_alone(instrument):
    alone = [item.name for item in instrument.items if (item.section or "").startswith("self_")]
    names = [item.name for item in instrument.items]
    assert alone[0] == "n_self"
    assert names[names.index(alone[-1]) + 1] == "n_back"
    assert set(alone[1:]) == {
        "d215", "d411", "d412", "d413", "d414", "d415", "d421", "d422", "d431", "d432a", "d432b",
        "d432c", "d432d", "d432e", "d441", "d444", "d711",
    }  # fmt: skip
    sections = {
        section.name for section in instrument.sections if section.name.startswith("self_")
    }
    assert all(f"`{name}`" in README for name in sections)


def said(row, nouns):
    """Return what the interviewer reads aloud: question, quoted follow-up, choices on a card."""
    parts = [row[VI]] if row["type"] != "note" else re.findall(r"đọc: “([^”]*)”", row[VI])
    parts += re.findall(r"hỏi tiếp: “([^”]*)”", row[HINTS[0]])
    if re.search(r"Đưa thẻ số|Đọc các câu trả lời", row[HINTS[0]]):
        listed = choices(CODE)[row["type"].split()[1]]
        parts += [o[VI] for o in listed if o["name"] not in {"dk", "refused", "na"}]
    text = re.sub(r"\$\{(\w+)\}", lambda match: nouns[match[1]], " ".join(parts))
    return [word for word in text.split() if re.search(r"\w", word)]


def minutes_of(asked):
    nouns = {row["name"]: row["calculation"][1:-1] for row in rows("calculate")}
    syllables = sum(len(said(row, nouns)) for row in asked)
    questions = sum(row["type"] != "note" for row in asked)
    return MINUTES_TO_BEGIN + syllables / SYLLABLES_A_MINUTE + questions * SECONDS_AN_ANSWER / 60


def test_an_interview_takes_40_minutes_at_most():
    """Every branch open at once, and none; of xã/phường only one word is said."""
    asked = [row for row in rows("select_one", "note") if row["name"] != "commune"]
    shortest, longest = (
        minutes_of([row for row in asked if not row["relevant"]]),
        minutes_of(asked),
    )
    assert longest <= 40
    assert f"{shortest:.0f} đến {longest:.0f} phút" in README
    assert f"{shortest:.0f} to {longest:.0f} minutes" in README


def test_a_question_can_be_said_in_one_breath():
    nouns = {row["name"]: row["calculation"][1:-1] for row in rows("calculate")}
    long = [
        row["name"] for row in rows("select_one") if len(said({**row, HINTS[0]: ""}, nouns)) > 22
    ]
    assert long == []
