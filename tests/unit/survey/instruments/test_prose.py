"""Conditions in words: choices by their labels, groups in brackets, place nouns put in."""

import pytest

from survey.instruments.expressions import parse
from survey.instruments.loader import builtin_codes, load_builtin
from survey.instruments.prose import in_words, with_nouns
from tests.build import an_instrument


@pytest.mark.parametrize(
    ("expression", "vi", "en"),
    [
        ("${s01} = '1'", "“Câu s01” (s01) là “Phương án 1”", "“Question s01” (s01) is “Option 1”"),
        ("'1' = ${s01}", "“Câu s01” (s01) là “Phương án 1”", "“Question s01” (s01) is “Option 1”"),
        ("${age} >= 18", "“Câu age” (age) từ 18 trở lên", "“Question age” (age) is at least 18"),
        (". <= 120", "câu trả lời từ 120 trở xuống", "the answer is at most 120"),
        (
            "${note} = ''",
            "“Câu note” (note) chưa có câu trả lời",
            "“Question note” (note) has no answer",
        ),
        (
            "selected(${channels}, 'tv')",
            "“Câu channels” (channels) có chọn “Phương án tv”",
            "“Question channels” (channels) includes “Option tv”",
        ),
        (
            "not(selected(${channels}, 'tv'))",
            "“Câu channels” (channels) không chọn “Phương án tv”",
            "“Question channels” (channels) does not include “Option tv”",
        ),
        (
            "coalesce(${age}, 0) > 3",
            "coalesce(“Câu age” (age), 0) lớn hơn 3",
            "coalesce(“Question age” (age), 0) is above 3",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(expression, vi, en):
    instrument = an_instrument()
    assert in_words(parse(expression), instrument, "vi") == vi
    assert in_words(parse(expression), instrument, "en") == en


def test_a_group_within_a_group_stands_in_brackets():
    words = in_words(parse("${sex} = '1' and (${age} > 5 or ${age} < 2)"), an_instrument(), "vi")
    assert words.endswith(
        "là “Phương án 1” và (“Câu age” (age) lớn hơn 5 hoặc “Câu age” (age) nhỏ hơn 2)"
    )


def test_no_condition_has_no_words():
    assert in_words(None, an_instrument(), "vi") == ""


@pytest.mark.parametrize("code", builtin_codes())
def test_every_condition_of_the_built_in_forms_has_words_in_both_languages(code):
    instrument = load_builtin(code)
    for item in instrument.items:
        for tree in (item.relevant, item.constraint):
            words = [in_words(tree, instrument, language) for language in ("vi", "en")]
            assert bool(words[0]) == bool(words[1]) == (tree is not None)
            assert not any("${" in said or "{0}" in said for said in words)


def test_place_nouns_are_put_in_and_other_pipes_stay():
    instrument = load_builtin("papi_like")
    assert with_nouns("${noun_head_vi} ở ${elsewhere}", instrument).startswith("trưởng bản")
    assert with_nouns("${elsewhere}", instrument) == "${elsewhere}"
