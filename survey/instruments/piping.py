"""Puts answers into the words of later questions: ``${name}`` in a label becomes what was said.

A select shows its choice labels in the language of the page, a date dd/mm/yyyy, a number with a
decimal comma in Vietnamese; what is not there shows as nothing. Its twin is web/static/flow.js.
"""

import re
from collections.abc import Mapping
from typing import Final

from survey.instruments.evaluate import as_text
from survey.instruments.flow import Answers, Reached
from survey.instruments.labels import choice_labels
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
    return {
        item.name: _chosen(instrument, item, answers.get(item.name), walk, language)
        if item.kind in _SELECTS
        else _plain(item, walk, language)
        for item in instrument.items
        if item.name in walk.values
    }


def _chosen(
    instrument: Instrument, item: Item, answer: object, walk: Reached, language: str
) -> str:
    own_words = answer.get("text") if isinstance(answer, dict) else None
    if own_words:
        return str(own_words)
    labels = choice_labels(instrument, language, item.name)
    codes = as_text(walk.values[item.name]).split(" ")
    return ", ".join(labels.get(code, code) for code in codes if code)


def _plain(item: Item, walk: Reached, language: str) -> str:
    value = walk.values[item.name]
    text = as_text(value)
    if item.kind is ItemKind.DATE:
        return "/".join(reversed(text.split("-")))
    is_number = isinstance(value, float) and language == "vi"
    return text.replace(".", ",") if is_number else text
