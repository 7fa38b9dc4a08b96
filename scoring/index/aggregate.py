"""Climb the tree: values, derivatives and doubts of every node, for all domains at once.

Knows neither PSUs nor respondents: the same climb carries influence totals up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.errors import DataError
from scoring.nodes import ConstantLeaf, InnerNode
from scoring.sample import Domain
from scoring.tree import IndexTree


@dataclass(frozen=True, eq=False)
class LeafValues:
    """What is known of one leaf: (domains,) each; NaN value = none.

    Parameters
    ----------
    value : on the leaf's scale
    n : valid answers; infinite where the leaf has no answers by nature
    """

    value: FloatArray
    n: FloatArray


@dataclass(eq=False)
class Climbed:
    """Every node of a tree for every domain.

    Parameters
    ----------
    value : (nodes, domains) on the node's scale; NaN = no value
    n : (nodes, domains) smallest n among the leaves that count; infinite = no answers by nature
    slopes : inner node -> (children, domains) derivative of the node by each child
    absent : inner node -> (children, domains) children that count but have no value
    """

    tree: IndexTree
    value: FloatArray
    n: FloatArray
    slopes: dict[int, FloatArray] = field(default_factory=dict)
    absent: dict[int, BoolArray] = field(default_factory=dict)

    def places(self, node: InnerNode) -> list[int]:
        """Return the places of a node's children."""
        return [self.tree.position[child.code] for child in node.children]

    def carry(self, columns: FloatArray, domain: IntArray) -> FloatArray:
        """Carry a linear quantity of the leaves up the tree.

        Parameters
        ----------
        columns : (nodes, r) the quantity at the leaves, zero at inner nodes; changed in place
        domain : (r,) domain of each column's entries

        Returns
        -------
        (nodes, r) sum over the leaves of (d node / d leaf) x quantity
        """
        for place, node in _upwards(self.tree):
            for child, slope in zip(self.places(node), self.slopes[place], strict=True):
                columns[place] += slope[domain] * columns[child]
        return columns

    def spread(self, marks: IntArray) -> IntArray:
        """Hand bit marks of the leaves (nodes, domains) up to every node that uses them."""
        for place, node in _upwards(self.tree):
            for child, slope in zip(self.places(node), self.slopes[place], strict=True):
                marks[place] |= np.where(slope != 0, marks[child], 0)
        return marks

    def least(self, numbers: FloatArray) -> FloatArray:
        """Give every node the least number (nodes, domains) among the leaves it uses."""
        for place, node in _upwards(self.tree):
            for child, slope in zip(self.places(node), self.slopes[place], strict=True):
                used = np.where(slope != 0, numbers[child], np.inf)
                numbers[place] = np.minimum(numbers[place], used)
        return numbers


def climb(tree: IndexTree, leaves: Mapping[str, LeafValues], domains: Sequence[Domain]) -> Climbed:
    """Compute every node of the tree from its leaves.

    Parameters
    ----------
    tree : IndexTree
    leaves : code of each item and given leaf -> its values
    domains : what the columns stand for, for the errors

    Raises
    ------
    DataError
        If a child of a geometric mean is zero or less.

    Notes
    -----
    With w the node weights, f the factor and x the children that have a value: sum f sum w x;
    mean f sum w x / sum w; geometric mean f exp(sum w log x / sum w). ``propagate`` leaves a node
    without a value when a child has none; ``drop`` leaves the child out and rescales nothing;
    ``drop_and_reweight`` divides by the weights of the children that are there.
    """
    shape = (len(tree.nodes), len(domains))
    state = Climbed(tree, np.full(shape, np.nan), np.full(shape, np.inf))
    for place, node in enumerate(tree.nodes):
        if isinstance(node, ConstantLeaf):
            state.value[place] = node.constant
        elif node.code in leaves:
            state.value[place] = leaves[node.code].value
            state.n[place] = leaves[node.code].n
    for place, node in _upwards(tree):
        _combine(state, place, node, domains)
    return state


def _upwards(tree: IndexTree) -> list[tuple[int, InnerNode]]:
    """Return the inner nodes, children before parents."""
    pairs = [(at, node) for at, node in enumerate(tree.nodes) if isinstance(node, InnerNode)]
    return pairs[::-1]


def _combine(state: Climbed, place: int, node: InnerNode, domains: Sequence[Domain]) -> None:
    children = state.places(node)
    weight = np.asarray([child.node_weight for child in node.children])[:, np.newaxis]
    values = state.value[children]
    counts = weight != 0
    there = counts & np.isfinite(values)
    whole = there if node.missing != "propagate" else there & (there == counts).all(axis=0)
    usable = whole.any(axis=0)
    share = _shares(node, weight, whole)
    if node.combine == "geometric_mean":
        _refuse_nonpositive(node, values, whole, domains)
        value = node.factor * np.exp(_total(share, np.log(np.where(whole, values, 1.0))))
        slopes = value * share / np.where(whole, values, 1.0)
    else:
        value = node.factor * _total(share, np.where(whole, values, 0.0))
        slopes = node.factor * share
    state.value[place] = np.where(usable, value, np.nan)
    state.slopes[place] = slopes
    state.absent[place] = counts & ~there
    counted = np.where(usable, whole, counts)
    state.n[place] = np.where(counted, state.n[children], np.inf).min(axis=0)


def _shares(node: InnerNode, weight: FloatArray, whole: BoolArray) -> FloatArray:
    """Return what each child that counts weighs in each domain."""
    shares = np.where(whole, weight, 0.0)
    if node.combine == "sum":
        return shares
    divisor = shares.sum(axis=0) if node.missing == "drop_and_reweight" else weight.sum()
    parts: FloatArray = np.divide(shares, divisor, out=np.zeros_like(shares), where=shares != 0)
    return parts


def _total(share: FloatArray, values: FloatArray) -> FloatArray:
    total: FloatArray = (share * values).sum(axis=0)
    return total


def _refuse_nonpositive(
    node: InnerNode, values: FloatArray, whole: BoolArray, domains: Sequence[Domain]
) -> None:
    bad = whole & (np.where(whole, values, 1.0) <= 0)
    if bad.any():
        child, domain = (int(at[0]) for at in np.nonzero(bad))
        code = node.children[child].code
        raise DataError(
            f"{code!r} is {values[child, domain]:g}; a geometric mean needs values above zero",
            where=f"node {node.code}, domain {dict(domains[domain]) or 'whole sample'}",
        )
