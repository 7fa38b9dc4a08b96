"""Does the forecast beat what a careful reader would do? Rolling origins, errors and coverage.

On the real official series (read from REFERENCE_DIR, never kept): every year from the fourth on is
forecast from the years before, beside last year's score and last year's score drawn to the mean.
No real pairs of official and own surveys exist, so own surveys are simulated around simulated
official scores, beside last year's score and the own survey less its mean past bias.
Run: ``python -m bench.nowcast [rounds]``.
"""

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scoring.modelled.nowcast import RESCALED, Forecast, nowcast
from scoring.modelled.nowcast_learning import Series

ROUNDS = 20
FIRST = 3
SHARED = Path(__file__).resolve().parents[2] / "shared"
OFFICIAL = Path(os.environ.get("REFERENCE_DIR", SHARED)) / "domain/data/papi_official_scores.csv"


class World(NamedTuple):
    """Simulated scores: years, what is official, what an own survey found."""

    years: np.ndarray
    official: Series
    own: Series


class Tally:
    """Squared errors by method, and what the intervals hold."""

    def __init__(self) -> None:
        self.squares: dict[str, list[float]] = defaultdict(list)
        self.held: dict[str, list[float]] = defaultdict(list)

    def add(self, truth: np.ndarray, forecast: Forecast, others: dict[str, np.ndarray]) -> None:
        """Count one year of one code; places without a truth or a last score are left out."""
        known = np.isfinite(truth) & np.all([np.isfinite(x) for x in others.values()], axis=0)
        for name, guess in {"filter": forecast.estimate, **others}.items():
            self.squares[name] += ((guess - truth)[known] ** 2).tolist()
        for confidence in (0.9, 0.95):
            low, high = forecast.interval(confidence)
            self.held[f"{confidence:.0%}"] += ((low <= truth) & (truth <= high))[known].tolist()

    def rmse(self, name: str) -> float:
        """Return the root mean square error of a method."""
        return float(np.sqrt(np.mean(self.squares[name])))

    def line(self, what: str) -> str:
        """Return one line of the table."""
        errors = "  ".join(f"{name} {self.rmse(name):.3f}" for name in self.squares)
        held = "  ".join(f"{name} {np.mean(found):.3f}" for name, found in self.held.items())
        return f"{what:6} {len(self.squares['filter']):5}  {errors}  held: {held}"


def simulated(seed: int, places: int = 63, n_years: int = 10) -> World:
    """The model's own world: a walk, official errors, an own survey with a bias in each place."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.8, (places, n_years)) + rng.normal(0, 0.4, n_years)
    theta = 42 + rng.normal(0, 1.5, (places, 1)) + np.cumsum(steps, axis=1)
    se = rng.uniform(0.3, 0.8, theta.shape)
    own_se = rng.uniform(0.6, 1.0, theta.shape)
    bias = 2 + rng.normal(0, 0.7, (places, 1))
    own = theta + bias + rng.normal(0, own_se)
    own[:, : n_years - 6] = np.nan
    years = np.arange(2024 - n_years, 2024) - 6
    return World(years, Series(theta + rng.normal(0, se), se), Series(own, own_se))


def against_simulated(rounds: int) -> Tally:
    """Forecast the last year of simulated worlds from official scores and an own survey."""
    tally = Tally()
    for seed in range(rounds):
        years, official, own = simulated(seed)
        truth, last = official.score[:, -1], official.score[:, -2]
        house = np.nanmean((own.score - official.score)[:, :-1], axis=1)
        now = own.score[:, -1]
        others = {"last official": last, "debiased own": now - house, "raw own": now}
        tally.add(truth, nowcast(years, official, own), others)
    return tally


def official_series() -> dict[str, tuple[np.ndarray, Series]]:
    """Read the official totals and dimensions by code."""
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in ("total", "dimension")]
    found = {}
    for code in dict.fromkeys(row["code"] for row in rows):
        own = [row for row in rows if row["code"] == code and row["score"]]
        places = {name: at for at, name in enumerate(sorted({row["province"] for row in own}))}
        years = np.arange(min(int(row["year"]) for row in own), 2023)
        score = np.full((len(places), len(years)), np.nan)
        se = score.copy()
        for row in own:
            at = places[row["province"]], int(row["year"]) - years[0]
            score[at], se[at] = float(row["score"]), float(row["se"] or "nan")
        found[code] = years, Series(score, se)
    return found


def drawn_to_mean(score: np.ndarray) -> np.ndarray:
    """Return last year's score drawn to its mean as far as past years were."""
    centred = score - np.nanmean(score, axis=0)
    before, after = centred[:, :-1].ravel(), centred[:, 1:].ravel()
    both = np.isfinite(before + after)
    slope = (before[both] @ after[both]) / (before[both] @ before[both])
    return np.nanmean(score[:, -1]) + slope * centred[:, -1]


def against_official(code: str, years: np.ndarray, official: Series) -> Tally:
    """Forecast each year of an official series from those before."""
    tally, total = Tally(), code == "PAPI"
    for at in range(FIRST, len(years)):
        if total and years[at] == RESCALED:
            continue  # the scale itself changed: nobody could forecast it
        past = Series(official.score[:, : at + 1], official.se[:, : at + 1])
        past = Series(past.score[(seen := past.has_score[:, :-1].any(axis=1))], past.se[seen])
        known = past.score[:, :-1]
        others = {"last official": known[:, -1], "drawn to mean": drawn_to_mean(known)}
        tally.add(past.score[:, -1], nowcast(years[: at + 1], past, rescaled=total), others)
    return tally


def main(rounds: int) -> None:
    """Print both tables."""
    print(against_simulated(rounds).line("made"))
    if not OFFICIAL.is_file():
        print("official scores need REFERENCE_DIR, which is absent")
        return
    for code, (years, official) in official_series().items():
        print(against_official(code, years, official).line(code))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
