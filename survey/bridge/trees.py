"""From the plain mapping of an index tree to the engine's tree; a fault names the node's path."""

from collections.abc import Iterable, Mapping
from typing import Final

from scoring import IndexTree, PlanError
from survey.errors import Fault, InstrumentError

_SOUND: Final[Mapping[str, object]] = {
    "index": "sound",
    "scale": [0, 100],
    "tree": {"code": "sound", "constant": 0},
}
"""A tree with nothing wrong, in whose place one part after another is tried."""


def index_tree(mapping: Mapping[str, object], source: str) -> IndexTree:
    """Return the engine's tree; raise InstrumentError with every fault, each with its path."""
    try:
        return IndexTree.from_mapping(mapping, where=source)
    except PlanError as error:
        faults = tuple(_fault(source, text, {}) for text in error.faults)
        raise InstrumentError(source, faults) from error


def tree_faults(
    mapping: Mapping[str, object], source: str, lines: Mapping[str, int]
) -> tuple[Fault, ...]:
    """Return every fault the engine finds, at the line of its path; one hides no other."""
    around = dict(_SOUND)
    texts: list[str] = []
    for key in mapping.keys() - {"tree"}:
        found = _refusals({**_SOUND, key: mapping[key]}, source)
        texts += found
        if key in {"scale", "missing_codes"} and not found:
            around[key] = mapping[key]
    if "scale" not in mapping:
        del around["scale"]
    texts += _node_texts(mapping.get("tree"), f"{source}: tree", around, source)
    return tuple(_fault(source, text, lines) for text in dict.fromkeys(texts))


def _node_texts(
    node: object, path: str, around: Mapping[str, object], source: str
) -> Iterable[str]:
    """Say what is wrong with a node; where something is, ask its children one by one too."""
    start = f"{source}: tree"
    found = [
        path + text.removeprefix(start) for text in _refusals({**around, "tree": node}, source)
    ]
    yield from found
    children = node.get("children") if isinstance(node, Mapping) else None
    if found and isinstance(node, Mapping) and isinstance(children, list):
        for child in children:
            yield from _node_texts(child, f"{path} > {node.get('code')}", around, source)


def _refusals(mapping: Mapping[str, object], source: str) -> tuple[str, ...]:
    try:
        IndexTree.from_mapping(mapping, where=source)
    except PlanError as error:
        return error.faults
    return ()


def _fault(source: str, text: str, lines: Mapping[str, int]) -> Fault:
    """Place a fault at the longest path with which its text begins."""
    said = text.removeprefix(f"{source}: ")
    path = max((path for path in lines if said.startswith(f"{path}:")), key=len, default="")
    _, _, key = path.rpartition(": ")
    return Fault(
        code="tree-arithmetic",
        sheet=source,
        row=lines.get(path),
        column=key if path and " > " not in key else None,
        vi=f"Cây chỉ số không tính được: {text}",
        en=f"The index tree cannot be computed: {text}",
    )
