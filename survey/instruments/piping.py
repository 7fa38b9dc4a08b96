"""Puts answers into the words of later questions: ``${name}`` in a label becomes what was said.

A select shows its choice labels in the language of the page, a date dd/mm/yyyy, a number with a
decimal comma in Vietnamese; what is not there shows as nothing. Its twin is web/static/flow.js.
"""

import re
from collections.abc import Mapping
from typing import Final

from survey.instruments.evaluate import as_text
from survey.instruments.flow import Answers, Reached, choice_labels
from survey.instruments.model import Instrument, Item
from survey.terms import ItemKind

PIPE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_SELECTS: Final = {ItemKind.SELECT_ONE, ItemKind.SELECT_MULTIPLE}


def render(text: str, words: Mapping[str, str]) -> str:
    """Return the text with each ``${name}`` replaced by its words, as plain text."""
    return PIPE.sub(lambda pipe: words.get(pipe[1], ""), text)


def spoken(
    instrument: Instrument, answers: Answers, walk: Reached, language: str
) -> dict[str, str]:
    """Return what each reached item and calculation reads as to a person in a language."""
    labels = choice_labels(instrument, language)
    return {
        item.name: _spoken(item, answers, walk, (labels, language))
        for item in instrument.items
        if item.name in walk.values
    }


def _spoken(
    item: Item, answers: Answers, walk: Reached, setting: tuple[dict[str, dict[str, str]], str]
) -> str:
    labels, language = setting
    value = walk.values[item.name]
    text = as_text(value)
    if item.kind in _SELECTS:
        answer = answers.get(item.name)
        own_words = answer.get("text") if isinstance(answer, dict) else None
        codes = [code for code in text.split(" ") if code]
        known = labels.get(item.name, {})
        return str(own_words or ", ".join(known.get(code, code) for code in codes))
    if item.kind is ItemKind.DATE:
        return "/".join(reversed(text.split("-")))
    is_number = isinstance(value, float) and language == "vi"
    return text.replace(".", ",") if is_number else text
