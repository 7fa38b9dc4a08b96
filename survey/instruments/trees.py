"""Index trees beside an instrument: read from YAML, and checked against its items and codes.

Whether the tree makes arithmetic sense is the engine's question, and asked elsewhere.
"""

import hashlib
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from survey.instruments.evaluate import as_number
from survey.instruments.faults import Faults, Place
from survey.instruments.limits import check_size
from survey.instruments.marked import Marked, read_marked
from survey.instruments.mistakes import say
from survey.instruments.model import Instrument, Item, Text
from survey.terms import ItemKind, Missing

_TOP: Final = ("index", "title", "scale", "min_n", "missing_codes", "tree")
_COMMON: Final = ("code", "title", "official", "node_weight", "present", "definition", "note")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "children": ("combine", "factor", "missing"),
    "item": ("range", "values", "share", "scale"),
    "given": ("range", "scale"),
    "constant": (),
}
_TEXTS: Final = frozenset({"index", "code", "item", "given", "official"})
_TEXT_LISTS: Final = frozenset({"share", "missing_codes"})


@dataclass(frozen=True)
class TreeSource:
    """One index tree as it was read; ``sha256`` is that of the file's bytes.

    ``lines`` leads from the path of a node or key (``tree > total: range``) to its line.
    """

    code: str
    title: Text
    mapping: Mapping[str, object]
    sha256: str
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


def load_trees(folder: Path, instrument: Instrument | None) -> tuple[TreeSource, ...]:
    """Return the trees ``index.*.yaml`` of a folder, in the order of their file names.

    Without an instrument (it is damaged itself) only the trees' own form is checked.
    Raise InstrumentError with every fault of every tree; its sheet is the name of the file, its
    row the line, its column the key.
    """
    faults = Faults()
    trees = gather_trees(folder, instrument, faults)
    faults.settle(folder.name, tuple(path.name for path in _tree_files(folder)))
    return trees


def _tree_files(folder: Path) -> list[Path]:
    """Return the files of a folder's trees by name."""
    return sorted(folder.glob("index.*.yaml"))


def gather_trees(
    folder: Path, instrument: Instrument | None, faults: Faults
) -> tuple[TreeSource, ...]:
    """Return the trees of a folder that can be read at all, noting what is wrong in any."""
    files = _tree_files(folder)
    read = [_read(path.read_bytes(), path.name, instrument, faults) for path in files]
    trees = tuple(tree for tree in read if tree is not None)
    first: dict[str, str] = {}
    for tree in trees:
        if tree.code and first.setdefault(tree.code, tree.file) != tree.file:
            place = Place(tree.file, tree.lines["index"], "index")
            faults.add(place, say("index-twice", got=tree.code, first=first[tree.code]))
    return trees


def read_tree(source: bytes, file: str, instrument: Instrument) -> TreeSource:
    """Return the tree in the bytes of one file; raise InstrumentError with every fault."""
    faults = Faults()
    tree = _read(source, file, instrument, faults)
    faults.settle(file, (file,))
    return cast("TreeSource", tree)  # without a fault there is one


def _read(
    source: bytes, file: str, instrument: Instrument | None, faults: Faults
) -> TreeSource | None:
    too_large = check_size(source)
    if too_large is not None:
        faults.add(Place(file), too_large)
        return None
    try:
        text = unicodedata.normalize("NFC", source.decode("utf-8-sig"))
    except UnicodeDecodeError:
        faults.add(Place(file), say("not-utf8-yaml"))
        return None
    top = read_marked(text, file, faults)
    if top is None:
        return None
    _Checker(file, instrument, faults).check(top)
    if top.entries is None:
        return None
    digest = hashlib.sha256(source).hexdigest()
    mapping = cast("dict[str, object]", _settled(top))
    lines = dict(_lines(top))
    return TreeSource(_written(top, "index"), _title(top), mapping, digest, file, lines)


def _lines(top: Marked) -> Iterator[tuple[str, int]]:
    yield from ((key, value.line) for key, value in (top.entries or {}).items())
    tree = top.get("tree")
    if tree is not None:
        yield from _node_lines(tree, f"tree > {_written(tree, 'code')}")


def _node_lines(node: Marked, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.line
    yield from ((f"{path}: {key}", value.line) for key, value in (node.entries or {}).items())
    children = node.get("children")
    for place, child in enumerate((children.items or ()) if children else (), start=1):
        yield from _node_lines(child, f"{path} > {_written(child, 'code') or f'child {place}'}")


def _title(top: Marked) -> Text:
    title = top.get("title")
    languages = title.entries if title is not None else None
    return {language: words.written for language, words in (languages or {}).items()}


class _Checker:
    """Walks one tree and notes every name that leads nowhere."""

    def __init__(self, file: str, instrument: Instrument | None, faults: Faults) -> None:
        self.file = file
        asked = [item for item in instrument.items if item.is_asked] if instrument else []
        self.items = {item.name: item for item in asked} if instrument else None
        self.faults = faults
        self.missing_codes: frozenset[str] = frozenset(Missing)
        self._lines: dict[str, int] = {}

    def check(self, top: Marked) -> None:
        """Check a whole file."""
        if top.entries is None:
            self._note(top, None, "tree-shape")
            return
        self._check_keys(top, _TOP)
        for key in ("index", "title", "tree"):
            if top.get(key) is None:
                self._note(top, key, "tree-key-missing", got=key)
        listed = top.get("missing_codes")
        if listed is not None:
            self.missing_codes = frozenset(code.written for code in listed.items or ())
        tree = top.get("tree")
        if tree is not None:
            self._check_node(tree)

    def _check_node(self, node: Marked) -> None:
        if node.entries is None:
            self._note(node, None, "node-shape")
            return
        kinds = [kind for kind in _KINDS if node.get(kind) is not None]
        if len(kinds) == 1:
            self._check_keys(node, (*_COMMON, kinds[0], *_KINDS[kinds[0]]))
        else:
            self._note(node, None, "node-kind", got=" + ".join(kinds) or "–")
        self._check_code(node)
        if node.get("item") is not None and self.items is not None:
            self._check_item(node, self.items)
        for child in self._children(node):
            self._check_node(child)

    def _check_code(self, node: Marked) -> None:
        code = _written(node, "code")
        if not code:
            self._note(node, "code", "tree-key-missing", got="code")
        elif code in self._lines:
            self._note(node, "code", "node-twice", got=code, first=self._lines[code])
        self._lines.setdefault(code, node.line)

    def _children(self, node: Marked) -> Iterable[Marked]:
        children = node.get("children")
        if children is not None and not children.items:
            self._note(node, "children", "node-childless")
        return (children.items or ()) if children is not None else ()

    def _check_item(self, node: Marked, items: Mapping[str, Item]) -> None:
        name = _written(node, "item")
        item = items.get(name)
        if item is None:
            self._note(node, "item", "tree-item", items, got=name)
            return
        codes = [*_codes(node, "values"), *_codes(node, "share")]
        if not codes and node.get("range") is None:
            self._note(node, "item", "leaf-scale", got=name)
        elif not codes and not _is_numeric(item, self.missing_codes):
            self._note(node, "range", "leaf-words", got=name)
        elif codes and not item.options:
            self._note(node, "item", "leaf-codes", got=name)
        elif item.kind is ItemKind.SELECT_MULTIPLE:
            self._note(node, "item", "leaf-multiple", got=name)
        else:
            self._check_codes(node, item)

    def _check_codes(self, node: Marked, item: Item) -> None:
        known = [option.name for option in item.options]
        for key in ("values", "share"):
            for code, line in _codes(node, key):
                if code not in known:
                    place = Place(self.file, line, key)
                    self.faults.add(place, say("tree-code", known, got=code, item=item.name))

    def _check_keys(self, node: Marked, allowed: tuple[str, ...]) -> None:
        for key, value in (node.entries or {}).items():
            if key not in allowed:
                place = Place(self.file, value.line, key)
                self.faults.add(place, say("tree-key", allowed, got=key))

    def _note(
        self, node: Marked, key: str | None, code: str, known: Iterable[str] = (), **facts: object
    ) -> None:
        spot = node.get(key) if key else None
        self.faults.add(Place(self.file, (spot or node).line, key), say(code, known, **facts))


def _written(node: Marked, key: str) -> str:
    value = node.get(key)
    return value.written if value is not None else ""


def _codes(node: Marked, key: str) -> list[tuple[str, int]]:
    value = node.get(key)
    if value is None:
        return []
    listed = [(item.written, item.line) for item in value.items or ()]
    return listed + [(code, spot.line) for code, spot in (value.entries or {}).items()]


def _is_numeric(item: Item, missing_codes: frozenset[str]) -> bool:
    if item.kind in {ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.RANGE}:
        return True
    codes = [option.name for option in item.options if option.name not in missing_codes]
    return bool(codes) and not any(math.isnan(as_number(code)) for code in codes)


def _settled(node: Marked, key: str = "") -> object:
    """Return plain values; names and codes stay text, so that the code 1.10 is not 1.1."""
    if node.entries is not None:
        return {name: _settled(value, name) for name, value in node.entries.items()}
    if node.items is not None:
        return [item.written if key in _TEXT_LISTS else _settled(item) for item in node.items]
    return node.written if key in _TEXTS else node.scalar
