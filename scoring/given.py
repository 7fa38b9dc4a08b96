"""Figures from outside, by name and domain. Knows no answers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from scoring.arrays import FloatArray
from scoring.columns import Codes
from scoring.errors import DataError
from scoring.sample import WHOLE_SAMPLE, Domain

Key: TypeAlias = tuple[str, frozenset[tuple[str, str]]]


class Figure(NamedTuple):
    """A value with its standard error, on the leaf's range; None where it is unknown."""

    value: float | None
    se: float | None


@dataclass(frozen=True)
class Given:
    """What is known from outside; there is no fallback from one domain to another.

    Parameters
    ----------
    figures : by name and domain
    domains : the domains that occur, in their order of appearance
    """

    figures: Mapping[Key, Figure] = field(default_factory=lambda: MappingProxyType({}))
    domains: tuple[Domain, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Domain, Figure]]) -> "Given":
        """Collect figures.

        Raises
        ------
        DataError
            If a name has two figures in one domain, or an SE is negative.
        """
        figures: dict[Key, Figure] = {}
        domains: dict[Domain, None] = {}
        for name, domain, figure in rows:
            key = (name, frozenset(domain))
            if key in figures:
                raise DataError(f"two figures for domain {dict(domain)}", where=name)
            if figure.se is not None and figure.se < 0:
                raise DataError(f"negative standard error {figure.se:g}", where=name)
            figures[key] = figure
            domains[domain] = None
        return cls(MappingProxyType(figures), tuple(domains))

    @classmethod
    def of_columns(
        cls,
        code: Codes,
        columns: Mapping[str, Codes],
        value: FloatArray,
        se: FloatArray,
    ) -> "Given":
        """Collect figures from columns of a table.

        Parameters
        ----------
        code : (n,) names of the figures
        columns : (n,) value of each domain column; blank = not limited by it
        value, se : (n,) NaN = unknown

        Raises
        ------
        DataError
            As ``of``, and if a name is blank.
        """
        return cls.of(
            (
                code.text(row, "code"),
                tuple((at, of.text(row, at)) for at, of in columns.items() if of.codes[row] >= 0),
                Figure(*(None if math.isnan(of[row]) else float(of[row]) for of in (value, se))),
            )
            for row in range(len(value))
        )

    def get(self, name: str, domain: Domain) -> Figure:
        """Return the figure of a name in exactly this domain."""
        return self.figures.get((name, frozenset(domain)), Figure(None, None))

    @property
    def column_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of domain columns that occur, the smaller first."""
        found = {frozenset(names): names for names in map(_names, self.domains) if names}
        return tuple(sorted(found.values(), key=len))

    def domains_by(self, sets: Sequence[Sequence[str]]) -> tuple[Domain, ...]:
        """Return the whole sample and the domains of these sets of columns, columns as listed."""
        found = [
            tuple((name, dict(domain)[name]) for name in columns)
            for columns in sets
            for domain in self.domains
            if set(_names(domain)) == set(columns)
        ]
        return tuple(dict.fromkeys([WHOLE_SAMPLE, *found]))


def _names(domain: Domain) -> tuple[str, ...]:
    return tuple(name for name, _ in domain)
