"""A scoring plan as a frozen value, read from the mapping of its YAML file. Opens no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scoring.errors import PlanError
from scoring.mapping import Entries
from scoring.sample import Domain

Columns: TypeAlias = tuple[str, ...]

KEYS = (
    "data",
    "index",
    "design",
    "calibration",
    "domains",
    "variance",
    "replicate_weights",
    "scale",
    "rscales",
    "confidence",
    "interval",
    "given",
    "compare",
    "seed",
)
DESIGN_KEYS = ("stratum", "psu", "weight", "fpc", "ssu", "ssu_fpc", "lonely_psu")

# What the contract names and later work builds: refused plainly, never ignored
UNBUILT_KEYS = ("calibration", "replicate_weights", "scale", "rscales")
UNBUILT_DESIGN_KEYS = ("fpc", "ssu_fpc")
VARIANCES = ("taylor", "jackknife", "replicates")
INTERVALS = ("t", "logit", "beta", "wilson", "likelihood")
LONELY = ("refuse", "certainty", "average", "adjust")


@dataclass(frozen=True)
class DesignColumns:
    """Names of the design's columns; None as design 3.3 says."""

    stratum: str | None
    psu: str | None
    weight: str | None
    ssu: str | None


@dataclass(frozen=True)
class Plan:
    """What to score, from which files.

    Parameters
    ----------
    data, design : None when every leaf is given or constant
    index, given : files, relative to the plan
    domains : sets of columns
    compare : pairs of domains; the empty domain is the whole sample
    """

    data: str | None
    index: str
    design: DesignColumns | None
    domains: tuple[Columns, ...]
    confidence: float
    given: str | None
    compare: tuple[tuple[Domain, Domain], ...]

    @property
    def domain_columns(self) -> Columns:
        """Every column that domains or comparisons name, each once."""
        compared = [name for pair in self.compare for domain in pair for name, _ in domain]
        return tuple(
            dict.fromkeys([*(name for names in self.domains for name in names), *compared])
        )


def read_plan(raw: object, where: str) -> Plan:
    """Read a plan.

    Parameters
    ----------
    raw : the mapping of the YAML file
    where : the file's name, for the errors

    Raises
    ------
    PlanError
        On an unknown key, a wrong value, or something that is not built yet.
    """
    entries = Entries(raw, where=where)
    entries.only(KEYS)
    _refuse_unbuilt(entries, UNBUILT_KEYS)
    _built_choice(entries, "variance", VARIANCES)
    _built_choice(entries, "interval", INTERVALS)
    if "seed" in entries:
        entries.integer("seed")
    confidence = entries.number("confidence", 0.95)
    if not 0 < confidence < 1:
        raise entries.fault("confidence", f"{confidence:g} is not between 0 and 1")
    plan = Plan(
        entries.optional_text("data"),
        entries.text("index"),
        _design(entries),
        _domains(entries),
        confidence,
        entries.optional_text("given"),
        _compare(entries),
    )
    if (plan.data is None) != (plan.design is None):
        lacking = "data" if plan.data is None else "design"
        raise PlanError(f"{lacking} is missing; data and design go together", where=where)
    return plan


def _refuse_unbuilt(entries: Entries, keys: Sequence[str]) -> None:
    unbuilt = next((key for key in keys if key in entries), None)
    if unbuilt is not None:
        raise entries.fault(unbuilt, "not built yet")


def _built_choice(entries: Entries, key: str, allowed: Sequence[str]) -> None:
    """Accept the first of the allowed words only; the others are not built yet."""
    choice = entries.choice(key, allowed, allowed[0])
    if choice != allowed[0]:
        raise entries.fault(key, f"{choice} is not built yet, use {allowed[0]}")


def _design(entries: Entries) -> DesignColumns | None:
    if "design" not in entries:
        return None
    inner = entries.inner("design")
    inner.only(DESIGN_KEYS)
    _refuse_unbuilt(inner, UNBUILT_DESIGN_KEYS)
    _built_choice(inner, "lonely_psu", LONELY)
    return DesignColumns(
        *(inner.optional_text(key) for key in ("stratum", "psu", "weight", "ssu")),
    )


def _domains(entries: Entries) -> tuple[Columns, ...]:
    if entries.raw("domains") in (None, []):
        return ()
    sets = [_columns(entries, raw) for raw in entries.sequence("domains")]
    return tuple({frozenset(columns): columns for columns in sets}.values())


def _columns(entries: Entries, raw: object) -> Columns:
    names = raw if isinstance(raw, list) else [raw]
    columns = [name for name in names if isinstance(name, str) and name.strip()]
    if not names or len(columns) < len(names) or len(set(columns)) < len(columns):
        raise entries.fault("domains", f"{raw!r} is no column, or list of different columns")
    return tuple(columns)


def _compare(entries: Entries) -> tuple[tuple[Domain, Domain], ...]:
    if entries.raw("compare") in (None, []):
        return ()
    return tuple(_pair(entries, raw) for raw in entries.sequence("compare"))


def _pair(entries: Entries, raw: object) -> tuple[Domain, Domain]:
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004 - a pair
        raise entries.fault("compare", f"{raw!r} is no pair of domains")
    one, other = (_domain(entries, side) for side in raw)
    if set(one) == set(other):
        raise entries.fault("compare", f"{raw[0]!r} is compared with itself")
    return one, other


def _domain(entries: Entries, raw: object) -> Domain:
    """Read one side of a comparison; null is the whole sample."""
    if raw is None:
        return ()
    side = Entries(raw, where=f"{entries.where}: compare")
    if not list(side):
        raise entries.fault("compare", "a domain without a column")
    return tuple((name, side.label(side.raw(name), name)) for name in side)
