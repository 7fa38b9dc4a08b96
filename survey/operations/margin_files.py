"""The margins of a round's population as a CSV file says them; every fault by row and column.

It must not know any table: what comes out is variable -> value -> total, ready for calibration.
"""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from survey.bridge.weights import JOIN
from survey.instruments.mistakes import nearest
from survey.instruments.model import Instrument, Item
from survey.operations.sample_files import file_faults, number_of
from survey.places.tables import Faults, Line, read_lines
from survey.terms import ItemKind

NEEDED: Final = ("variable", "value", "total")
EQUAL: Final = 1e-6
"""How far sums may be apart, relative to their size: as the engine has it."""

POSTSTRATIFY: Final = "poststratify"
OTHER: Final = "other"

Margins: TypeAlias = dict[str, dict[str, float]]


@dataclass
class _Reading:
    faults: Faults
    instrument: Instrument
    asked: Instrument
    margins: Margins = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)


def read_margins(
    source: bytes, file: str, instrument: Instrument, asked: Instrument, kind: str
) -> Margins:
    """Return the margins of a file; raise TableError with every fault.

    ``asked`` is the instrument without the items that the round switched off.
    """
    reading = _Reading(file_faults(file), instrument, asked)
    for line in read_lines(source, NEEDED, reading.faults):
        _read_line(line, reading)
    for variable in reading.margins:
        _check_complete(variable, reading)
    _check_sums(reading)
    if kind == POSTSTRATIFY and len(reading.margins) > 1:
        second = list(reading.margins)[1]
        reading.faults.add("one-variable", reading.rows[second], "variable")
    reading.faults.settle()
    return reading.margins


def _read_line(line: Line, reading: _Reading) -> None:
    variable, total = line["variable"], number_of(line, "total", reading.faults)
    item = _item(line, reading)
    if item is None:
        return
    reading.rows.setdefault(variable, line.number)
    reading.margins.setdefault(variable, {})[line["value"]] = total or 0.0
    known = _values(item)
    for value in filter(None, line["value"].split(JOIN)):
        if value not in known:
            facts = {"variable": variable, "got": value, "expected": ", ".join(known)}
            reading.faults.add("unknown-value", line.number, "value", **facts)
        earlier = reading.seen.setdefault((variable, value), line.number)
        if earlier != line.number:
            twice = {"variable": variable, "got": value, "earlier": earlier}
            reading.faults.add("value-twice", line.number, "value", **twice)


def _item(line: Line, reading: _Reading) -> Item | None:
    """Return the item of a line; note why there is none to calibrate on."""
    variable = line["variable"]
    item = reading.instrument.items_by_name.get(variable)
    if not variable:
        return None
    if item is None or not item.is_asked:
        near = nearest(variable, [each.name for each in reading.instrument.items if each.is_asked])
        hint = f" → {near}?" if near else ""
        reading.faults.add("unknown-variable", line.number, "variable", got=variable, near=hint)
        return None
    if item.kind is not ItemKind.SELECT_ONE:
        reading.faults.add("no-choices", line.number, "variable", got=variable)
        return None
    if variable not in reading.asked.items_by_name:
        reading.faults.add("not-asked", line.number, "variable", got=variable)
        return None
    return item


def _values(item: Item) -> tuple[str, ...]:
    """Return what an item can be answered with; no answer is no value of a margin."""
    names = tuple(name for name in item.option_names if name not in item.missing_options)
    return (*names, OTHER) if item.has_other and OTHER not in names else names


def _check_complete(variable: str, reading: _Reading) -> None:
    known = _values(reading.instrument.items_by_name[variable])
    left_out = [value for value in known if (variable, value) not in reading.seen]
    if left_out:
        facts = {"variable": variable, "missing": ", ".join(left_out)}
        reading.faults.add("values-left-out", reading.rows[variable], "value", **facts)


def _check_sums(reading: _Reading) -> None:
    """Shares add up to one; counts of all variables add up to the same."""
    sums = {variable: sum(values.values()) for variable, values in reading.margins.items()}
    are_shares = {name: max(values.values()) <= 1 for name, values in reading.margins.items()}
    first = next(iter(sums), "")
    for variable, total in sums.items():
        row, said = reading.rows[variable], f"{total:.10g}"
        if are_shares[variable] != are_shares[first]:
            reading.faults.add("shares-and-counts", row, "total", variable=variable, other=first)
        elif are_shares[variable] and abs(total - 1) > EQUAL:
            reading.faults.add("shares-not-one", row, "total", variable=variable, total=said)
        elif abs(total - sums[first]) > EQUAL * max(total, sums[first]):
            pair = {"variable": variable, "other": first, "other_total": f"{sums[first]:.10g}"}
            reading.faults.add("totals-differ", row, "total", total=said, **pair)
