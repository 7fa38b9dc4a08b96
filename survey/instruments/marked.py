"""YAML as plain values that remember their lines, so that a fault can name the line.

It knows no trees. Keys are the text that stands in the file: ``1`` and ``no`` stay as written,
where YAML would make a number and a boolean of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import yaml

from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import MistakeFound, say

Plain: TypeAlias = str | int | float | bool | None

_MAX_DEPTH: Final = 60
_MAX_NODES: Final = 50_000


@dataclass(frozen=True)
class Marked:
    """A value and its line (that of its key, if it has one): a scalar, a list or a mapping."""

    line: int
    written: str = ""
    scalar: Plain = None
    items: tuple["Marked", ...] | None = None
    entries: Mapping[str, "Marked"] | None = None

    def get(self, key: str) -> "Marked | None":
        """Return the value under a key of a mapping; None for anything else."""
        return (self.entries or {}).get(key)


def read_marked(text: str, file: str, faults: Faults) -> Marked | None:
    """Return the document in a text, or None, noting why it cannot be read as YAML."""
    try:
        _check_depth(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _Reader(file, faults).read(node)
    except MistakeFound as found:
        faults.add(Place(file), found.mistake)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        faults.add(Place(file, line), say("yaml", got=error.problem))
    except yaml.YAMLError as error:
        faults.add(Place(file), say("yaml", got=str(error)))
    return None


def _check_depth(text: str) -> None:
    """Count nesting in the stream of events: composing it would recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise MistakeFound(say("yaml-deep", limit=_MAX_DEPTH))


class _Reader:
    """Unfolds nodes, aliases too, up to a number that no honest tree reaches."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.scalars = yaml.SafeLoader("")
        self.n_nodes = 0

    def read(self, node: yaml.Node) -> Marked:
        """Return one node with everything below it."""
        self.n_nodes += 1
        if self.n_nodes > _MAX_NODES:
            raise MistakeFound(say("yaml-large", limit=_MAX_NODES))
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return Marked(line, entries=dict(self._entries(node)))
        if isinstance(node, yaml.SequenceNode):
            return Marked(line, items=tuple(self.read(child) for child in node.value))
        return Marked(line, str(node.value), self._scalar(node))

    def _scalar(self, node: yaml.Node) -> Plain:
        try:
            scalar = self.scalars.construct_object(node)
        except ValueError:  # what looks like a date or a number, and is none
            scalar = node.value
        is_plain = scalar is None or isinstance(scalar, str | int | float)
        return scalar if is_plain else str(node.value)

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, Marked]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in seen:
                place = Place(self.file, key_node.start_mark.line + 1, key)
                self.faults.add(place, say("yaml-twice", got=key))
            seen.add(key)
            yield key, replace(self.read(value_node), line=key_node.start_mark.line + 1)
