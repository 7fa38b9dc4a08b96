"""Reads the expressions of a row and checks that what they refer to is there by then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from survey.instruments.columns import Columns
from survey.instruments.evaluate import Scope, as_text, evaluate
from survey.instruments.expressions import parse, references, walk
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import MistakeFound, say
from survey.instruments.model import Ast
from survey.instruments.sheets import Row

_NOTHING: Final = Scope(today="")


@dataclass
class Surroundings:
    """What an expression may refer to: filled row by row, in the order of the form.

    ``all_names`` are the items of the whole sheet, ``before`` those above the row, ``choices``
    the codes of each select above it, ``worded`` the calculations that depend on the language.
    """

    all_names: frozenset[str]
    columns_of_choices: frozenset[str]
    before: set[str] = field(default_factory=set)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    worded: set[str] = field(default_factory=set)

    def is_worded(self, tree: Ast) -> bool:
        """Tell whether the value of an expression depends on the language of the page."""
        named = any(node["op"] == "jr:choice-name" for node in walk(tree))
        return named or bool(references(tree) & self.worded)


class Conditions:
    """Compiles the expression cells of the survey sheet."""

    def __init__(self, columns: Columns, around: Surroundings, faults: Faults) -> None:
        self.columns = columns
        self.around = around
        self.faults = faults

    def compile(self, row: Row, column: str) -> Ast | None:
        """Return the tree of a cell, None where it is empty or has been reported."""
        expression = self.columns.cell(row, column)
        if not expression:
            return None
        place = Place(self.columns.sheet, row.number, self.columns.heading(column))
        try:
            tree = parse(expression)
        except MistakeFound as found:
            self.faults.add(place, found.mistake)
            return None
        own = self.columns.cell(row, "name")
        self._check_names(place, tree, column, own)
        self._check_codes(place, tree)
        if column != "calculation" and self.around.is_worded(tree):
            self.faults.add(place, say("choice-name-condition"))
        return tree

    def check_names(self, place: Place, names: Iterable[str]) -> None:
        """Note those names that are not items above the row."""
        for name in names:
            if name in self.around.before:
                continue
            if name in self.around.all_names:
                self.faults.add(place, say("reference-forward", got=name))
            else:
                known = self.around.all_names
                self.faults.add(place, say("reference-unknown", known, got=name))

    def _check_names(self, place: Place, tree: Ast, column: str, own: str) -> None:
        names = sorted(references(tree))
        if own in names and column == "constraint":
            names.remove(own)
        elif own in names:
            self.faults.add(place, say("reference-self", got=own))
            names.remove(own)
        self.check_names(place, names)
        for node in walk(tree):
            self._check_node(place, node, column)

    def _check_node(self, place: Place, node: Ast, column: str) -> None:
        op, name = node["op"], str(node.get("name", ""))
        if op == "self" and column != "constraint":
            self.faults.add(place, say("self-place"))
        elif op == "column" and column != "choice_filter":
            self.faults.add(place, say("bare-name", self.around.all_names, got=name))
        elif op == "column" and name not in self.around.columns_of_choices:
            known = self.around.columns_of_choices
            self.faults.add(place, say("filter-column", known, got=name))
        elif op == "jr:choice-name" and name not in self.around.choices:
            self.faults.add(place, say("choice-name-item", self.around.choices, got=name))

    def _check_codes(self, place: Place, tree: Ast) -> None:
        for node in walk(tree):
            if node["op"] in {"=", "!=", "selected"}:
                sides = cast("list[Mapping[str, object]]", node["args"])
                self._check_code(place, *sides)
                if node["op"] != "selected":
                    self._check_code(place, *reversed(sides))

    def _check_code(self, place: Place, item: Ast, literal: Ast) -> None:
        codes = self.around.choices.get(str(item.get("name"))) if item["op"] == "ref" else None
        if codes is None or literal["op"] != "literal":
            return
        code = as_text(evaluate(literal, _NOTHING))
        if code and code not in codes:
            self.faults.add(place, say("code-unknown", codes, got=code, item=item["name"]))
