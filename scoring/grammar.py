"""Read the nodes of an index tree from a plain mapping; every fault names the node's path and key.

Knows no answers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict, cast

from scoring.errors import PlanError
from scoring.mapping import Entries, Pair, finite
from scoring.nodes import (
    Combine,
    ConstantLeaf,
    Definition,
    GivenLeaf,
    Grade,
    InnerNode,
    ItemLeaf,
    MissingRule,
    Node,
    Present,
    bounds,
    walk,
)

COMMON = ("code", "official", "title", "node_weight", "present", "definition", "note")
ITEM = ("item", "range", "values", "share", "scale")
GIVEN = ("given", "range", "scale")
INNER = ("combine", "factor", "missing", "children")
COMBINES = ("sum", "mean", "geometric_mean")
DEFINITIONS = ("official", "own")
MISSING_RULES = ("propagate", "drop_and_reweight", "drop")
DEEPEST = 30


class Common(TypedDict):
    """What every node has."""

    code: str
    official: str
    title: dict[str, str]
    node_weight: float
    present: Present
    definition: Definition | None
    note: dict[str, str]


@dataclass(frozen=True)
class Context:
    """What the nodes inherit from the index."""

    scale: Pair | None
    missing_codes: frozenset[str]


def read_root(raw: object, context: Context, where: str) -> Node:
    """Read a whole tree.

    Raises
    ------
    PlanError
        With every fault found: unknown or missing keys, values of the wrong kind, duplicate codes,
        empty nodes, means of mixed scales.
    """
    root = read_node(raw, context, where, 0)
    twice = [code for code, times in Counter(n.code for n in walk(root)).items() if times > 1]
    if twice:
        raise PlanError(f"code {twice[0]!r} stands there twice", where=where)
    return root


def read_node(raw: object, context: Context, where: str, depth: int) -> Node:
    """Read a node and its descendants."""
    if depth > DEEPEST:
        raise PlanError(f"deeper than {DEEPEST} levels", where=where)
    place = Entries(raw, where=where)
    entries = Entries(raw, where=f"{where} > {place.text('code')}")
    kinds: dict[str, Callable[[Entries, Context], Node]] = {
        "item": _item_leaf,
        "given": _given_leaf,
        "constant": _constant_leaf,
        "children": partial(_inner_node, depth=depth),
    }
    present = [kind for kind in kinds if kind in entries]
    if len(present) != 1:
        raise PlanError(
            f"needs exactly one of item, given, constant, children; has {_listed(present)}",
            where=entries.where,
        )
    return kinds[present[0]](entries, context)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) or "none"


def _common(entries: Entries) -> Common:
    code = entries.text("code")
    return {
        "code": code,
        "official": entries.optional_text("official") or code,
        "title": dict(entries.titles("title")),
        "node_weight": entries.number("node_weight", 1.0),
        "present": _present(entries),
        "definition": _definition(entries),
        "note": dict(entries.titles("note")),
    }


def _definition(entries: Entries) -> Definition | None:
    if "definition" not in entries:
        return None
    return cast("Definition", entries.choice("definition", DEFINITIONS))


def _item_leaf(entries: Entries, context: Context) -> ItemLeaf:
    entries.only((*COMMON, *ITEM))
    if "values" in entries and "share" in entries:
        raise entries.fault("share", "stands beside values; a leaf has one of them")
    values = _values(entries, context)
    share = frozenset(entries.labels("share")) if "share" in entries else None
    _refuse_missing(entries, "share", share or (), context)
    return ItemLeaf(
        **_common(entries),
        item=entries.text("item"),
        range=_range(entries, values, share),
        scale=_scale(entries, context),
        values=values,
        share=share,
    )


def _range(entries: Entries, values: dict[str, float] | None, share: object) -> Pair:
    if "range" in entries:
        return entries.pair("range")
    if share is not None:
        return 0.0, 1.0
    if values is None:
        raise entries.fault("range", "is missing (worst and best answer)")
    low, high = min(values.values()), max(values.values())
    if low == high:
        raise entries.fault("range", "is missing, and the values do not differ")
    return low, high


def _values(entries: Entries, context: Context) -> dict[str, float] | None:
    if "values" not in entries:
        return None
    raw = entries.raw("values")
    if not isinstance(raw, dict) or not raw:
        raise entries.fault("values", "expected a mapping from code to number")
    where = f"{entries.where}: values"
    found = {
        entries.label(key, "values"): finite(value, f"{where}: {key}")
        for key, value in raw.items()
    }
    if len(found) < len(raw):
        raise entries.fault("values", "names a code twice")
    _refuse_missing(entries, "values", found, context)
    return found


def _refuse_missing(entries: Entries, key: str, codes: Iterable[str], context: Context) -> None:
    missing = sorted(set(codes) & context.missing_codes)
    if missing:
        raise entries.fault(key, f"names {missing[0]!r}, which missing_codes count as missing")


def _given_leaf(entries: Entries, context: Context) -> GivenLeaf:
    entries.only((*COMMON, *GIVEN))
    return GivenLeaf(
        **_common(entries),
        given=entries.text("given"),
        range=entries.pair("range"),
        scale=_scale(entries, context),
    )


def _constant_leaf(entries: Entries, context: Context) -> ConstantLeaf:  # noqa: ARG001 - one signature for all kinds
    entries.only((*COMMON, "constant"))
    return ConstantLeaf(**_common(entries), constant=entries.number("constant"))


def _inner_node(entries: Entries, context: Context, *, depth: int) -> InnerNode:
    entries.only((*COMMON, *INNER))
    combine = cast("Combine", entries.choice("combine", COMBINES))
    missing = cast("MissingRule", entries.choice("missing", MISSING_RULES, "propagate"))
    if combine == "sum" and missing == "drop_and_reweight":
        raise entries.fault("missing", "a sum has no weights to share out; use drop")
    factor = entries.number("factor", 1.0)
    if factor == 0:
        raise entries.fault("factor", "is zero")
    node = InnerNode(
        **_common(entries),
        combine=combine,
        factor=factor,
        missing=missing,
        children=_children(entries, context, depth),
    )
    _check_combination(entries, node)
    return node


def _children(entries: Entries, context: Context, depth: int) -> tuple[Node, ...]:
    children: list[Node] = []
    faults: list[PlanError] = []
    for place, raw in enumerate(entries.sequence("children"), start=1):
        try:
            children.append(read_node(raw, context, _place(raw, entries.where, place), depth + 1))
        except PlanError as fault:
            faults.append(fault)
    if faults:
        raise PlanError.of_many(faults)
    return tuple(children)


def _place(raw: object, where: str, place: int) -> str:
    """Return the path of the parent; a child that cannot say its code is named by its place."""
    has_code = isinstance(raw, dict) and isinstance(raw.get("code"), str)
    return where if has_code else f"{where} > child {place}"


def _check_combination(entries: Entries, node: InnerNode) -> None:
    if not node.counting:
        raise entries.fault("children", "all have node_weight 0")
    if node.combine == "sum":
        return
    negative = next((child.code for child in node.children if child.node_weight < 0), None)
    if negative is not None:
        raise entries.fault("children", f"{negative!r} has a negative node_weight in a mean")
    if node.present.round_children is not None:
        raise entries.fault("present", "round_children needs combine: sum")
    if node.combine == "mean":
        _check_one_scale(entries, node)


def _check_one_scale(entries: Entries, node: InnerNode) -> None:
    scales = {child.code: scale for child in node.children if (scale := scale_of(child))}
    first = next(iter(scales.items()), None)
    odd = next((pair for pair in scales.items() if first and not _equal(pair[1], first[1])), None)
    if first and odd:
        shown = [f"{code!r} is on {low:g}..{high:g}" for code, (low, high) in (first, odd)]
        raise entries.fault("children", f"a mean needs one scale, but {' and '.join(shown)}")


def scale_of(node: Node) -> Pair | None:
    """Return the scale of a node: a constant has none, a mean has that of its children."""
    if isinstance(node, ConstantLeaf):
        return None
    if not isinstance(node, InnerNode) or node.combine == "sum":
        return bounds(node)
    scale = next((found for child in node.children if (found := scale_of(child))), None)
    if scale is None:
        return None
    low, high = sorted((node.factor * scale[0], node.factor * scale[1]))
    return low, high


def _equal(one: Pair, other: Pair) -> bool:
    slack = 1e-9 * max(abs(end) for end in (*one, *other))
    return abs(one[0] - other[0]) <= slack and abs(one[1] - other[1]) <= slack


def _scale(entries: Entries, context: Context) -> Pair:
    if "scale" in entries:
        return entries.pair("scale")
    if context.scale is None:
        raise entries.fault("scale", "is missing here and at the top of the index")
    return context.scale


def _present(entries: Entries) -> Present:
    if "present" not in entries:
        return Present()
    inner = entries.inner("present")
    inner.only(("decimals", "round_children", "grades"))
    return Present(
        _decimals(inner, "decimals"), _decimals(inner, "round_children"), _grades(inner)
    )


def _decimals(entries: Entries, key: str) -> int | None:
    if key not in entries:
        return None
    value = entries.integer(key)
    if not 0 <= value <= 9:  # noqa: PLR2004 - more digits than any score has
        raise entries.fault(key, "expected 0 to 9")
    return value


def _grades(entries: Entries) -> tuple[Grade, ...]:
    if "grades" not in entries:
        return ()
    grades = [_grade(entries, place, raw) for place, raw in enumerate(entries.sequence("grades"))]
    if len({grade.start for grade in grades}) < len(grades):
        raise entries.fault("grades", "two grades start at the same score")
    return tuple(sorted(grades, key=lambda grade: -grade.start))


def _grade(entries: Entries, place: int, raw: object) -> Grade:
    grade = Entries(raw, where=f"{entries.where}: grades: {place + 1}")
    grade.only(("from", "title"))
    if "title" not in grade:
        raise grade.fault("title", "is missing")
    return Grade(grade.number("from"), grade.titles("title"))
