"""An index as one frozen tree, made from a plain mapping. Knows no answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scoring.grammar import Context, read_root
from scoring.mapping import Entries, Pair
from scoring.nodes import GivenLeaf, ItemLeaf, Node, bounds, walk

DEFAULT_MIN_N = 15
DEFAULT_MISSING = ("dk", "refused", "na")


@dataclass(frozen=True)
class IndexTree:
    """A whole index.

    Parameters
    ----------
    code, title : of the index
    min_n : a leaf with fewer valid answers has no value
    missing_codes : codes that count as missing answers
    root : the topmost node
    """

    code: str
    title: Mapping[str, str]
    min_n: int
    missing_codes: frozenset[str]
    root: Node

    @classmethod
    def from_mapping(cls, raw: object, *, where: str = "index") -> "IndexTree":
        """Read an index from the mapping of its YAML file.

        Parameters
        ----------
        raw : mapping with index, tree and, as needed, title, scale, min_n, missing_codes
        where : name of the source, for the errors

        Raises
        ------
        PlanError
            Naming the path of the node and the key; all faults are in its ``faults``.

        Examples
        --------
        >>> leaf = {"code": "q1", "item": "q1", "range": [1, 5], "scale": [0, 100]}
        >>> IndexTree.from_mapping({"index": "small", "tree": leaf}).root.code
        'q1'
        """
        entries = Entries(raw, where=where)
        entries.only(("index", "title", "scale", "min_n", "missing_codes", "tree"))
        min_n = entries.integer("min_n", DEFAULT_MIN_N)
        if min_n < 1:
            raise entries.fault("min_n", "expected 1 or more")
        missing = _missing_codes(entries)
        scale = entries.pair("scale") if "scale" in entries else None
        if entries.raw("tree") is None:
            raise entries.fault("tree", "is missing")
        root = read_root(entries.raw("tree"), Context(scale, missing), f"{where}: tree")
        return cls(entries.text("index"), entries.titles("title"), min_n, missing, root)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, depth first, a node before its children."""
        return tuple(walk(self.root))

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Code -> place in ``nodes``."""
        return {node.code: place for place, node in enumerate(self.nodes)}

    @cached_property
    def ends(self) -> tuple[Pair, ...]:
        """The lowest and the highest value of each of ``nodes``, no child missing."""
        found: dict[str, Pair] = {}
        for node in reversed(self.nodes):
            found[node.code] = bounds(node, found)
        return tuple(found[node.code] for node in self.nodes)

    @cached_property
    def item_leaves(self) -> tuple[ItemLeaf, ...]:
        """The leaves that need answers, depth first."""
        return tuple(node for node in self.nodes if isinstance(node, ItemLeaf))

    @property
    def given_names(self) -> tuple[str, ...]:
        """The distinct names of figures from outside, in order of appearance."""
        return tuple(dict.fromkeys(n.given for n in self.nodes if isinstance(n, GivenLeaf)))


def _missing_codes(entries: Entries) -> frozenset[str]:
    raw = entries.raw("missing_codes")
    if raw is None:
        return frozenset(DEFAULT_MISSING)
    return frozenset() if raw == [] else frozenset(entries.labels("missing_codes"))
