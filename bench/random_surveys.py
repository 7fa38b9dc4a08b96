"""Random surveys: designs, weights, answers, domains and margins that nobody has tuned.

A case is written as text, and whoever computes reads the same text: R and the engine alike. Knows
neither of them.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.linalg import hadamard

POLICIES = ("refuse", "certainty", "average", "adjust")
DESIGNS = ("wr", "wr", "wor", "two", "elements", "pairs")
"""With replacement, without at one and two stages, respondents as PSUs, two PSUs a stratum."""

BLOCKS = ("calibration", "replicates", "shares", "trimming", "rounds")
"""What is computed beside the basics, in turn: each of them is costly for R."""

ROUNDS = ("shared", "shared", "all", "new")
"""How rounds meet in a stratum: on some PSUs, on none, or the stratum is only in the second."""

Columns: TypeAlias = dict[str, np.ndarray]
Row: TypeAlias = tuple[str, str, str, float, int, str]

DRAWS = 12
"""Replicates of the bootstrap, and of weights that belong to nobody's scheme."""


@dataclass(frozen=True)
class Case:
    """One survey and what is to be computed of it.

    ``policy``: for lonely strata; ``block``: what is computed beside the basics; ``low`` and
    ``high``: bounds of calibration factors; ``rho``: of Fay's half samples; ``times``: medians at
    which weights are trimmed; ``people``: columns of texts, a row for each respondent, blank =
    missing; ``margins``: (variable, value, total), value blank for the total of a number.
    """

    name: str
    design: str
    policy: str
    block: str
    low: float
    high: float
    rho: float
    times: float
    people: Mapping[str, list[str]]
    margins: tuple[tuple[str, str, float], ...]


FACTS = [field.name for field in fields(Case) if field.name not in ("people", "margins")]


def drawn_cases(n: int, seed: int) -> list[Case]:
    """Draw cases; the same seed gives the same cases, whatever their number."""
    generators = np.random.default_rng(seed).spawn(n)
    return [_drawn(f"r{at + 1:03}", at, rng) for at, rng in enumerate(generators)]


def _drawn(name: str, at: int, rng: np.random.Generator) -> Case:
    block = BLOCKS[at % len(BLOCKS)]
    design = DESIGNS[(at // len(BLOCKS)) % len(DESIGNS)]
    design = "wr" if block == "rounds" else design
    lonely = block != "rounds" and design != "pairs" and rng.random() < 0.35
    people = _units(design, lonely, block, rng)
    n = len(people["stratum"])
    stratum, psu = (np.unique(people[each], return_inverse=True)[1] for each in ("stratum", "all"))
    size = np.exp(rng.normal(0, 0.5, stratum.max() + 1))[stratum]
    people["weight"] = 100 * size * np.exp(rng.normal(0, 0.4, n))
    people |= _domains(stratum, psu, rng)
    people |= _answers(psu, rng)
    margins, bounds = _margins(people, rng)
    replicates = _replicates(stratum, psu, rng)
    blank = dict.fromkeys(replicates, np.full(n, ""))
    people |= replicates if block == "replicates" else blank
    return Case(
        name,
        design,
        "certainty" if lonely else "refuse",
        block,
        *bounds,
        float(rng.uniform(0.1, 0.7)),
        float(rng.uniform(1.6, 3.0)),
        {each: [_text(value) for value in column] for each, column in people.items()},
        margins,
    )


def _units(design: str, lonely: bool, block: str, rng: np.random.Generator) -> Columns:  # noqa: FBT001 - drawn
    """Lay out strata, PSUs and second-stage units of unequal size, a row for each respondent."""
    rows: list[Row] = []
    strata = int(rng.integers(2, 9))
    alone = rng.random(strata) < 0.3 if lonely else np.zeros(strata, dtype=bool)
    if lonely:
        alone[0], alone[-1] = True, False
    for h in range(strata):
        least = 4 if block == "rounds" else 2
        fresh = str(rng.choice(ROUNDS[: 4 if h else 1])) if block == "rounds" else ""
        psus = 2 if design == "pairs" else 1 if alone[h] else int(rng.integers(least, 8))
        if design == "elements":
            psus = 1 if alone[h] else int(rng.integers(4, 40))
        frame = _population(psus, rng)
        for c in range(psus):
            seconds = int(rng.integers(1 if lonely else 2, 5))
            second_frame = seconds + int(rng.integers(0, 9))
            for s in range(1 if design == "elements" else seconds):
                people = 1 if design == "elements" else int(rng.integers(1, 7))
                row = (f"h{h + 1}", str(c + 1), str(s + 1), frame, second_frame)
                rows += [(*row, year) for year in _years(fresh, c, people, rng)]
    stratum, psu, ssu, frame_size, second_size, year = zip(*rows, strict=True)
    units = [f"{h}-{c}" for h, c in zip(stratum, psu, strict=True)]
    return {
        "stratum": np.asarray(stratum),
        "psu": np.asarray(psu),
        "ssu": np.asarray(ssu),
        "psus": np.asarray(frame_size),
        "ssus": np.asarray(second_size),
        "year": np.asarray(year),
        "all": np.asarray(units),
    }


def _population(drawn: int, rng: np.random.Generator) -> float:
    """Return how many PSUs a stratum has: all of them drawn, a few more, many, or no end."""
    kind = rng.random()
    if kind < 0.12:
        return float(drawn)
    return np.inf if kind < 0.2 else float(drawn + rng.integers(1, 30))


def _years(fresh: str, c: int, people: int, rng: np.random.Generator) -> list[str]:
    """Return the round of each respondent: some PSUs stand in both, or none, or only in one."""
    if fresh in ("", "new"):
        return ["2026" if fresh else "2025"] * people
    if fresh == "shared" and c < 2:
        return ["2025", "2026"] * people
    return [("2025", "2026")[c % 2 if fresh == "all" else int(rng.integers(2))]] * people


def _domains(stratum: np.ndarray, psu: np.ndarray, rng: np.random.Generator) -> Columns:
    """Draw groups that miss whole PSUs and strata, or some of their labels, and two sexes."""
    n, groups = len(psu), int(rng.integers(2, 5))
    here = rng.random((psu.max() + 1, groups)) < 0.6
    here[:, 0] |= ~here.any(axis=1)
    chance = here[psu] / here[psu].sum(axis=1, keepdims=True)
    group = np.asarray([f"g{rng.choice(groups, p=each) + 1}" for each in chance])
    group[rng.random(n) < 0.1 * (rng.random() < 0.3)] = ""
    return {
        "g": group,
        "s": np.where(rng.random(n) < 0.5, "f", "m"),
        "place": np.asarray([f"p{each // 2 + 1}" for each in stratum]),
        "v1": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
        "v2": rng.choice(["k", "l"], n, p=[0.6, 0.4]),
        "z": rng.integers(1, 6, n),
    }


def _answers(psu: np.ndarray, rng: np.random.Generator) -> Columns:
    """Draw answers: a and d are 0 or 1, b and c are 1 to 5, x is above 0; c and d have gaps."""
    n = len(psu)
    level = rng.normal(0, 0.6, psu.max() + 1)[psu] + rng.normal(0, 0.4, n)
    noise = rng.normal(0, 1, (4, n))
    start = rng.normal(0, 0.7, 4)[:, np.newaxis]
    a, b, c, d = level + start + noise
    found = {
        "a": (a > 0).astype(float),
        "b": np.clip(np.round(3 + b), 1, 5),
        "c": np.clip(np.round(3 + c), 1, 5),
        "d": (d > 0.8).astype(float),
        "x": np.exp(level + rng.normal(0, 0.3, n)),
    }
    for item in ("c", "d"):
        silent = rng.random(n) < rng.uniform(0.02, 0.4)
        silent |= (rng.random(psu.max() + 1) < 0.15 * (rng.random() < 0.5))[psu]
        found[item][silent & (np.arange(n) > 1)] = np.nan
    return found


def _margins(
    people: Mapping[str, np.ndarray], rng: np.random.Generator
) -> tuple[tuple[tuple[str, str, float], ...], tuple[float, float]]:
    """Make margins that some factors within the bounds do meet."""
    factor = np.clip(np.exp(rng.normal(0.05, 0.25, len(people["z"]))), 0.45, 1.9)
    weight = people["weight"] * factor
    margins = [
        (name, str(value), float(weight[people[name] == value].sum()))
        for name in ("v1", "v2")
        for value in np.unique(people[name])
    ]
    margins.append(("z", "", float(weight @ people["z"])))
    spare = float(rng.uniform(0.01, 0.2))
    return tuple(margins), (float(factor.min()) - spare, float(factor.max()) + spare)


def _replicates(stratum: np.ndarray, psu: np.ndarray, rng: np.random.Generator) -> Columns:
    """Draw a bootstrap of PSUs, half samples, and weights of a scheme that nobody knows."""
    first = np.unique(psu, return_index=True)[1]
    of_psu = stratum[first]
    draws = np.ones((len(first), DRAWS))
    for h in np.unique(of_psu):
        m = int((of_psu == h).sum())
        if m > 1:
            times = rng.multinomial(m - 1, np.full(m, 1 / m), DRAWS).T
            draws[of_psu == h] = times * m / (m - 1)
    signs = hadamard(2 ** int(stratum.max() + 1).bit_length()).astype(float)
    second = np.asarray([int((of_psu[:at] == h).sum()) % 2 for at, h in enumerate(of_psu)])
    halves = np.where(second, -1, 1)[:, np.newaxis] * signs[of_psu + 1]
    own = np.exp(rng.normal(0, 0.2, (len(psu), DRAWS))) * draws[psu]
    return {"draws": draws[psu], "halves": halves[psu], "own": own}


def _text(value: object) -> str:
    """Return a cell: arrays as numbers between blanks, NaN as blank."""
    if isinstance(value, np.ndarray):
        return " ".join(_text(each) for each in value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if np.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value)


def write_cases(cases: list[Case], folder: Path) -> None:
    """Write cases as three tables: what they are, their respondents, their margins."""
    with (
        (folder / "cases.csv").open("w", encoding="utf-8", newline="") as first,
        (folder / "people.csv").open("w", encoding="utf-8", newline="") as second,
        (folder / "margins.csv").open("w", encoding="utf-8", newline="") as third,
    ):
        facts, people, margins = (
            csv.writer(file, lineterminator="\n") for file in (first, second, third)
        )
        facts.writerow(FACTS)
        people.writerow(["case", *cases[0].people])
        margins.writerow(["case", "variable", "value", "total"])
        for case in cases:
            whole = asdict(case)
            facts.writerow([_text(whole[fact]) for fact in FACTS])
            people.writerows([case.name, *row] for row in zip(*case.people.values(), strict=True))
            margins.writerows([case.name, *row] for row in case.margins)


def read_cases(folder: Path) -> Iterator[Case]:
    """Read cases as they were written."""
    people = {name: list(rows) for name, rows in groupby(_rows(folder / "people.csv"), _case)}
    margins = {name: list(rows) for name, rows in groupby(_rows(folder / "margins.csv"), _case)}
    for facts in _rows(folder / "cases.csv"):
        name = facts["name"]
        numbers = {each: float(facts[each]) for each in ("low", "high", "rho", "times")}
        columns = [column for column in people[name][0] if column != "case"]
        yield Case(
            **{fact: facts[fact] for fact in FACTS if fact not in numbers},
            **numbers,
            people={column: [row[column] for row in people[name]] for column in columns},
            margins=tuple(
                (row["variable"], row["value"], float(row["total"])) for row in margins[name]
            ),
        )


def _case(row: Mapping[str, str]) -> str:
    return row["case"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
