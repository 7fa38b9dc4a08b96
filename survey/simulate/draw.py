"""The sample: two communes in each stratum, two villages in each commune, twenty people in each.

Communes and villages are drawn without replacement with probability proportional to adults
(Brewer 1963), people with equal probability; so everybody of a stratum has the same weight.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from survey.simulate.province import Province

PER_VILLAGE: Final = 20
VILLAGES_PER_COMMUNE: Final = 2
COMMUNES_PER_STRATUM: Final = 2


@dataclass(frozen=True, eq=False)
class Drawn:
    """The villages drawn, the quyền số thiết kế of a respondent there, and who was drawn there.

    ``people`` holds (villages, PER_VILLAGE) rows of the province's adults.
    """

    villages: tuple[int, ...]
    base_weight: tuple[float, ...]
    people: npt.NDArray[np.int64]


def brewer_pair(sizes: npt.NDArray[np.integer], rng: np.random.Generator) -> tuple[int, int]:
    """Draw two different units, each with probability 2 p, p being its share of the sizes."""
    p = sizes / sizes.sum()
    first_p = p * (1 - p) / (1 - 2 * p)
    first = int(rng.choice(len(p), p=first_p / first_p.sum()))
    rest = np.where(np.arange(len(p)) == first, 0.0, p)
    return first, int(rng.choice(len(p), p=rest / rest.sum()))


def drawn_people(
    province: Province, villages: tuple[int, ...], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw PER_VILLAGE adults of each village."""
    before = np.concatenate([[0], np.cumsum(province.adults)])
    return np.array(
        [
            before[village] + rng.choice(province.adults[village], PER_VILLAGE, replace=False)
            for village in villages
        ]
    )


def drawn_sample(province: Province, rng: np.random.Generator) -> Drawn:
    """Draw a sample; the same generator draws the same."""
    villages, weights = [], []
    for stratum in strata_of(province):
        communes = np.array([c.stratum == stratum for c in province.communes]).nonzero()[0]
        sizes = np.array([province.communes[commune].adults for commune in communes])
        n_people = COMMUNES_PER_STRATUM * VILLAGES_PER_COMMUNE * PER_VILLAGE
        for at in brewer_pair(sizes, rng):
            villages += drawn_villages(province, int(communes[at]), rng)
            weights += [float(sizes.sum()) / n_people] * VILLAGES_PER_COMMUNE
    return Drawn(tuple(villages), tuple(weights), drawn_people(province, tuple(villages), rng))


def drawn_villages(province: Province, commune: int, rng: np.random.Generator) -> list[int]:
    """Draw two villages of a commune."""
    first, after = province.first_of[commune], province.first_of[commune + 1]
    return [int(first) + at for at in brewer_pair(province.adults[first:after], rng)]


def strata_of(province: Province) -> tuple[str, ...]:
    """Return the strata in the order of the communes."""
    return tuple(dict.fromkeys(commune.stratum for commune in province.communes))
