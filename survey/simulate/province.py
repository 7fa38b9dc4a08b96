"""A made-up Sơn La: real communes in three strata, invented villages, and how each is governed.

Sizes and governance are invented; only names and codes of communes are real. Former districts are
our own rough grouping, kept for designs that still draw them.
"""

import csv
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

COMMUNES_FILE: Final = Path(__file__).parent / "data" / "communes.csv"

Floats: TypeAlias = npt.NDArray[np.float32]
Integers: TypeAlias = npt.NDArray[np.int32]

N_TOPICS: Final = 8
"""The dimensions of the survey; governance is a level on each, 0 on the average adult's."""

DISTRICT_SD, COMMUNE_SD, VILLAGE_SD = 0.11, 0.16, 0.2
SHARED: Final = 0.4
"""Share of an area's variance that lies on all topics alike: well governed is well governed."""

IN_WARD: Final = (-0.05, 0.05, 0.0, -0.05, 0.05, 0.15, -0.15, 0.15)
IN_SEAT_COMMUNE: Final = (0.05, 0.1, 0.05, -0.1, 0.1, 0.2, -0.1, 0.15)
IN_SEAT_VILLAGE: Final = (0.1, 0.2, 0.15, -0.1, 0.1, 0.25, -0.15, 0.2)

ADULTS_PER_VILLAGE: Final = 380
FIRST_WORDS = ("Nà", "Huổi", "Pá", "Co", "Nong", "Pú", "Bó", "Lùng", "Suối", "Phiêng", "Hua")
SECOND_WORDS = ("Lươn", "Tâu", "Nhạp", "Phạ", "Chạng", "Sung", "Lạnh", "Vạch", "Áng", "Đốc", "Sàn")
WARD: Final = "Phường"


@dataclass(frozen=True)
class Commune:
    """A commune or ward; ``is_seat`` marks the former district's town."""

    code: str
    name: str
    stratum: str
    district: str
    is_seat: bool
    adults: int


@dataclass(frozen=True, eq=False)
class Province:
    """The communes, and by village: its commune, adults and level of governance on each topic.

    The villages of a commune stand together; the first is that of its seat.
    """

    communes: tuple[Commune, ...]
    commune_of: Integers
    adults: Integers
    governance: Floats

    @property
    def first_of(self) -> Integers:
        """The first village of each commune, and one past the last."""
        places = np.arange(len(self.communes) + 1)
        return np.searchsorted(self.commune_of, places).astype(np.int32)

    def village_code(self, village: int) -> str:
        """Return the code of a village: that of its commune and a number from 101 on."""
        commune = int(self.commune_of[village])
        return f"{self.communes[commune].code}.{101 + village - int(self.first_of[commune])}"

    def village_name(self, village: int) -> str:
        """Return the invented name of a village, unlike any other in its commune."""
        commune = int(self.commune_of[village])
        number = village - int(self.first_of[commune])
        names = list(product(FIRST_WORDS, SECOND_WORDS))
        first, second = names[(number * 47 + commune * 13) % len(names)]
        kind = "Tổ dân phố" if self.communes[commune].name.startswith(WARD) else "Bản"
        return f"{kind} {first} {second} (mô phỏng)"


def seeded_province(rng: np.random.Generator) -> Province:
    """Return the province that this generator makes."""
    communes = communes_of_file()
    n_villages = [max(4, round(commune.adults / ADULTS_PER_VILLAGE)) for commune in communes]
    commune_of = np.repeat(np.arange(len(communes), dtype=np.int32), n_villages)
    adults = np.concatenate(
        [_split(c.adults, n, rng) for c, n in zip(communes, n_villages, strict=True)]
    )
    governance = _governance(communes, commune_of, rng)
    governance -= np.average(governance, axis=0, weights=adults)
    return Province(communes, commune_of, adults, governance.astype(np.float32))


def effects(count: int, sd: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return (count, topics) random effects of this size, partly the same on all topics."""
    alike = rng.standard_normal((count, 1))
    own = rng.standard_normal((count, N_TOPICS))
    both: npt.NDArray[np.float64] = np.sqrt(SHARED) * alike + np.sqrt(1 - SHARED) * own
    return sd * both


def _governance(
    communes: tuple[Commune, ...], commune_of: Integers, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    districts = sorted({commune.district for commune in communes})
    in_district = np.array([districts.index(commune.district) for commune in communes])
    is_ward = np.array([[commune.name.startswith(WARD)] for commune in communes])
    is_seat = np.array([[commune.is_seat] for commune in communes])
    of_commune = (
        effects(len(districts), DISTRICT_SD, rng)[in_district]
        + effects(len(communes), COMMUNE_SD, rng)
        + is_ward * np.array(IN_WARD)
        + is_seat * np.array(IN_SEAT_COMMUNE)
    )
    is_first = np.diff(commune_of, prepend=-1)[:, None] > 0
    of_village = effects(len(commune_of), VILLAGE_SD, rng) + is_first * np.array(IN_SEAT_VILLAGE)
    governance: npt.NDArray[np.float64] = of_commune[commune_of] + of_village
    return governance


def _split(adults: int, n_villages: int, rng: np.random.Generator) -> Integers:
    """Share out the adults of a commune among its villages."""
    sizes = np.exp(rng.normal(0.0, 0.3, n_villages))
    ends = np.rint(np.cumsum(sizes) / sizes.sum() * adults).astype(np.int32)
    split: Integers = np.diff(ends, prepend=np.int32(0))
    return split


def communes_of_file() -> tuple[Commune, ...]:
    """Return the communes with their invented sizes."""
    with COMMUNES_FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Commune(
                code=row["code"],
                name=row["name"],
                stratum=row["stratum"],
                district=row["district"],
                is_seat=row["is_seat"] == "1",
                adults=int(row["adults"]),
            )
            for row in csv.DictReader(lines)
        )
