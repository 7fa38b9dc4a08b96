"""The sample of a round as a CSV file says it; every fault by row and column.

It must not know any table: what comes out are places with their design and base weights.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from survey.bridge.weights import design_weight
from survey.errors import TableError
from survey.places.files import KnownPlaces
from survey.places.tables import SENTENCES, Faults, Line, Sentences, read_lines
from survey.queries.rounds import PlaceInSample

NEEDED: Final = ("place", "stratum", "psu")
STAGES: Final = ("p1", "p2", "p3", "p4")
ALL_OR_NONE: Final = ("ssu", "class")
NOT_CHOSEN: Final = ""
FLAGS: Final = {"": False, "0": False, "1": True}
_NUMBER: Final = re.compile(r"\d{1,15}([.,]\d{1,15})?")
_VILLAGE: Final = re.compile(r"(\d{5})\.[0-9A-Za-z-]{1,16}")


@dataclass
class _Reading:
    faults: Faults
    known: KnownPlaces
    seen: dict[str, int] = field(default_factory=dict)
    stratum_of: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_sample(
    source: bytes, file: str, known: KnownPlaces, lonely_psu: str
) -> list[PlaceInSample]:
    """Return the places of a sample; raise TableError with every fault.

    ``lonely_psu`` is the policy that was chosen for strata of one PSU, empty when none was.
    """
    reading = _Reading(file_faults(file), known)
    lines = read_lines(source, NEEDED, reading.faults)
    places = [_place(line, reading) for line in lines]
    for column in ALL_OR_NONE:
        _check_all_or_none(lines, column, reading)
    if lonely_psu == NOT_CHOSEN:
        _check_lonely(lines, reading)
    reading.faults.settle()
    return places


def file_faults(file: str) -> Faults:
    """Return an empty list of faults of a file about a round."""
    return Faults(file, TableError, _sentences())


def number_of(line: Line, column: str, faults: Faults) -> float | None:
    """Return a number above 0, written with a point or a comma; None where it is none."""
    text = line[column]
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        faults.add("bad-number", line.number, column, got=text)
        return None
    number = float(text.replace(",", "."))
    if number <= 0:
        faults.add("not-positive", line.number, column, got=text)
        return None
    return number


@lru_cache(maxsize=1)
def _sentences() -> Sentences:
    own = Path(__file__).with_name("data") / "round_messages.yaml"
    return {**SENTENCES, **yaml.safe_load(own.read_text(encoding="utf-8"))}


def _place(line: Line, reading: _Reading) -> PlaceInSample:
    _check_place(line, reading)
    _check_psu(line, reading)
    target = _count(line, "target", reading.faults)
    if line["class"] and target is None and not line["target"]:
        reading.faults.add("class-without-target", line.number, "target")
    if line["certainty"] not in FLAGS:
        reading.faults.add("bad-flag", line.number, "certainty", got=line["certainty"])
    return PlaceInSample(
        place=line["place"],
        name=line["name"],
        stratum=line["stratum"],
        psu=line["psu"],
        ssu=line["ssu"] or None,
        base_weight=_base_weight(line, reading.faults),
        target_count=target,
        response_class=line["class"] or None,
        is_certainty=FLAGS.get(line["certainty"], False),
    )


def _check_place(line: Line, reading: _Reading) -> None:
    got, known = line["place"], reading.known
    village = _VILLAGE.fullmatch(got)
    is_new_village = village is not None and village[1] in known.communes and line["name"]
    if got and got not in known.places and not is_new_village:
        if got in known.other_codes:
            system, near = known.other_codes[got]
            reading.faults.add(
                "other-code", line.number, "place", got=got, system=system, near=near
            )
        else:
            reading.faults.add("unknown-place", line.number, "place", got=got)
    elif got and not known.lies_inside(got):
        reading.faults.add("outside-round", line.number, "place", got=got)
    earlier = reading.seen.setdefault(got, line.number)
    if earlier != line.number:
        reading.faults.add("place-twice", line.number, "place", got=got, earlier=earlier)


def _check_psu(line: Line, reading: _Reading) -> None:
    psu = line["psu"]
    if psu:
        other, earlier = reading.stratum_of.setdefault(psu, (line["stratum"], line.number))
        if other != line["stratum"]:
            facts = {"got": psu, "other": other, "earlier": earlier}
            reading.faults.add("psu-in-two-strata", line.number, "psu", **facts)


def _base_weight(line: Line, faults: Faults) -> float:
    """Return the weight that is given, or that which the probabilities of selection make."""
    filled = [column for column in STAGES if line[column]]
    if line["base_weight"]:
        if filled:
            faults.add("two-weights", line.number, "base_weight")
        return number_of(line, "base_weight", faults) or 1.0
    if not filled:
        faults.add("no-weight", line.number, "base_weight")
        return 1.0
    gap = next((stage for stage in STAGES[: len(filled)] if not line[stage]), None)
    if gap is not None:
        faults.add("stage-gap", line.number, gap, missing=gap)
    probabilities = list(_probabilities(line, filled, faults))
    return design_weight(probabilities) if len(probabilities) == len(filled) else 1.0


def _probabilities(line: Line, columns: list[str], faults: Faults) -> Iterator[float]:
    for column in columns:
        number = number_of(line, column, faults)
        if number is not None and number > 1:
            faults.add("bad-probability", line.number, column, got=line[column])
        elif number is not None:
            yield number


def _count(line: Line, column: str, faults: Faults) -> int | None:
    text = line[column]
    if not text:
        return None
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        faults.add("bad-count", line.number, column, got=text)
        return None
    return int(text)


def _check_all_or_none(lines: list[Line], column: str, reading: _Reading) -> None:
    empty = [line for line in lines if not line[column]]
    if empty and len(empty) < len(lines):
        for line in empty:
            reading.faults.add("half-filled", line.number, column, heading=column)


def _check_lonely(lines: list[Line], reading: _Reading) -> None:
    psus = defaultdict(set)
    for line in lines:
        psus[line["stratum"]].add(line["psu"])
    for line in lines:
        if line["stratum"] and len(psus.pop(line["stratum"], {1, 2})) == 1:
            reading.faults.add("lonely-psu", line.number, "stratum", got=line["stratum"])
