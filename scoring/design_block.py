"""What a scoring plan says of the design and of weights before calibration. Opens no file."""

from dataclasses import dataclass
from typing import cast

from scoring.estimates.lonely import POLICIES, LonelyPsu
from scoring.mapping import Entries

RESPONSE_KEYS = ("responded", "classes")
UNITS = ("stratum", "psu", "weight", "ssu", "fpc", "ssu_fpc")
DESIGN_KEYS = (*UNITS, "probabilities", "response", "lonely_psu", "trim")


@dataclass(frozen=True)
class ResponseColumns:
    """Who answered of those drawn, and the classes in which respondents stand for the silent.

    Parameters
    ----------
    responded : column of 1 (or true) and 0 (or false)
    classes : columns whose crossing is the weighting class
    """

    responded: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class DesignColumns:
    """Names of the design's columns; None as design 3.3 says.

    Parameters
    ----------
    stratum, psu, weight, ssu, fpc, ssu_fpc : columns
    probabilities : of selection, stage by stage; they take the place of a weight
    response : nonresponse by weighting classes, or None
    day : column of the days that cut a counter, the PSU, into clusters; None cuts nothing
    """

    stratum: str | None = None
    psu: str | None = None
    weight: str | None = None
    ssu: str | None = None
    fpc: str | None = None
    ssu_fpc: str | None = None
    probabilities: tuple[str, ...] = ()
    response: ResponseColumns | None = None
    day: str | None = None

    @property
    def named(self) -> list[str]:
        """The columns that are named."""
        units = (self.stratum, self.psu, self.day, self.ssu, self.fpc, self.ssu_fpc, self.weight)
        silent = self.response
        others = () if silent is None else (silent.responded, *silent.classes)
        return [name for name in (*units, *self.probabilities, *others) if name is not None]


def read_design_columns(entries: Entries) -> DesignColumns | None:
    """Read the columns of the design; None where the plan has no design.

    Raises
    ------
    PlanError
        On an unknown key, or keys that do not go together.
    """
    if "design" not in entries:
        return None
    inner = entries.inner("design")
    inner.only(DESIGN_KEYS)
    probabilities = names_of(inner, "probabilities") if "probabilities" in inner else ()
    if probabilities and "weight" in inner:
        raise inner.fault("probabilities", "stands beside weight; give one of them")
    stratum, psu, weight, ssu, fpc, ssu_fpc = (inner.optional_text(key) for key in UNITS)
    design = DesignColumns(
        stratum, psu, weight, ssu, fpc, ssu_fpc, probabilities, _response(inner)
    )
    if design.ssu_fpc is not None and (design.ssu is None or design.fpc is None):
        raise inner.fault("ssu_fpc", "needs ssu and fpc beside it")
    return design


def names_of(entries: Entries, key: str) -> tuple[str, ...]:
    """Return one name of a column, or a list of different ones."""
    if isinstance(entries.raw(key), list):
        return entries.labels(key)
    return (entries.text(key),)


def _response(inner: Entries) -> ResponseColumns | None:
    if "response" not in inner:
        return None
    response = inner.inner("response")
    response.only(RESPONSE_KEYS)
    if "classes" not in response:
        raise response.fault("classes", "is missing (columns of the weighting classes)")
    return ResponseColumns(response.text("responded"), names_of(response, "classes"))


def read_lonely_psu(entries: Entries) -> LonelyPsu:
    """Read what a stratum of one PSU adds to the variance."""
    if "design" not in entries:
        return "refuse"
    return cast("LonelyPsu", entries.inner("design").choice("lonely_psu", POLICIES, "refuse"))


def read_trim(entries: Entries) -> float | None:
    """Read the multiple of the median above which base weights are cut; None leaves them."""
    if "design" not in entries or "trim" not in entries.inner("design"):
        return None
    inner = entries.inner("design")
    times = inner.number("trim")
    if times <= 1:
        raise inner.fault("trim", f"expected a multiple of the median above 1, got {times:g}")
    return times
