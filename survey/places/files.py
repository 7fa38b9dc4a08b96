"""What an operator brings in a CSV file: villages of communes, and what followed what.

Every fault is found in one reading and named by row and column; a file with a fault brings
nothing.
"""

import datetime as dt
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from survey.places.model import PlaceRow, SuccessorRow, bare_name, village_designations
from survey.places.tables import Faults, Line, read_lines
from survey.terms import Extent, PlaceKind
from survey.vietnamese import sort_key, spelling

VILLAGE_COLUMNS: Final = ("commune", "code", "kind", "name")
SUCCESSOR_COLUMNS: Final = ("old", "new", "extent", "source")
_OWN_CODE: Final = re.compile(r"[0-9A-Za-z-]{1,16}")


@dataclass(frozen=True)
class KnownPlaces:
    """The codes that a file may refer to, and the other codes it might mix up with them.

    ``inside`` holds the codes of what the file is about, None where it may be about any place.
    """

    places: frozenset[str]
    communes: frozenset[str]
    other_codes: Mapping[str, tuple[str, str]]
    inside: frozenset[str] | None = None

    def lies_inside(self, code: str) -> bool:
        """Tell whether a place lies in the place that the file is about, if about one."""
        commune, _point, _own = code.partition(".")
        return self.inside is None or code in self.inside or commune in self.inside


@dataclass
class _Reading:
    known: KnownPlaces
    faults: Faults
    seen: dict[Hashable, int] = field(default_factory=dict)

    def once(self, key: Hashable, mistake: str, line: Line, column: str, got: str) -> None:
        """Note a fault when an earlier row holds the same key."""
        row = self.seen.setdefault((mistake, key), line.number)
        if row != line.number:
            self.faults.add(mistake, line.number, column, got=got, earlier=row)


def read_villages(source: bytes, file: str, known: KnownPlaces) -> tuple[PlaceRow, ...]:
    """Return the villages of a file; raise PlacesError with every fault."""
    reading = _Reading(known, Faults(file))
    lines = read_lines(source, VILLAGE_COLUMNS, reading.faults)
    villages = tuple(_village(line, reading) for line in lines)
    reading.faults.settle()
    return villages


def read_successors(source: bytes, file: str, known: KnownPlaces) -> tuple[SuccessorRow, ...]:
    """Return which place followed which; raise PlacesError with every fault."""
    reading = _Reading(known, Faults(file))
    lines = read_lines(source, SUCCESSOR_COLUMNS, reading.faults)
    for line in lines:
        _check_successor(line, reading)
    reading.faults.settle()
    return tuple(
        SuccessorRow(line["old"], line["new"], Extent(line["extent"]), line["source"])
        for line in lines
    )


def _village(line: Line, reading: _Reading) -> PlaceRow:
    commune, kind = line["commune"], line["kind"].casefold()
    own_code = line["code"].removeprefix(f"{commune}.")
    name = bare_name(line["name"], kind)
    _check_code(line, "commune", reading.known.communes, "unknown-commune", reading)
    if kind and kind not in village_designations():
        expected = ", ".join(sorted(village_designations()))
        reading.faults.add(
            "unknown-kind", line.number, "kind", got=line["kind"], expected=expected
        )
    if own_code:
        if not _OWN_CODE.fullmatch(own_code):
            reading.faults.add("bad-code", line.number, "code", got=own_code)
        reading.once((commune, own_code), "code-twice", line, "code", own_code)
    if name:
        key = (commune, kind, spelling(name))
        reading.once(key, "name-twice", line, "name", line["name"])
    valid_from, valid_until = (_date(line, c, reading) for c in ("valid_from", "valid_until"))
    if valid_from and valid_until and valid_until < valid_from:
        reading.faults.add("dates-backwards", line.number, "valid_until", got=valid_until)
    return PlaceRow(
        code=f"{commune}.{own_code}",
        kind=PlaceKind.VILLAGE,
        designation=kind,
        name=name,
        parent=commune,
        source=reading.faults.file,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _check_successor(line: Line, reading: _Reading) -> None:
    for column in ("old", "new"):
        _check_code(line, column, reading.known.places, "unknown-place", reading)
    pair = f"{line['old']} → {line['new']}"
    reading.once(pair, "pair-twice", line, "new", pair)
    if line["old"] and line["old"] == line["new"]:
        reading.faults.add("same-place", line.number, "new", got=line["new"])
    if line["extent"] and line["extent"] not in set(Extent):
        _unknown_kind(line, "extent", Extent, reading)


def _unknown_kind(line: Line, column: str, known: Iterable[str], reading: _Reading) -> None:
    expected = ", ".join(sorted(known, key=sort_key))
    reading.faults.add("unknown-kind", line.number, column, got=line[column], expected=expected)


def _check_code(
    line: Line, column: str, codes: frozenset[str], mistake: str, reading: _Reading
) -> None:
    got = line[column]
    if not got or got in codes:
        return
    system, near = reading.known.other_codes.get(got, ("", ""))
    if near in codes:
        reading.faults.add("other-code", line.number, column, got=got, system=system, near=near)
    else:
        reading.faults.add(mistake, line.number, column, got=got)


def _date(line: Line, column: str, reading: _Reading) -> dt.date | None:
    if not line[column]:
        return None
    try:
        return dt.date.fromisoformat(line[column])
    except ValueError:
        reading.faults.add("bad-date", line.number, column, got=line[column])
        return None
