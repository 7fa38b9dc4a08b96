"""Are fabricators found? 20 honest interviewers and 2 who invent, a hundred times over.

Each interviewer brings 50 interviews of 25 five-point items. One fabricator copies an earlier
interview of a colleague each time and changes a tenth of the answers; the other taps at random and
fast. Found = among the first three of the suspicion order. Prints also how many honest ones are
flagged and how long 5,000 interviews take to be compared.
Run: ``python -m bench.quality [seeds]``.
"""

import sys
import time
from typing import NamedTuple

import numpy as np

from scoring.quality.fieldwork import near_duplicates, straight_lines, too_fast
from scoring.quality.suspicion import Suspicion, rank_interviewers

SEEDS, HONEST, EACH, ITEMS, CODES = 100, 20, 50, 25, 5
COPIER, TAPPER = HONEST, HONEST + 1
FABRICATORS = {str(COPIER), str(TAPPER)}
NOISE = 0.1


class Fieldwork(NamedTuple):
    """A simulated round: who asked, the answers, the seconds."""

    interviewer: np.ndarray
    answers: np.ndarray
    seconds: np.ndarray


def fieldwork(seed: int) -> Fieldwork:
    """Honest people share a mood, places differ, some say the same to everything."""
    rng = np.random.default_rng(seed)
    n = HONEST * EACH
    place = np.repeat(rng.normal(0, 0.4, HONEST), EACH)
    mood = rng.normal(0, 0.8, n)
    liking = (
        0.6 + rng.normal(0, 0.5, ITEMS) + (place + mood)[:, None] + rng.normal(0, 1, (n, ITEMS))
    )
    honest = np.searchsorted([-1.5, -0.5, 0.5, 1.7], liking)
    straight = rng.random(n) < 0.04
    honest[straight] = honest[straight, :1]
    copied = honest[rng.choice(n, EACH, replace=False)]
    changed = rng.random(copied.shape) < NOISE
    copied = np.where(changed, rng.integers(0, CODES, copied.shape), copied)
    tapped = rng.integers(0, CODES, (EACH, ITEMS))
    pace = np.repeat(rng.normal(0, 0.15, HONEST + 1), EACH) + rng.normal(0, 0.3, n + EACH)
    seconds = np.concatenate([600 * np.exp(pace), rng.uniform(60, 200, EACH)])
    who = np.repeat(np.arange(HONEST + 2).astype(str), EACH)
    return Fieldwork(who, np.vstack([honest, copied, tapped]).astype(np.int8), seconds)


def ranked(work: Fieldwork) -> Suspicion:
    """Order the interviewers of a round by three signs."""
    signs = {
        "too_fast": too_fast(work.seconds, np.full(len(work.seconds), ITEMS)),
        "straight_line": straight_lines(work.answers),
        "near_duplicate": near_duplicates(work.answers) > 0,
    }
    return rank_interviewers(work.interviewer, signs)


def main(seeds: int) -> None:
    """Print how often both are found, and how many honest ones are flagged."""
    found, alarms, caught = 0, [], 0
    for seed in range(seeds):
        order = ranked(fieldwork(seed))
        found += set(order.labels[:3]) >= FABRICATORS
        flagged = {label for label, flag in zip(order.labels, order.flagged, strict=True) if flag}
        alarms.append(len(flagged - FABRICATORS))
        caught += flagged >= FABRICATORS
    print(f"both among the first three: {found} of {seeds}; both flagged: {caught}")
    print(f"honest ones flagged, of {HONEST}: mean {np.mean(alarms):.2f}, most {max(alarms)}")
    many = np.tile(fieldwork(0).answers, (5, 1))[:5000]
    start = time.perf_counter()
    near_duplicates(many)
    print(f"{len(many)} interviews compared with each other: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
