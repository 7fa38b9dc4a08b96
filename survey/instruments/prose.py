"""Conditions of a questionnaire in words, for its codebook: who is asked, what is accepted.

It must not compute anything: what a condition means is fixed in evaluate.py.
"""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import yaml

from survey.instruments.model import Ast, Instrument, in_language
from survey.instruments.piping import PIPE
from survey.instruments.tailor import variables_of

LONGEST_LABEL: Final = 60
_WORDS: Final[Mapping[str, Mapping[str, str]]] = yaml.safe_load(
    Path(__file__).with_name("prose.yaml").read_text(encoding="utf-8")
)
_COMPARES: Final = frozenset({"=", "!=", "selected", "not-selected"})
_JOINS: Final = frozenset({"and", "or"})


def with_nouns(text: str, instrument: Instrument) -> str:
    """Return a label with the place nouns of the round put in; other pipes stay."""
    nouns = variables_of(instrument)
    return PIPE.sub(lambda pipe: nouns.get(pipe[1], pipe[0]), text)


def in_words(tree: Ast | None, instrument: Instrument, language: str) -> str:
    """Return a condition as a sentence in Vietnamese or English; empty without one."""
    return "" if tree is None else _Reader(instrument, language).read(tree)


class _Reader:
    """Says the nodes of an expression in one language."""

    def __init__(self, instrument: Instrument, language: str) -> None:
        self.instrument = instrument
        self.language = language

    def read(self, node: Ast) -> str:
        """Return the words of a node."""
        op = str(node["op"])
        if op in {"literal", "column"}:
            return str(node.get("value", node.get("name")))
        if op == "ref":
            return self._item(str(node["name"]))
        operands = cast("list[Ast]", node.get("args", []))
        if op == "not" and operands[0]["op"] == "selected":
            op, operands = "not-selected", cast("list[Ast]", operands[0]["args"])
        if op in _COMPARES:
            return self._comparison(op, operands)
        return self._say(op, [self._nested(op, operand) for operand in operands])

    def _comparison(self, op: str, operands: list[Ast]) -> str:
        """Say what an item is, its choice by its label; put the item first."""
        one, other = operands if operands[0]["op"] != "literal" else reversed(operands)
        if other["op"] == "literal" and other["value"] == "" and op in {"=", "!="}:
            return self._say("empty" if op == "=" else "not-empty", [self.read(one)])
        return self._say(op, [self.read(one), self._choice(one, other)])

    def _choice(self, item: Ast, value: Ast) -> str:
        found = self.instrument.items_by_name.get(str(item.get("name", "")))
        if found is None or value["op"] != "literal":
            return self.read(value)
        labels = {option.name: option.label for option in found.options}
        code = str(value["value"])
        return f"“{in_language(labels[code], self.language)}”" if code in labels else code

    def _nested(self, op: str, operand: Ast) -> str:
        """Put a group within a group into brackets."""
        words = self.read(operand)
        return f"({words})" if operand["op"] in _JOINS and operand["op"] != op else words

    def _item(self, name: str) -> str:
        item = self.instrument.items_by_name.get(name)
        label = "" if item is None else in_language(item.label, self.language)
        if not label:
            return name
        noun_label = with_nouns(label, self.instrument)
        short = textwrap.shorten(noun_label, LONGEST_LABEL, placeholder=" …")
        return _WORDS["item"][self.language].format(label=short, name=name)

    def _say(self, op: str, operands: list[str]) -> str:
        if op not in _WORDS:
            return f"{op}({', '.join(operands)})"
        return _WORDS[op][self.language].format(*operands)
