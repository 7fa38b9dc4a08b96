"""What can go wrong in the engine, as facts.

The tree::

    ScoringError
    ├── PlanError                 a plan or an index tree that cannot be read; keeps all faults
    ├── DesignError               the sampling design does not allow the computation
    │   ├── SingletonStratumError names the strata that hold one PSU
    │   └── EmptyDomainError      a domain without a single respondent was asked for
    ├── DataError                 columns that cannot be scored
    │   ├── ShapeError            lengths or dimensions that do not fit
    │   ├── WeightError           a weight that is missing, negative, infinite, or all are zero
    │   ├── CodeError             an answer that the tree gives no value
    │   └── MarginError           margins that contradict the respondents or each other
    └── ConvergenceError          calibration that stopped before its margins; iterations and gap
"""

from collections.abc import Sequence


class ScoringError(Exception):
    """The root: one English sentence; ``where`` names file, row, column or key."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where


class PlanError(ScoringError):
    """A scoring plan or an index tree that cannot be read; ``faults`` holds every one found."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message, where=where)
        self.faults: tuple[str, ...] = (str(self),)

    @classmethod
    def of_many(cls, errors: Sequence["PlanError"]) -> "PlanError":
        """Join several faults: the first is the message, all are kept."""
        faults = tuple(fault for error in errors for fault in error.faults)
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        joined = cls(faults[0] + more)
        joined.faults = faults
        return joined


class DesignError(ScoringError):
    """The sampling design does not allow the computation."""


class SingletonStratumError(DesignError):
    """Strata that hold a single PSU, under the policy ``refuse``."""

    def __init__(self, strata: Sequence[str]) -> None:
        shown = ", ".join(repr(label) for label in strata[:10])
        more = f" and {len(strata) - 10} more" if len(strata) > 10 else ""  # noqa: PLR2004 - a line stays readable
        super().__init__(f"only one PSU in stratum {shown}{more}; its variance is unknown")
        self.strata = tuple(strata)


class EmptyDomainError(DesignError):
    """A domain without a single respondent was asked for."""


class DataError(ScoringError):
    """Columns that cannot be scored."""


class ShapeError(DataError):
    """Lengths or dimensions that do not fit."""


class WeightError(DataError):
    """A weight that is missing, negative or infinite, or weights that are all zero."""


class CodeError(DataError):
    """An answer that the tree gives no value."""


class MarginError(DataError):
    """Margins that contradict the respondents or each other; the message names them."""


class ConvergenceError(ScoringError):
    """Calibration that stopped too far from its margins.

    ``gap`` is the largest difference between a margin and what was reached, relative to the
    margin; ``margin`` says which. ``replicate`` counts from 1 where a part of the sample that
    stands for a variance misses them, and not the sample.
    """

    def __init__(
        self,
        iterations: int,
        gap: float,
        margin: str,
        bounds: tuple[float, float] | None = None,
        replicate: int | None = None,
    ) -> None:
        within = "" if bounds is None else " within {:g}..{:g}".format(*bounds)
        super().__init__(
            f"stopped after {iterations} iterations {gap:.2g} of its size away from margin"
            f" {margin}; the margins cannot be met together by these respondents{within}",
            where="calibration" if replicate is None else f"calibration of replicate {replicate}",
        )
        self.iterations, self.gap, self.margin = iterations, gap, margin
