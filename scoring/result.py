"""What the engine hands out: frozen rows of plain numbers, each with its notes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from scoring.arrays import BoolArray, FloatArray
from scoring.errors import DesignError, EmptyDomainError
from scoring.estimates.contrasts import Contrast, contrast
from scoring.estimates.variance import Influence
from scoring.weights.calibration import Calibrated

Key: TypeAlias = tuple[str, Mapping[str, str] | None]


class Note(NamedTuple):
    """A statistical doubt, published beside the number."""

    code: str
    fact: str


class Estimate(NamedTuple):
    """One node in one domain; ``domain`` None is the whole sample, None elsewhere is null."""

    domain: Mapping[str, str] | None
    node: str
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    df: float | None
    n: int | None
    deff: float | None
    notes: tuple[Note, ...]


class Difference(NamedTuple):
    """One node, domain a less domain b."""

    domain_a: Mapping[str, str] | None
    domain_b: Mapping[str, str] | None
    node: str
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    df: float | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """All estimates and differences of one run.

    Parameters
    ----------
    estimates : whole sample first, then the domains as listed, values sorted as text, nodes depth
        first
    differences : every node for every pair, as listed
    influence, known, nodes, domains : what joint covariances are made of
    weights : the calibration, with its margins before and after; None without
    """

    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    influence: Influence = field(repr=False)
    known: BoolArray = field(repr=False)
    nodes: Mapping[str, int] = field(repr=False)
    domains: Mapping[frozenset[tuple[str, str]], int] = field(repr=False)
    weights: Calibrated | None = field(default=None, repr=False)

    def get(self, node: str, domain: Mapping[str, str] | None = None) -> Estimate:
        """Return the estimate of a node in a domain (None: the whole sample).

        Raises
        ------
        KeyError
            If there is no such estimate.
        """
        return self._by_key[node, _key(domain)]

    def covariance(self, keys: Sequence[Key]) -> FloatArray:
        """Return the joint covariance of estimates.

        Parameters
        ----------
        keys : (node, domain) pairs

        Returns
        -------
        (q, q) symmetric, in points squared

        Raises
        ------
        DesignError
            If the variance of one of them is unknown.
        EmptyDomainError
            If one of the domains is not in the run.
        """
        nodes = [self.nodes[node] for node, _ in keys]
        domains = [self._place(domain) for _, domain in keys]
        unknown = ~self.known[nodes, domains]
        if unknown.any():
            node, domain = keys[int(np.argmax(unknown))]
            raise DesignError(f"the variance of {node!r} in {domain} is unknown")
        return self.influence.covariance(nodes, domains)

    def contrast(self, terms: Sequence[tuple[float, Key]], confidence: float = 0.95) -> Contrast:
        """Return a sum of estimates, each times its coefficient.

        Parameters
        ----------
        terms : (coefficient, (node, domain)) pairs
        confidence : of the interval, between 0 and 1

        Raises
        ------
        DesignError, EmptyDomainError
            As ``covariance``.

        Notes
        -----
        C = sum c x, V(C) = c' V c with the joint covariance V of the estimates, so that PSUs which
        several domains share count; df is the least of the terms.
        Source: Lumley 2010, chapter 2; R: ``svycontrast``.
        """
        keys = [key for _, key in terms]
        c = np.asarray([coefficient for coefficient, _ in terms], dtype=np.float64)
        error = math.sqrt(max(float(c @ self.covariance(keys) @ c), 0.0))
        values = [self.get(*key).estimate for key in keys]
        least = min((df for key in keys if (df := self.get(*key).df) is not None), default=None)
        return contrast(float(c @ np.asarray(values, dtype=np.float64)), error, least, confidence)

    @cached_property
    def _by_key(self) -> dict[tuple[str, frozenset[tuple[str, str]]], Estimate]:
        return {(row.node, _key(row.domain)): row for row in self.estimates}

    def _place(self, domain: Mapping[str, str] | None) -> int:
        if _key(domain) not in self.domains:
            raise EmptyDomainError(f"domain {domain} is not in the run")
        return self.domains[_key(domain)]


def _key(domain: Mapping[str, str] | None) -> frozenset[tuple[str, str]]:
    return frozenset((domain or {}).items())
