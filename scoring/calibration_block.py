"""What a scoring plan says of calibration. Opens no file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from scoring.mapping import Entries, Pair, finite
from scoring.weights.margins import KINDS, Kind, bounds_fault

CALIBRATION_KEYS = ("kind", "margins", "margins_file", "totals", "bounds")


@dataclass(frozen=True)
class CalibrationBlock:
    """The calibration as the plan says it.

    Parameters
    ----------
    kind : poststratify, raking, linear or logit
    margins : variable -> value -> share or count; empty where a file has them
    margins_file : relative to the plan, or None
    totals : numeric variable -> total
    bounds : least and largest factor, or None
    """

    kind: Kind
    margins: Mapping[str, Mapping[str, float]]
    margins_file: str | None
    totals: Mapping[str, float]
    bounds: Pair | None


def read_calibration_block(entries: Entries) -> CalibrationBlock | None:
    """Read the calibration of a plan; None where it has none.

    Raises
    ------
    PlanError
        On an unknown key or a wrong value.
    """
    if "calibration" not in entries:
        return None
    inner = entries.inner("calibration")
    inner.only(CALIBRATION_KEYS)
    kind = cast("Kind", inner.choice("kind", KINDS))
    bounds = inner.pair("bounds") if "bounds" in inner else None
    fault = bounds_fault(kind, bounds)
    if fault:
        raise inner.fault("bounds", fault)
    path = inner.optional_text("margins_file")
    margins = _margins(inner)
    if margins and path is not None:
        raise inner.fault("margins_file", "stands beside margins; give one of them")
    totals = inner.inner("totals") if inner.raw("totals") else Entries({}, where=inner.where)
    return CalibrationBlock(
        kind, margins, path, {name: totals.number(name) for name in totals}, bounds
    )


def _margins(inner: Entries) -> dict[str, dict[str, float]]:
    if not inner.raw("margins"):
        return {}
    margins = inner.inner("margins")
    return {name: _values(margins, name) for name in margins}


def _values(margins: Entries, name: str) -> dict[str, float]:
    raw = margins.raw(name)
    if not isinstance(raw, Mapping) or not raw:
        raise margins.fault(name, "expected a mapping from value to share or count")
    found = {
        margins.label(key, name): finite(value, f"{margins.where}: {name}: {key}")
        for key, value in raw.items()
    }
    if len(found) < len(raw):
        raise margins.fault(name, "names a value twice")
    return found
