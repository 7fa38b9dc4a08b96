"""What a scoring plan says of counter data, which nobody drew. Opens no file."""

from dataclasses import dataclass

from scoring.design_block import DesignColumns, names_of
from scoring.errors import PlanError
from scoring.mapping import Entries

COUNTER_KEYS = ("kiosk", "day", "records", "biases", "pairs")
RECORD_KEYS = ("file", "variables", "count", "weights")
WEIGHTS = ("propensity", "raking")
NOT_BESIDE = ("ranks", "small_areas", "replicate_weights")
NO_UNITS = ("psu", "ssu", "fpc", "ssu_fpc")
NO_WEIGHTS = ("weight", "probabilities", "response")


@dataclass(frozen=True)
class RecordBlock:
    """Records of everybody who was served.

    Parameters
    ----------
    file : relative to the plan
    variables : columns of the records and of the answers
    count : column of the records with numbers of people; None for one a row
    is_raked : weights by raking to the records' numbers; else by propensity
    """

    file: str
    variables: tuple[str, ...]
    count: str | None
    is_raked: bool


@dataclass(frozen=True)
class CounterBlock:
    """Counter data as the plan says them.

    Parameters
    ----------
    kiosk, day : columns whose crossing is the cluster; no day makes it the kiosk
    records : what weights come from; None leaves the design's
    biases, pairs : file of learnt biases, or of pairs that they are learnt from
    """

    kiosk: str
    day: str | None
    records: RecordBlock | None
    biases: str | None
    pairs: str | None

    @property
    def propensity(self) -> RecordBlock | None:
        """The records behind propensity weights; None where weights come otherwise."""
        return None if self.records is None or self.records.is_raked else self.records

    @property
    def raking(self) -> RecordBlock | None:
        """The records that weights are raked to; None where weights come otherwise."""
        return self.records if self.records is not None and self.records.is_raked else None

    def clusters(self, design: DesignColumns | None) -> DesignColumns:
        """Return the columns of the design with kiosk and day as its clusters."""
        stands = design or DesignColumns()
        return DesignColumns(
            stands.stratum,
            self.kiosk,
            stands.weight,
            probabilities=stands.probabilities,
            response=stands.response,
            day=self.day,
        )


def read_counter(entries: Entries) -> CounterBlock | None:
    """Read the counter block of a plan; None where it has none.

    Raises
    ------
    PlanError
        On an unknown key, a wrong value, or a key that does not go with counter data.
    """
    if "counter" not in entries:
        return None
    inner = entries.inner("counter")
    inner.only(COUNTER_KEYS)
    if "biases" in inner and "pairs" in inner:
        raise inner.fault("pairs", "stands beside biases; give one of them")
    block = CounterBlock(
        inner.text("kiosk"),
        inner.optional_text("day"),
        _records(inner),
        inner.optional_text("biases"),
        inner.optional_text("pairs"),
    )
    _refuse_beside(entries, block)
    return block


def _records(inner: Entries) -> RecordBlock | None:
    if "records" not in inner:
        return None
    records = inner.inner("records")
    records.only(RECORD_KEYS)
    if "variables" not in records:
        raise records.fault("variables", "is missing (columns of records and answers)")
    return RecordBlock(
        records.text("file"),
        names_of(records, "variables"),
        records.optional_text("count"),
        records.choice("weights", WEIGHTS) == "raking",
    )


def _refuse_beside(entries: Entries, block: CounterBlock) -> None:
    """Raise PlanError for a key that counter data have no use for."""
    if not isinstance(entries.raw("data"), str):
        raise entries.fault("counter", "needs data of one file")
    strange = next((key for key in NOT_BESIDE if key in entries), None)
    if strange is not None:
        raise _stands_beside(entries, strange)
    if block.raking is not None and "calibration" in entries:
        raise entries.fault("calibration", "stands beside counter: records that are raked to")
    if "design" in entries:
        design = entries.inner("design")
        weights = () if block.propensity is None else NO_WEIGHTS
        strange = next((key for key in (*NO_UNITS, *weights) if key in design), None)
        if strange is not None:
            raise _stands_beside(design, strange)


def _stands_beside(entries: Entries, key: str) -> PlanError:
    return entries.fault(key, "does not go with counter")
