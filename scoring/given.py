"""Figures from outside, by name and domain. Knows no answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from scoring.errors import DataError
from scoring.sample import Domain

Key: TypeAlias = tuple[str, frozenset[tuple[str, str]]]


class Figure(NamedTuple):
    """A value with its standard error, on the leaf's range; None where it is unknown."""

    value: float | None
    se: float | None


@dataclass(frozen=True)
class Given:
    """What is known from outside; there is no fallback from one domain to another."""

    figures: Mapping[Key, Figure] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Domain, Figure]]) -> "Given":
        """Collect figures.

        Raises
        ------
        DataError
            If a name has two figures in one domain, or an SE is negative.
        """
        figures: dict[Key, Figure] = {}
        for name, domain, figure in rows:
            key = (name, frozenset(domain))
            if key in figures:
                raise DataError(f"two figures for domain {dict(domain)}", where=name)
            if figure.se is not None and figure.se < 0:
                raise DataError(f"negative standard error {figure.se:g}", where=name)
            figures[key] = figure
        return cls(MappingProxyType(figures))

    def get(self, name: str, domain: Domain) -> Figure:
        """Return the figure of a name in exactly this domain."""
        return self.figures.get((name, frozenset(domain)), Figure(None, None))
