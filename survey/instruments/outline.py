"""The skeleton of the survey sheet: which rows are items, of what kind, in which groups."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from survey.instruments.columns import Columns
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import say
from survey.instruments.sheets import Row, Sheet
from survey.terms import ItemKind

PROFILE: Final = "profile"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_SELECTS: Final = {ItemKind.SELECT_ONE.value, ItemKind.SELECT_MULTIPLE.value}
_GROUP: Final = re.compile(r"(begin|end)[ _]group")


@dataclass(frozen=True)
class Group:
    """A begin_group row."""

    row: Row
    name: str


@dataclass(frozen=True)
class Entry:
    """A row that becomes an item: its kind, its list of choices, the groups around it."""

    row: Row
    name: str
    kind: ItemKind
    list_name: str | None
    with_other: bool
    groups: tuple[Group, ...]

    @property
    def is_select(self) -> bool:
        """Tell whether the answer is chosen from a list."""
        return self.list_name is not None


@dataclass(frozen=True)
class Outline:
    """The items and groups of a questionnaire in the order of the form.

    ``broken`` names rows whose type is wrong: a reference to them is no second mistake.
    """

    entries: tuple[Entry, ...]
    groups: tuple[Group, ...]
    broken: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The names of all items, the broken ones too."""
        return frozenset(entry.name for entry in self.entries) | self.broken


def read_outline(sheet: Sheet, columns: Columns, lists: Iterable[str], faults: Faults) -> Outline:
    """Return the outline, noting unknown types and lists, bad names, groups left open."""
    reader = _Reader(columns, tuple(lists), faults)
    for row in sheet.rows:
        reader.read(row)
    for group in reader.open_groups:
        reader.note(group.row, "type", "group-open", got=group.name)
    return Outline(tuple(reader.entries), tuple(reader.groups), frozenset(reader.broken))


class _Reader:
    """Meets the rows in order and remembers which groups are open and which names are taken."""

    def __init__(self, columns: Columns, lists: tuple[str, ...], faults: Faults) -> None:
        self.columns = columns
        self.lists = lists
        self.faults = faults
        self.entries: list[Entry] = []
        self.groups: list[Group] = []
        self.open_groups: list[Group] = []
        self.broken: set[str] = set()
        self._taken: dict[str, int] = {}

    def note(
        self, row: Row, column: str, code: str, known: Iterable[str] = (), **facts: object
    ) -> None:
        """Note a mistake in a cell of this sheet."""
        place = Place(self.columns.sheet, row.number, self.columns.heading(column))
        self.faults.add(place, say(code, known, **facts))

    def read(self, row: Row) -> None:
        """Take up one row."""
        words = " ".join(self.columns.cell(row, "type").split())
        group = _GROUP.fullmatch(words)
        if not words:
            self.note(row, "type", "type-missing")
        elif group is None:
            self._item(row, words.split(" "))
        elif group.group(1) == "begin":
            self._begin(row)
        elif self.open_groups:
            self.open_groups.pop()
        else:
            self.note(row, "type", "group-end")

    def _begin(self, row: Row) -> None:
        group = Group(row, self._name(row))
        self.groups.append(group)
        self.open_groups.append(group)

    def _item(self, row: Row, words: list[str]) -> None:
        kind = words[0]
        name = self._name(row)
        if kind not in list(ItemKind):
            known = [*ItemKind, "begin_group", "end_group"]
            self.note(row, "type", "type-unknown", known, got=" ".join(words))
            self.broken.add(name)
            return
        list_name = self._list(row, words[1:]) if kind in _SELECTS else None
        extra = words[2:] if kind in _SELECTS else words[1:]
        with_other = kind == ItemKind.SELECT_ONE and extra == ["or_other"]
        if extra == ["or_other"] and kind == ItemKind.SELECT_MULTIPLE:
            self.note(row, "type", "other-multiple", got=name)
        elif extra and not with_other:
            self.note(row, "type", "type-words", got=" ".join(extra))
        groups = tuple(self.open_groups)
        self.entries.append(Entry(row, name, ItemKind(kind), list_name, with_other, groups))

    def _name(self, row: Row) -> str:
        name = self.columns.cell(row, "name")
        if not name:
            self.note(row, "name", "name-missing")
        elif not _NAME.fullmatch(name):
            self.note(row, "name", "name-form", got=name)
        elif name in self._taken:
            self.note(row, "name", "name-twice", got=name, first=self._taken[name])
        self._taken.setdefault(name, row.number)
        return name

    def _list(self, row: Row, words: list[str]) -> str:
        if not words:
            self.note(row, "type", "list-missing")
            return ""
        if words[0] not in self.lists:
            self.note(row, "type", "list-unknown", self.lists, got=words[0])
        return words[0]
