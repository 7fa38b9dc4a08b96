"""Turns the rows of the survey sheet into items: texts, choices, conditions, defaults."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.instruments.cells import check_cells, read_flag
from survey.instruments.choices import OTHER, Lists
from survey.instruments.columns import Columns
from survey.instruments.conditions import Conditions, Surroundings
from survey.instruments.expressions import conjunction
from survey.instruments.faults import Faults, Place
from survey.instruments.model import Ast, Item, Option, Section, Text
from survey.instruments.outline import PROFILE, Entry, Group, Outline
from survey.instruments.piping import PIPE
from survey.instruments.sheets import Row
from survey.instruments.spans import Span, read_span
from survey.instruments.wording import needed_text, optional_text
from survey.terms import ItemKind, Missing


@dataclass(frozen=True)
class Sources:
    """All that items are made from: columns, lists, and the list that gathers faults."""

    columns: Columns
    lists: Lists
    faults: Faults


def read_items(outline: Outline, sources: Sources) -> tuple[Item, ...]:
    """Return the items in the order of the form, noting every mistake in their rows."""
    return tuple(_Reader(outline, sources).items())


def read_sections(outline: Outline, sources: Sources) -> tuple[Section, ...]:
    """Return the groups of the sheet as sections."""
    columns = sources.columns
    return tuple(
        Section(
            group.name,
            optional_text(columns, group.row, "label", sources.faults),
            columns.cell(group.row, "appearance"),
        )
        for group in outline.groups
    )


class _Reader:
    """Meets the entries in order, so that each expression sees only the items above it."""

    def __init__(self, outline: Outline, sources: Sources) -> None:
        self.outline = outline
        self.columns = sources.columns
        self.lists = sources.lists
        self.faults = sources.faults
        extras = {key for options in sources.lists.values() for o in options for key in o.extra}
        self.around = Surroundings(outline.names, frozenset({*extras, "name"}))
        self.around.before.update(outline.broken)
        self.conditions = Conditions(self.columns, self.around, self.faults)
        self._group_trees: dict[int, Ast | None] = {}

    def items(self) -> Iterable[Item]:
        """Yield the item of each entry."""
        for entry in self.outline.entries:
            item = self._item(entry)
            self.around.before.add(item.name)
            if item.options:
                self.around.choices[item.name] = tuple(option.name for option in item.options)
            if item.calculation is not None and self.around.is_worded(item.calculation):
                self.around.worded.add(item.name)
            yield item

    def _item(self, entry: Entry) -> Item:
        row = entry.row
        options = self._options(entry)
        check_cells(entry, options, self.columns, self.faults)
        return Item(
            name=entry.name,
            kind=entry.kind,
            label=self._label(entry),
            hint=self._text(row, "hint"),
            section=entry.groups[-1].name if entry.groups else None,
            required=read_flag(self.columns, row, "required", self.faults),
            required_message=self._text(row, "required_message"),
            options=options,
            has_other=entry.kind is ItemKind.SELECT_ONE and _names(options) >= {OTHER.name},
            missing_options=tuple(o.name for o in options if o.name in list(Missing)),
            relevant=self._relevant(entry),
            constraint=self.conditions.compile(row, "constraint"),
            constraint_message=self._text(row, "constraint_message"),
            calculation=self.conditions.compile(row, "calculation"),
            choice_filter=self.conditions.compile(row, "choice_filter"),
            default=self.columns.cell(row, "default") or None,
            appearance=self.columns.cell(row, "appearance"),
            is_profile=self._is_profile(entry),
            span=self._span(entry),
            audio=self.columns.text(row, "media::audio"),
        )

    def _span(self, entry: Entry) -> Span | None:
        is_range = entry.kind is ItemKind.RANGE
        return read_span(self.columns.cell(entry.row, "parameters")) if is_range else None

    def _options(self, entry: Entry) -> tuple[Option, ...]:
        options = self.lists.get(entry.list_name or "", ())
        is_absent = entry.with_other and OTHER.name not in _names(options)
        return (*options, OTHER) if is_absent else options

    def _label(self, entry: Entry) -> Text:
        read = optional_text if entry.kind is ItemKind.CALCULATE else needed_text
        label = read(self.columns, entry.row, "label", self.faults)
        self._check_pipes(entry.row, "label", label)
        return label

    def _text(self, row: Row, column: str) -> Text:
        text = optional_text(self.columns, row, column, self.faults)
        self._check_pipes(row, column, text)
        return text

    def _check_pipes(self, row: Row, column: str, text: Text) -> None:
        for language, words in text.items():
            place = self._place(row, column, language)
            self.conditions.check_names(place, PIPE.findall(words))

    def _relevant(self, entry: Entry) -> Ast | None:
        trees = [self._group_tree(group) for group in entry.groups]
        trees.append(self.conditions.compile(entry.row, "relevant"))
        return conjunction([tree for tree in trees if tree is not None])

    def _group_tree(self, group: Group) -> Ast | None:
        number = group.row.number
        if number not in self._group_trees:
            self._group_trees[number] = self.conditions.compile(group.row, "relevant")
        return self._group_trees[number]

    def _is_profile(self, entry: Entry) -> bool:
        tagged = PROFILE in self.columns.cell(entry.row, "tags").split()
        return tagged or any(group.name == PROFILE for group in entry.groups)

    def _place(self, row: Row, column: str, language: str = "") -> Place:
        return Place(self.columns.sheet, row.number, self.columns.heading(column, language))


def _names(options: Iterable[Option]) -> set[str]:
    return {option.name for option in options}
