"""Which groups of people add up to which others, and what subtraction would lay open.

Knows no scores: only who is counted where, and how many they are. Those who belong to no group of
a column (they did not tell their age) are no group: nobody knows who they are, and rounded figures
and counts do not tell their answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from scoring.sample import WHOLE_SAMPLE, Domain

Counts: TypeAlias = Mapping[Domain, int]
"""Answers to one question by group; the whole sample is always there."""


@dataclass(frozen=True)
class Splits:
    """The breakdowns of one snapshot: a whole, and the groups that it is split into.

    Parameters
    ----------
    columns : column -> its groups; each column splits the whole sample, or what ``inside`` says
    inside : group of a column -> the group of a coarser column that wholly holds it
    """

    columns: Mapping[str, tuple[Domain, ...]]
    inside: Mapping[Domain, Domain]

    @cached_property
    def parts(self) -> Mapping[Domain, Mapping[str, tuple[Domain, ...]]]:
        """The groups of each whole, by column."""
        found: dict[Domain, dict[str, list[Domain]]] = {}
        for column, groups in self.columns.items():
            for group in groups:
                whole = self.inside.get(group, WHOLE_SAMPLE)
                found.setdefault(whole, {}).setdefault(column, []).append(group)
        return {
            whole: {column: tuple(groups) for column, groups in by_column.items()}
            for whole, by_column in found.items()
        }


@dataclass(frozen=True, eq=False)
class Curtain:
    """What is hidden of the answers to one question, and what that leaves open.

    Parameters
    ----------
    splits : which groups add up to which
    counts : of every group
    hidden : groups that are not shown
    """

    splits: Splits
    counts: Counts
    hidden: frozenset[Domain]

    def residues(self) -> Iterator[tuple[Domain, str, frozenset[Domain]]]:
        """Yield each whole, a column that splits it, and who is left when the shown are taken off.

        The whole is shown, or hidden: then what is left says whether its parts give it away.
        """
        for whole, by_column in self.splits.parts.items():
            for column in by_column:
                yield whole, column, frozenset(self._left(whole, column))

    def finest(self, group: Domain) -> frozenset[Domain]:
        """Return the finest groups that make a group up, without those that hold nobody."""
        if not self.counts.get(group, 0):
            return frozenset()
        inner = self.splits.parts.get(group)
        if not inner or not group:
            return frozenset([group])
        return frozenset().union(*(self.finest(one) for one in next(iter(inner.values()))))

    def members(self, groups: frozenset[Domain]) -> int:
        """Return how many people some groups hold together."""
        return sum(self.counts[one] for one in groups)

    def _left(self, whole: Domain, column: str) -> Iterator[Domain]:
        for group in self.splits.parts[whole][column]:
            if group not in self.hidden or not self.counts.get(group, 0):
                continue
            inner = self.splits.parts.get(group)
            if inner:
                yield from self._left(group, next(iter(inner)))
            else:
                yield group
