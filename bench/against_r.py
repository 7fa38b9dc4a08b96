"""The engine beside R's survey package on random surveys: the largest differences.

R (``r-base-core``, ``r-cran-survey``, for calibration by steps also ``r-cran-mass``) is no part of
the project and no test needs it; without it this says so and ends. One process of R computes all
cases. Ends with 1 when a difference has no known reason. Not compared, because the engine does not
offer it: raking within bounds, the jackknife under ``adjust``. Run:
``python -m bench.against_r [cases [seed]]``; ``--keep FOLDER`` keeps the files.
"""

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.against_blocks import numbers_of
from bench.against_engine import Numbers
from bench.random_surveys import drawn_cases, read_cases, write_cases

CASES, SEED = 200, 20261122
SAME = 1e-8
SMALL = 1e-6
"""Sizes below this count as this: the noise of a zero is no difference."""

ESTIMATES = ("est", "weights", "total", "change", "domain est")
RANK = "R: rank of the replicate weights less 1; ours: at most PSUs less strata of the domain"
REASONS = {
    "rake: se": "R's rake takes unweighted residuals; calibrate(calfun = 'raking') agrees",
    ".* (design|domain): df": RANK,
    "lonely average, mean: se": "an item that a whole stratum was not asked: R averages over the"
    " strata that answered it, ours over those that hold the domain",
    "lonely average, domains jointly: cov": "R's covmat averages over all strata, its own SE over"
    " those of the domain; ours over those of the domain in both",
    "lonely average, jackknife: se": "R multiplies V by PSUs / PSUs of the other strata, ours as"
    " under Taylor by strata / other strata",
    "lonely adjust, (total|raking): se": "a PSU with one second-stage unit: R 4.1 centres at"
    " zero, ours at the mean (one stage, recentred as in R 4.5, agrees)",
    "share, (logit|likelihood): est": "R's fit stops at 1e-8, or runs off where all agree",
    "share, logit: ends": "R's fit stops at 1e-8, or runs off where all agree (ours: beta);"
    " xlogit agrees",
    "share, likelihood: ends": "R's profile holds the working weights of a fit stopped early",
    "share, asin: ends": "R's angle leaves 0..pi/2 and its end turns back; ours is held",
}
"""Regular expressions of quantity and part, and why they differ."""

REFUSED = {
    "engine: .*adjust goes with taylor.*": "replicates know no distance from a mean",
    "engine: .*know no second stage.*": "R drops the second stage, saying so",
    ".*: R has no number": "NaN: average where a PSU has no other unit, an endless fpc under a"
    " jackknife, a profile that does not close, a quantile whose interval passes 0 or 1",
    "R: (profiling has found|not enough data).*": "a proportion of 0 or 1: R has no interval",
    "R: C stack usage.*": "R's recursion over weights on the limit does not end",
    "R: Stratum.*only one PSU.*": "R's jackknife refuses a stratum taken whole",
}
"""Why one of the two has no number."""


@dataclass
class Line:
    """What was found of one part of a quantity.

    ``cases`` and ``compared`` numbers that both have; ``largest`` relative difference; ``apart``:
    numbers that differ by more than ``SAME``; ``held``: numbers that R prints and we do not.
    """

    cases: int = 0
    compared: int = 0
    largest: float = 0.0
    apart: int = 0
    held: int = 0

    def add(self, ours: np.ndarray, theirs: np.ndarray, size: np.ndarray) -> None:
        """Add the numbers of one case."""
        both = np.isfinite(ours) & np.isfinite(theirs)
        self.held += int((np.isfinite(theirs) & ~both).sum())
        difference = np.abs(ours - theirs)[both] / size[both]
        self.cases += bool(len(difference))
        self.compared += len(difference)
        self.largest = max(self.largest, float(difference.max(initial=0.0)))
        self.apart += int((difference > SAME).sum())


@dataclass
class Found:
    """All that was found: lines by (quantity, part); both refuse; one refuses, and says what."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    alone: Counter[tuple[str, str]] = field(default_factory=Counter)

    def compare(self, ours: Numbers, theirs: Numbers) -> None:
        """Set the numbers of one case beside R's."""
        for quantity, of in dict.fromkeys(key[:2] for key in (*ours, *theirs)):
            one, other = (each.get((quantity, of, "refused")) for each in (ours, theirs))
            if one is not None and other is not None:
                self.refused[quantity] += 1
            elif one is not None or other is not None:
                said = f"R: {other}" if one is None else f"engine: {one}"
                self.alone[quantity, said] += 1
            else:
                for key in {**ours, **theirs}:
                    if key[:2] == (quantity, of):
                        self._compare_part(quantity, key[2], ours.get(key), theirs.get(key))

    def _compare_part(self, quantity: str, part: str, ours: object, theirs: object) -> None:
        one, other = (np.asarray([] if x is None else x, dtype=float) for x in (ours, theirs))
        if one.shape != other.shape:
            self.alone[quantity, f"{part}: {len(one)} numbers of ours, {len(other)} of R"] += 1
            return
        if (np.isfinite(one) & ~np.isfinite(other)).any():
            self.alone[quantity, f"{part}: R has no number"] += 1
        self.lines.setdefault((quantity, part), Line()).add(one, other, _sizes(part, other))


def _sizes(part: str, theirs: np.ndarray) -> np.ndarray:
    """Return what differences are relative to: the number, of a covariance its two errors."""
    if not part.endswith("cov"):
        return np.maximum(np.abs(theirs), SMALL)
    m = int(np.sqrt(len(theirs)))
    variance = np.diag(np.nan_to_num(theirs.reshape(m, m)))
    error = np.sqrt(np.maximum(variance, 0.0))
    return np.maximum(np.outer(error, error).ravel(), SMALL**2)


def numbers_of_r(folder: Path) -> dict[str, Numbers]:
    """Read what R has written: by case, its numbers in their order."""
    found: defaultdict[str, Numbers] = defaultdict(dict)
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = row["values"]
            refused = row["part"] == "refused"
            key = (row["quantity"], row["of"], row["part"])
            found[row["case"]][key] = said if refused else [float(x) for x in said.split()]
    return found


def reason_of(name: str, reasons: Mapping[str, str]) -> str | None:
    """Return why something differs, or None."""
    return next((why for pattern, why in reasons.items() if re.fullmatch(pattern, name)), None)


def rows(found: Found) -> Iterator[str]:
    """Yield the table: a row for each quantity."""
    yield "| quantity | cases | numbers | estimates | errors, ends | df | apart | R alone |"
    yield "|---|---|---|---|---|---|---|---|"
    for quantity in dict.fromkeys(quantity for quantity, _ in found.lines):
        mine = {part: line for (of, part), line in found.lines.items() if of == quantity}
        kinds = defaultdict(list)
        for part, line in mine.items():
            kind = "df" if part == "df" else "est" if part in ESTIMATES else "se"
            kinds[kind].append(line.largest)
        largest = [
            f"{max(kinds[kind]):.0e}" if kinds[kind] else "" for kind in ("est", "se", "df")
        ]
        apart, held = (
            sum(getattr(line, of) for line in mine.values()) for of in ("apart", "held")
        )
        cases = max(line.cases for line in mine.values())
        compared = sum(line.compared for line in mine.values())
        yield (
            f"| {quantity} | {cases} | {compared:,} | {' | '.join(largest)} |"
            f" {apart or ''} | {held or ''} |"
        )


def said(found: Found) -> Iterator[tuple[str, str | None]]:
    """Yield every difference with its reason; None = unknown."""
    for (quantity, part), line in found.lines.items():
        if line.apart:
            name = f"{quantity}: {part}"
            fact = f"{name}: {line.apart} of {line.compared} differ, at most by {line.largest:.1e}"
            yield fact, reason_of(name, REASONS)
    for (quantity, message), times in found.alone.items():
        yield f"{quantity}: {times} times {message}", reason_of(message, REFUSED)


def computed(folder: Path) -> Found:
    """Let both compute the cases of a folder."""
    subprocess.run(["Rscript", Path(__file__).with_suffix(".R"), folder], check=True)
    theirs, found = numbers_of_r(folder), Found()
    for case in read_cases(folder):
        found.compare(numbers_of(case), theirs[case.name])
    return found


def main() -> int:
    """Draw cases, let both compute them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int, nargs="?", default=CASES)
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    if shutil.which("Rscript") is None:
        print("left out: there is no Rscript (r-base-core, r-cran-survey, r-cran-mass)")
        return 0
    with tempfile.TemporaryDirectory(prefix="langnghe-against-r-") as name:
        folder = asked.keep or Path(name)
        folder.mkdir(exist_ok=True)
        write_cases(drawn_cases(asked.cases, asked.seed), folder)
        found = computed(folder)
    print("\n".join(rows(found)))
    unknown = 0
    for fact, why in said(found):
        print(f"{fact}: {why or 'NO KNOWN REASON'}")
        unknown += why is None
    print(f"both refuse: {sum(found.refused.values())}; without a known reason: {unknown}")
    return min(unknown, 1)


if __name__ == "__main__":
    sys.exit(main())
