"""The demonstration's sample: real communes of Sơn La, invented villages, plausible weights."""

import csv
from dataclasses import dataclass
from pathlib import Path

from survey.queries.rounds import PlaceInSample

SAMPLE_FILE = Path(__file__).parent / "data" / "sample.csv"


@dataclass(frozen=True)
class Village:
    """One drawn village: a PSU of its stratum."""

    place: PlaceInSample
    commune: str


def demonstration_sample() -> list[Village]:
    """Return the drawn villages in the order of the file; a place code holds its commune's."""
    with SAMPLE_FILE.open(encoding="utf-8", newline="") as lines:
        return [_village(row) for row in csv.DictReader(lines)]


def _village(row: dict[str, str]) -> Village:
    code = f"{row['commune']}.{row['village']}"
    place = PlaceInSample(
        place=code,
        name=f"{row['name']}, {row['commune_name']}",
        stratum=row["stratum"],
        psu=code,
        ssu=None,
        base_weight=float(row["base_weight"]),
    )
    return Village(place, row["commune"])
