"""The adults of the made-up province: who they are and how they see its governance.

Their answers are not theirs for ever: answers.py draws them anew each time somebody asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from survey.simulate.answers import Codes, Column, Respondents
from survey.simulate.bodies import SEED
from survey.simulate.province import (
    WARD,
    Floats,
    Integers,
    Province,
    effects,
    seeded_province,
)

PERSON_SD: Final = 0.45
INTERVIEWER_SD: Final = 0.08
NOISE_SD: Final = 0.83
"""What an item adds to the opinion, so that both together have a variance near 1."""

STOPS_EARLY_SHARE: Final = 0.02
INTERVIEWER_RETICENCE_SD: Final = 0.3

SEXES, AGES, SCHOOLINGS = ("1", "2"), ("1", "2", "3", "4", "5"), ("0", "1", "2", "3", "4", "5")
GROUPS = ("thai", "kinh", "mong", "muong", "xinh_mun", "dao", "other")
WORKS = ("farm", "trade", "private", "public", "student", "retired", "home", "other")

WOMEN_SHARE: Final = 0.505
AGE_SHARES: Final = (0.22, 0.25, 0.22, 0.16, 0.15)
SCHOOLING_SHARES: Final = (0.17, 0.23, 0.29, 0.19, 0.06, 0.06)
GROUP_SHARES: Final = (0.54, 0.16, 0.16, 0.07, 0.02, 0.02, 0.03)
WARD_GROUP_SHARES: Final = (0.24, 0.66, 0.03, 0.03, 0.01, 0.01, 0.02)
OWN_GROUP_SHARE: Final = 0.85
"""Of a village that belongs to its largest group."""

WORK_SHARES: Final = (
    (0.68, 0.12, 0.10, 0.01, 0.02, 0.00, 0.06, 0.01),
    (0.45, 0.04, 0.01, 0.00, 0.00, 0.43, 0.07, 0.00),
    (0.12, 0.15, 0.20, 0.45, 0.05, 0.00, 0.03, 0.00),
)
"""Of most people, of those from 60 on, of those with vocational school or more."""

WOMEN = (-0.08, -0.05, -0.05, 0.0, 0.0, 0.0, 0.0, -0.03)
OLDER = (0.1, 0.0, 0.0, 0.03, 0.0, 0.03, 0.0, -0.15)
SCHOOLED = (0.14, 0.12, 0.05, -0.05, 0.03, 0.04, -0.02, 0.2)
"""What being a woman rather than a man, and one step up in age or schooling, moves by topic."""


@dataclass(frozen=True, eq=False)
class People:
    """Adults with their village, what a form would say of them, and their opinions by topic."""

    village: Integers
    profile: Mapping[str, Column]
    opinion: Floats

    def take(self, rows: npt.NDArray[np.integer]) -> "People":
        """Return the chosen people."""
        profile = {name: column.take(rows) for name, column in self.profile.items()}
        return People(self.village[rows], profile, self.opinion[rows])


def seeded_people() -> tuple[Province, People]:
    """Return the province of the demonstration and its adults, village by village."""
    rng = np.random.default_rng([SEED, 31])
    province = seeded_province(rng)
    return province, _adults(province, rng)


def _adults(province: Province, rng: np.random.Generator) -> People:
    village = np.repeat(np.arange(len(province.adults), dtype=np.int32), province.adults)
    is_ward = np.array([commune.name.startswith(WARD) for commune in province.communes])
    in_ward = is_ward[province.commune_of[village]]
    sex = (rng.random(len(village)) < WOMEN_SHARE).astype(np.int8)
    age = _drawn(AGE_SHARES, len(village), rng)
    bookish = 0.5 * in_ward - 0.3 * (age - 2) + 0.8 * rng.standard_normal(len(village))
    schooling = _steps(bookish, SCHOOLING_SHARES)
    profile = {
        "sex": Column(sex, SEXES),
        "age_band": Column(age, AGES),
        "schooling": Column(schooling, SCHOOLINGS),
        "work": Column(_work(age, schooling, rng), WORKS),
        "ethnic": Column(_group(village, is_ward[province.commune_of], rng), GROUPS),
    }
    traits = np.stack([sex - WOMEN_SHARE, age - 1.8, schooling - 1.9], axis=1)
    opinion = traits.astype(np.float32) @ np.array([WOMEN, OLDER, SCHOOLED], dtype=np.float32)
    opinion -= opinion.mean(axis=0)
    opinion += effects(len(village), PERSON_SD, rng).astype(np.float32)
    return People(village, profile, opinion + province.governance[village])


def _drawn(shares: tuple[float, ...], count: int, rng: np.random.Generator) -> Codes:
    edges = np.cumsum(shares)[:-1] / np.sum(shares)
    return np.searchsorted(edges, rng.random(count), side="right").astype(np.int8)


def _steps(values: npt.NDArray[np.float64], shares: tuple[float, ...]) -> Codes:
    """Cut values into steps of these shares, the lowest first."""
    standard = (values - values.mean()) / values.std()
    steps: Codes = np.searchsorted(ndtri(np.cumsum(shares)[:-1]), standard).astype(np.int8)
    return steps


def _work(age: Codes, schooling: Codes, rng: np.random.Generator) -> Codes:
    kinds = np.select([age == AGES.index("5"), schooling >= SCHOOLINGS.index("4")], [1, 2])
    drawn = [_drawn(shares, len(age), rng) for shares in WORK_SHARES]
    work: Codes = np.choose(kinds, drawn)
    return work


def _group(village: Integers, is_ward: npt.NDArray[np.bool_], rng: np.random.Generator) -> Codes:
    """Give each village its largest group, and most of its people that group."""
    wide, ward = (_drawn(s, len(is_ward), rng) for s in (GROUP_SHARES, WARD_GROUP_SHARES))
    largest = np.where(is_ward, ward, wide)[village]
    is_own = rng.random(len(village)) < OWN_GROUP_SHARE
    return np.where(is_own, largest, _drawn(GROUP_SHARES, len(village), rng))


def respondents(people: People, interviewer: Integers, rng: np.random.Generator) -> Respondents:
    """Let interviewers ask these people; ``interviewer`` numbers who asks whom, from 0 on.

    An interviewer moves the answers a little, and hears more or fewer don't knows than others.
    """
    n_interviewers = int(interviewer.max()) + 1
    moved = effects(n_interviewers, INTERVIEWER_SD, rng).astype(np.float32)
    heard = np.exp(INTERVIEWER_RETICENCE_SD * rng.standard_normal(n_interviewers))
    count = len(people.village)
    stops = rng.random(count) < STOPS_EARLY_SHARE
    return Respondents(
        opinion=people.opinion + moved[interviewer],
        noise_sd=NOISE_SD,
        reticence=(heard[interviewer] * rng.gamma(1.5, 1 / 1.5, count)).astype(np.float32),
        stops_at=np.where(stops, rng.uniform(0.1, 0.9, count), np.nan).astype(np.float32),
        known=people.profile,
    )
