"""From arrays to published rows: null where nothing can be shown, notes beside the numbers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat, starmap
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from scoring.arrays import BoolArray, FloatArray
from scoring.estimates.intervals import Level, half_width, joint_df
from scoring.estimates.method import Method
from scoring.estimates.points import Points, node_df
from scoring.estimates.satterthwaite import joint_effective_df
from scoring.notes import Notes, notes_of
from scoring.result import Difference, Estimate, Note
from scoring.sample import Domain
from scoring.totals import PsuTotals
from scoring.tree import IndexTree
from scoring.weights.calibration import Calibrated

# Notes that speak of one estimate's own interval or place, not of a difference
OWN = frozenset({"no-df", "df-1", "at-bound", "interval", "blank-domain"})


@dataclass(frozen=True, eq=False)
class Report:
    """A finished computation, ready to be written down.

    Parameters
    ----------
    totals, tree, points : what was computed
    min_n, level, method : as used
    calibrated : the calibration; None without
    trimmed : the note on weights that were cut before; None without
    """

    totals: PsuTotals
    tree: IndexTree
    points: Points
    min_n: int
    level: Level
    method: Method
    calibrated: Calibrated | None
    trimmed: Note | None = None

    @cached_property
    def notes(self) -> Notes:
        """The notes by (node, domain) place."""
        return notes_of(
            self.totals, self.tree, self.points, self.min_n, self.method, self.calibrated
        )

    def estimates(self, domain: int) -> Iterator[Estimate]:
        """Return the rows of one domain, nodes depth first."""
        points, nodes = self.points, self.tree.position
        value = points.climbed.value[:, domain]
        n = points.climbed.n[:, domain]
        columns = zip(
            repeat(_published(self.totals.domains[domain]), len(nodes)),
            nodes,
            _nulls(value),
            _nulls(points.se[:, domain]),
            _nulls(points.low[:, domain]),
            _nulls(points.high[:, domain]),
            _degrees(points.df[:, domain], np.isfinite(value)),
            _whole(n, np.ones(len(n), dtype=np.bool_)),
            _nulls(points.deff[:, domain]),
            self._notes_of(domain),
            strict=True,
        )
        return starmap(Estimate, columns)

    def _notes_of(self, domain: int) -> Sequence[tuple[Note, ...]]:
        """Return the notes of every node in a domain; few nodes have any."""
        notes: list[tuple[Note, ...]] = [()] * len(self.tree.nodes)
        for node in self._noted.get(domain, ()):
            notes[node] = tuple(self.notes[node, domain])
        return notes

    @cached_property
    def _noted(self) -> Mapping[int, Sequence[int]]:
        """The nodes with notes, by domain."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for node, domain in self.notes:
            found[domain].append(node)
        return found

    def differences(self, one: int, other: int) -> Iterator[Difference]:
        """Yield domain ``one`` less domain ``other``, every node."""
        points = self.points
        value = points.climbed.value[:, one] - points.climbed.value[:, other]
        known = points.known[:, one] & points.known[:, other]
        se = np.where(known, np.sqrt(points.influence.difference(one, other)), np.nan)
        df = self._joint_df(one, other)
        half = half_width(se, df, self.level.confidence)
        a, b = (_published(self.totals.domains[at]) for at in (one, other))
        rows = zip(
            self.tree.position,
            _nulls(value),
            _nulls(se),
            _nulls(value - half),
            _nulls(value + half),
            _degrees(df, np.isfinite(value)),
            strict=True,
        )
        for at, (node, estimate, error, low, high, freedom) in enumerate(rows):
            notes = self._joint_notes(at, (one, other), None if error is None else freedom)
            yield Difference(a, b, node, estimate, error, low, high, freedom, notes)

    def _joint_df(self, one: int, other: int) -> FloatArray:
        points = self.points
        marks = points.marks[:, one] | points.marks[:, other]
        within = np.minimum(points.within_df[:, one], points.within_df[:, other])
        most = np.broadcast_to(self.method.most_df, len(self.totals.domains))[[one, other]].max()
        between = np.minimum(joint_df(self.totals, one, other), most)
        if self.method.df == "satterthwaite":
            between = joint_effective_df(points.influence.between, one, other, between)
        return node_df(marks, within, between)

    def _joint_notes(
        self, node: int, domains: tuple[int, int], df: float | None
    ) -> tuple[Note, ...]:
        """Return the notes of both sides, and of the difference's own interval."""
        both = [note for at in domains for note in self.notes.get((node, at), ())]
        notes = [note for note in dict.fromkeys(both) if note.code not in OWN]
        if df == 0:
            notes.append(Note("no-df", "no degrees of freedom, no interval"))
        elif df == 1:
            notes.append(Note("df-1", "interval with one degree of freedom"))
        return tuple(notes)


def _published(domain: Domain) -> Mapping[str, str] | None:
    return MappingProxyType(dict(domain)) if domain else None


def _nulls(values: FloatArray) -> Sequence[float | None]:
    """Return plain floats; null where nothing can be shown."""
    plain: Sequence[float] = values.tolist()
    return [value if value == value else None for value in plain]  # noqa: PLR0124 - NaN differs from itself


def _degrees(values: FloatArray, shown: BoolArray) -> Sequence[float | None]:
    """Return plain numbers, whole ones as such; null where hidden or without end."""
    plain: Sequence[float] = np.where(shown & np.isfinite(values), values, np.nan).tolist()
    return [
        None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124 - NaN
        for value in plain
    ]


def _whole(values: FloatArray, shown: BoolArray) -> Sequence[int | None]:
    """Return plain whole numbers; null where hidden or without end."""
    usable = (shown & np.isfinite(values)).tolist()
    whole: npt.NDArray[np.int64] = np.where(np.isfinite(values), values, 0).astype(np.int64)
    return [value if use else None for value, use in zip(whole.tolist(), usable, strict=True)]
