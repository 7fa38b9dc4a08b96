"""The one way out for breakdowns: what may be shown of them, and the proof that it may.

A figure of few people is hidden; then so are others, until no subtraction of what is shown from
what it adds up to, here or in an earlier release, is left with few people or with a hidden group.
Source: Hundepool et al. 2012, Statistical Disclosure Control, ch. 4 (complementary suppression).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from scoring.disclosure.groups import Counts, Curtain, Splits
from scoring.nodes import InnerNode, ItemLeaf
from scoring.result import Difference, Estimate, Note
from scoring.sample import WHOLE_SAMPLE, Domain
from scoring.tree import IndexTree

SUPPRESSED: Final = "suppressed"
SMALL, MOVED, EXTREME = "small-cell", "moved", "extreme"
COMPLEMENT, PART = "complement", "part-hidden"
COUNTS_REST: Final = "blank-domain"
"""The note that counts those who belong to no group, however few they are."""

Row = TypeVar("Row", Estimate, Difference)


@dataclass(frozen=True)
class Policy:
    """What may be shown.

    Parameters
    ----------
    least : answers behind any figure, and behind whatever subtraction leaves
    least_by_column : the same for the groups of some columns, where more are asked for
    least_change : answers by which a group may differ from an earlier release, if it differs
    round_to : counts are rounded to multiples of this
    decimals : figures are rounded to so many: further digits would give counts and answers away
    sensitive : items of which a group is never said to answer all alike
    """

    least: int = 10
    least_by_column: Mapping[str, int] = field(default_factory=dict)
    least_change: int = 10
    round_to: int = 5
    decimals: int = 2
    sensitive: frozenset[str] = frozenset()

    def least_of(self, group: Domain) -> int:
        """Return the least number of answers that a group must have."""
        asked = (self.least_by_column.get(column, 0) for column, _ in group)
        return max(self.least, *asked) if group else self.least


@dataclass(frozen=True, eq=False)
class Table:
    """Breakdowns of one snapshot before anybody has seen them.

    Parameters
    ----------
    tree : the nodes
    splits : the groups and what they add up to
    estimates : of the whole sample and of every group
    differences : between groups, or of a group from the whole sample
    earlier : leaf -> its counts, of each earlier release
    """

    tree: IndexTree
    splits: Splits
    estimates: Sequence[Estimate]
    differences: Sequence[Difference] = ()
    earlier: Sequence[Mapping[str, Counts]] = ()


class Proof(NamedTuple):
    """What was checked once all was decided; None: there was nothing of the kind.

    ``least_shown`` answers lie behind a shown figure; ``n_residues`` unions of groups can be
    reached by subtraction, ``least_residue`` answers lie behind the smallest; ``hidden`` counts
    the figures by reason.
    """

    least_shown: int | None
    n_residues: int
    least_residue: int | None
    hidden: Mapping[str, int]


class Released(NamedTuple):
    """What may be shown, the proof, and by leaf the counts that the next release must know."""

    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    proof: Proof
    counts: Mapping[str, Counts]


def release(table: Table, policy: Policy) -> Released:
    """Return the table with everything taken out that may not be shown.

    Parameters
    ----------
    table : Table
    policy : Policy

    Notes
    -----
    By item leaf, exactly: with answers by group n_g, the answers left by subtracting the shown
    parts of a shown whole are those of a union of hidden groups; each such union has ``least``
    answers and is no hidden group by itself. A node above is hidden with any leaf that counts in
    it. Rows of the whole sample stay as they are.
    """
    every = {(row.node, _domain(row.domain)): row for row in table.estimates}
    leaves = {leaf.code: _Leaf(leaf, table, policy, every) for leaf in table.tree.item_leaves}
    reasons = {
        (code, group): reason
        for code, leaf in leaves.items()
        for group, reason in leaf.reasons.items()
    }
    reasons |= _parts_hidden(table.tree, reasons, every)
    estimates = tuple(_shown(row, reasons, policy) for row in table.estimates)
    shown = frozenset(
        (row.node, _domain(row.domain)) for row in estimates if row.estimate is not None
    )
    return Released(
        estimates,
        tuple(_compared(row, shown, policy) for row in table.differences),
        _proof(estimates, every, leaves, reasons),
        {code: leaf.counts for code, leaf in leaves.items()},
    )


class _Leaf:
    """The groups of one leaf, and why those that are hidden are."""

    def __init__(
        self,
        leaf: ItemLeaf,
        table: Table,
        policy: Policy,
        every: Mapping[tuple[str, Domain], Estimate],
    ) -> None:
        self._policy = policy
        self._splits = table.splits
        self.rows = {group: row for (node, group), row in every.items() if node == leaf.code}
        self.counts = {group: row.n or 0 for group, row in self.rows.items()}
        self._earlier = [counts[leaf.code] for counts in table.earlier if leaf.code in counts]
        self.reasons: dict[Domain, str] = {}
        for group in self.counts:
            if group != WHOLE_SAMPLE and (reason := self._own_reason(leaf, group)):
                self.reasons[group] = reason
        while (more := self._given_away()) is not None:
            self.reasons[more] = COMPLEMENT

    @property
    def curtain(self) -> Curtain:
        """What is hidden now."""
        return Curtain(self._splits, self.counts, frozenset(self.reasons))

    def is_hidden(self, group: Domain) -> bool:
        """Tell whether a group, or the whole sample, has no figure to subtract from."""
        return group in self.reasons or self.rows[group].estimate is None

    def _own_reason(self, leaf: ItemLeaf, group: Domain) -> str | None:
        row = self.rows[group]
        # a stratum of one commune is that commune under another name
        alike = self.curtain.finest(group) if len(self.curtain.finest(group)) == 1 else ()
        least = max(map(self._policy.least_of, (group, *alike)))
        if row.estimate is None or self.counts[group] < least:
            return SMALL
        if self._has_moved(frozenset([group])):
            return MOVED
        is_end = any(note.code == "at-bound" for note in row.notes)
        return EXTREME if is_end and leaf.item in self._policy.sensitive else None

    def _given_away(self) -> Domain | None:
        """Return a group to hide, because what is shown gives a hidden one away."""
        curtain = self.curtain
        secrets = {curtain.finest(group) for group in self.reasons}
        for whole, column, residue in curtain.residues():
            if self.is_hidden(whole):
                is_safe = bool(residue) or not self.counts.get(whole)
            else:
                is_safe = not residue or self._is_safe(residue, secrets, curtain)
            if not is_safe and (found := self._next(whole, column)) is not None:
                return found
        return None

    def _is_safe(
        self, residue: frozenset[Domain], secrets: set[frozenset[Domain]], curtain: Curtain
    ) -> bool:
        least = max(self._policy.least_of(group) for group in residue)
        is_few = curtain.members(residue) < least
        return not (is_few or residue in secrets or self._has_moved(residue))

    def _next(self, whole: Domain, column: str) -> Domain | None:
        """Return the smallest group under a split that is still shown."""
        shown = list(self._still_shown(whole, column))
        return min(shown, key=lambda group: (self.counts[group], group)) if shown else None

    def _still_shown(self, whole: Domain, column: str) -> Iterator[Domain]:
        for group in self._splits.parts[whole][column]:
            if group in self.reasons:
                for finer in self._splits.parts.get(group, ()):
                    yield from self._still_shown(group, finer)
            else:
                yield group

    def _has_moved(self, groups: frozenset[Domain]) -> bool:
        """Tell whether a few answers more or less than in an earlier release would show."""
        now = sum(self.counts[group] for group in groups)
        changes = [
            abs(now - sum(counts.get(group, 0) for group in groups)) for counts in self._earlier
        ]
        return any(0 < change < self._policy.least_change for change in changes)


def _parts_hidden(
    tree: IndexTree,
    reasons: Mapping[tuple[str, Domain], str],
    every: Mapping[tuple[str, Domain], Estimate],
) -> dict[tuple[str, Domain], str]:
    """Return the inner nodes from which a hidden leaf could be worked out."""
    groups: dict[str, set[Domain]] = {node.code: set() for node in tree.nodes}
    for code, group in reasons:
        if every[code, group].estimate is not None:
            groups[code].add(group)
    found = {}
    for node in reversed(tree.nodes):
        if isinstance(node, InnerNode):
            groups[node.code].update(*(groups[child.code] for child in node.counting))
            found.update({(node.code, group): PART for group in groups[node.code]})
    return found


def _shown(row: Estimate, reasons: Mapping[tuple[str, Domain], str], policy: Policy) -> Estimate:
    group = _domain(row.domain)
    if group == WHOLE_SAMPLE:
        return row
    reason = reasons.get((row.node, group))
    if reason is None and row.estimate is not None:
        notes = tuple(note for note in row.notes if note.code != COUNTS_REST)
        shown = row._replace(n=_rounded(row, policy.round_to), deff=None, notes=notes)
        return _coarse(shown, policy.decimals)
    # their facts tell how many answered
    notes = tuple(note for note in row.notes if note.code == "missing-child")
    if reason is not None:
        notes = (*notes, Note(SUPPRESSED, reason))
    blank = row._replace(estimate=None, se=None, low=None, high=None, df=None)
    return blank._replace(n=None, deff=None, notes=notes)


def _coarse(row: Row, decimals: int) -> Row:
    """Round the figures of a row."""
    estimate, se, low, high = (
        None if value is None else round(value, decimals)
        for value in (row.estimate, row.se, row.low, row.high)
    )
    return row._replace(estimate=estimate, se=se, low=low, high=high)


def _rounded(row: Estimate, step: int) -> int | None:
    """Return the count, up or down to a multiple of the step; the same people, the same way."""
    if row.n is None:
        return None
    key = hashlib.sha256(repr((row.n, row.estimate, row.se)).encode()).digest()
    below, over = divmod(row.n, step)
    return step * (below + (key[0] % step < over))


def _compared(row: Difference, shown: frozenset[tuple[str, Domain]], policy: Policy) -> Difference:
    if shown >= {(row.node, _domain(side)) for side in (row.domain_a, row.domain_b)}:
        return _coarse(row, policy.decimals)
    blank = row._replace(estimate=None, se=None, low=None, high=None, df=None)
    return blank._replace(notes=(Note(SUPPRESSED, PART),))


def _proof(
    estimates: Sequence[Estimate],
    every: Mapping[tuple[str, Domain], Estimate],
    leaves: Mapping[str, _Leaf],
    reasons: Mapping[tuple[str, Domain], str],
) -> Proof:
    shown = [
        every[row.node, _domain(row.domain)].n
        for row in estimates
        if row.domain and row.estimate is not None
    ]
    residues = [
        leaf.curtain.members(residue)
        for leaf in leaves.values()
        for whole, _, residue in leaf.curtain.residues()
        if residue and not leaf.is_hidden(whole)
    ]
    return Proof(
        min((n for n in shown if n is not None), default=None),
        len(residues),
        min(residues, default=None),
        Counter(reasons.values()),
    )


def _domain(named: Mapping[str, str] | None) -> Domain:
    return tuple(sorted((named or {}).items()))
