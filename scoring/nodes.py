"""The kinds of nodes of an index tree, frozen. Knows no answers."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from scoring.mapping import Pair

Combine: TypeAlias = Literal["sum", "mean", "geometric_mean"]
MissingRule: TypeAlias = Literal["propagate", "drop_and_reweight", "drop"]
Definition: TypeAlias = Literal["official", "own"]


@dataclass(frozen=True)
class Grade:
    """A named class of scores: ``start`` and above."""

    start: float
    title: Mapping[str, str]


@dataclass(frozen=True)
class Present:
    """How a node is shown: its decimals, those of its children before the sum, its grades."""

    decimals: int | None = None
    round_children: int | None = None
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Node:
    """What every node has.

    Parameters
    ----------
    code : unique in its tree
    official : code of the official figure it is compared with
    title : text by language
    node_weight : multiplier under sum, weight under mean, exponent weight under geometric_mean;
        a child of weight 0 is shown and does not count
    present : how it is shown
    definition : whether its arithmetic is that of the official figure or our own; None: not said
    note : what a reader has to know about that, by language
    """

    code: str
    official: str
    title: Mapping[str, str]
    node_weight: float
    present: Present
    definition: Definition | None = None
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ItemLeaf(Node):
    """The ratio of an item over its own valid answers, moved from ``range`` to ``scale``.

    ``values`` gives a number to each code, ``share`` names the codes that count 1 (others 0);
    with neither, answers are numbers.
    """

    item: str
    range: Pair
    scale: Pair
    values: Mapping[str, float] | None = None
    share: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class GivenLeaf(Node):
    """A figure from outside, with or without its SE, moved from ``range`` to ``scale``."""

    given: str
    range: Pair
    scale: Pair


@dataclass(frozen=True, kw_only=True)
class ConstantLeaf(Node):
    """A fixed value, already on the scale of its siblings."""

    constant: float


@dataclass(frozen=True, kw_only=True)
class InnerNode(Node):
    """A combination of children, times ``factor``."""

    combine: Combine
    factor: float
    missing: MissingRule
    children: tuple[Node, ...]

    @property
    def counting(self) -> tuple[Node, ...]:
        """The children that enter the combination."""
        return tuple(child for child in self.children if child.node_weight != 0)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node, then its descendants, depth first."""
    yield node
    if isinstance(node, InnerNode):
        for child in node.children:
            yield from walk(child)


def bounds(node: Node, known: Mapping[str, Pair] = MappingProxyType({})) -> Pair:
    """Return the lowest and the highest value that a node can take when no child is missing.

    ``known`` gives those of nodes below that were found before, by code.
    """
    if node.code in known:
        return known[node.code]
    match node:
        case ItemLeaf() | GivenLeaf():
            return min(node.scale), max(node.scale)
        case ConstantLeaf():
            return node.constant, node.constant
        case InnerNode():
            low, high = _combined_bounds(node, known)
            return _ordered(node.factor * low, node.factor * high)
        case _:
            raise TypeError(f"{type(node).__name__} is no kind of node")


def _combined_bounds(node: InnerNode, known: Mapping[str, Pair]) -> Pair:
    weights = [child.node_weight for child in node.counting]
    ends = [bounds(child, known) for child in node.counting]
    if node.combine == "geometric_mean":
        total = sum(weights)
        logs = [
            [weight * _log(end[side]) for weight, end in zip(weights, ends, strict=True)]
            for side in (0, 1)
        ]
        return math.exp(sum(logs[0]) / total), math.exp(sum(logs[1]) / total)
    scaled = [
        _ordered(weight * low, weight * high)
        for weight, (low, high) in zip(weights, ends, strict=True)
    ]
    divisor = sum(weights) if node.combine == "mean" else 1.0
    return sum(low for low, _ in scaled) / divisor, sum(high for _, high in scaled) / divisor


def _ordered(first: float, second: float) -> Pair:
    return min(first, second), max(first, second)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
