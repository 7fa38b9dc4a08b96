"""A scoring plan as a frozen value, read from the mapping of its YAML file. Opens no file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from scoring.adjust_block import read_adjust
from scoring.calibration_block import CalibrationBlock, read_calibration_block
from scoring.counter_block import CounterBlock, read_counter
from scoring.design_block import DesignColumns, read_design_columns, read_lonely_psu, read_trim
from scoring.errors import PlanError
from scoring.estimates.intervals import INTERVALS, Interval
from scoring.estimates.lonely import LonelyPsu
from scoring.estimates.method import DF_RULES, DfRule
from scoring.mapping import Entries
from scoring.rank_block import RankBlock, read_ranks
from scoring.sample import Domain
from scoring.small_area_block import AreaBlock, read_small_areas
from scoring.variance_block import VARIANCE_KEYS, VarianceBlock, read_variance

ROUND = "round"

Columns: TypeAlias = tuple[str, ...]

KEYS = (
    "data",
    "round",
    "index",
    "design",
    "calibration",
    "domains",
    "confidence",
    "interval",
    "given",
    "compare",
    "adjust",
    "against",
    "counter",
    "small_areas",
    "df",
    "ranks",
    *VARIANCE_KEYS,
)


@dataclass(frozen=True)
class Rounds:
    """Answers of several rounds, each in its file.

    Parameters
    ----------
    column : name of the domain column that says the round
    files : name of the round -> file, relative to the plan
    """

    column: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What to score, from which files.

    Parameters
    ----------
    data, design : None when every leaf is given or constant
    index, given : files, relative to the plan
    domains : sets of columns
    compare : pairs of domains; the empty domain is the whole sample
    trim : base weights above so many times their median are cut; None leaves them
    variance : linearization or replicates
    df : rule for degrees of freedom
    ranks : tables of ranks
    is_adjusted : whether differences are tested by the rule of Benjamini and Hochberg
    against : file of official figures, relative to the plan, or None
    counter : answers of people who came by themselves; None for a probability sample
    small_areas : tables of areas under a model
    """

    data: str | Rounds | None
    index: str
    design: DesignColumns | None
    domains: tuple[Columns, ...]
    confidence: float
    interval: Interval | None
    given: str | None
    compare: tuple[tuple[Domain, Domain], ...]
    lonely_psu: LonelyPsu
    calibration: CalibrationBlock | None
    trim: float | None
    variance: VarianceBlock
    df: DfRule
    ranks: tuple[RankBlock, ...]
    is_adjusted: bool
    against: str | None
    counter: CounterBlock | None
    small_areas: tuple[AreaBlock, ...]

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
        On an unknown key or a wrong value.
    """
    entries = Entries(raw, where=where)
    entries.only(KEYS)
    confidence = _confidence(entries)
    data = _data(entries)
    column = data.column if isinstance(data, Rounds) else None
    counter, design = read_counter(entries), read_design_columns(entries)
    plan = Plan(
        data,
        entries.text("index"),
        design if counter is None else counter.clusters(design),
        tuple(
            tuple(sorted(names, key=lambda name: name != column)) for names in _domains(entries)
        ),
        confidence,
        _interval(entries),
        entries.optional_text("given"),
        _compare(entries, column),
        read_lonely_psu(entries),
        read_calibration_block(entries),
        read_trim(entries),
        read_variance(entries),
        cast("DfRule", entries.choice("df", DF_RULES, "design")),
        read_ranks(entries, confidence),
        read_adjust(entries),
        entries.optional_text("against"),
        counter,
        read_small_areas(entries),
    )
    _refuse_with_replicates(plan, entries)
    _refuse_with_rounds(plan, entries)
    if plan.data is None and plan.calibration is not None:
        raise entries.fault("calibration", "needs data")
    if (plan.data is None) != (plan.design is None):
        lacking = "data" if plan.data is None else "design"
        raise PlanError(f"{lacking} is missing; data and design go together", where=where)
    return plan


def _confidence(entries: Entries) -> float:
    confidence = entries.number("confidence", 0.95)
    if not 0 < confidence < 1:
        raise entries.fault("confidence", f"{confidence:g} is not between 0 and 1")
    return confidence


def _refuse_with_replicates(plan: Plan, entries: Entries) -> None:
    """Raise PlanError for what linearization alone can do."""
    if plan.variance.kind == "taylor":
        return
    if plan.lonely_psu == "adjust" and plan.variance.kind != "replicates":
        raise entries.fault("variance", "lonely_psu adjust goes with taylor alone")
    if plan.df == "satterthwaite":
        raise entries.fault("df", "satterthwaite goes with taylor alone")
    if plan.variance.kind == "replicates" and plan.trim is not None:
        raise entries.fault("design: trim", "replicate weights that were given are not trimmed")


def _data(entries: Entries) -> str | Rounds | None:
    """Return the file of answers, or the files of several rounds."""
    raw = entries.raw("data")
    if not isinstance(raw, Mapping):
        if "round" in entries:
            raise entries.fault("round", "goes with data of several rounds")
        return entries.optional_text("data")
    files = {entries.label(name, "data"): path for name, path in raw.items()}
    texts = {name: path for name, path in files.items() if isinstance(path, str) and path.strip()}
    if len(texts) < max(len(raw), 2):
        raise entries.fault("data", "expected a file for each of two or more rounds")
    return Rounds(entries.optional_text("round") or ROUND, texts)


def _refuse_with_rounds(plan: Plan, entries: Entries) -> None:
    """Raise PlanError for what joined rounds cannot do, and for domains that mix rounds."""
    if not isinstance(plan.data, Rounds):
        return
    strange = plan.calibration is not None or plan.trim is not None
    if strange or plan.variance.kind != "taylor":
        raise entries.fault("data", "several rounds go with taylor, no calibration and no trim")
    compared = [tuple(name for name, _ in side) for pair in plan.compare for side in pair if side]
    column = plan.data.column
    mixed = next((names for names in (*plan.domains, *compared) if column not in names), None)
    if mixed is not None:
        raise entries.fault("domains", f"{', '.join(mixed)}: name {column!r} beside it")


def _interval(entries: Entries) -> Interval | None:
    if "interval" not in entries:
        return None
    return cast("Interval", entries.choice("interval", INTERVALS))


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


def _compare(entries: Entries, column: str | None) -> tuple[tuple[Domain, Domain], ...]:
    if entries.raw("compare") in (None, []):
        return ()
    pairs = [_pair(entries, raw) for raw in entries.sequence("compare")]
    return tuple((_led(one, column), _led(other, column)) for one, other in pairs)


def _led(domain: Domain, column: str | None) -> Domain:
    """Return a domain with the column of the round in front."""
    return tuple(sorted(domain, key=lambda pair: pair[0] != column))


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
