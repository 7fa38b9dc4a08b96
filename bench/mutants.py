"""Try small mistakes in the engine, one at a time, and see whether its tests notice.

Run: ``python -m bench.mutants [--sample 60 --seed 1] [--kept FOLDER] [GROUP ...]``; without a
sample, all of them. Each outcome is kept in the folder at once and not tried again, so that a run
can be stopped and taken up. Asked are the tests that run the line: quick ones first, then slow
ones. ``--again TEST ...`` asks tests written since, of the survivors on record.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeAlias

from scipy.stats import binomtest

from bench.mutations import Mutation, mutations_of
from bench.planted import ROOT, Map, ask, copied, prepare, read_map

GROUPS = {
    "variance": "estimates/variance estimates/stages estimates/spread estimates/lonely"
    " estimates/units estimates/linearize estimates/replicates estimates/resampling"
    " estimates/resampled estimates/schemes estimates/satterthwaite estimates/method"
    " estimates/sums estimates/leaves",
    "calibration": "weights/calibration weights/distance weights/fit weights/margins"
    " weights/nonresponse weights/trimming weights/base cells index/many_cells",
    "tree": "tree nodes",
    "index": "index/aggregate index/rescale index/domains index/finest index/tally"
    " index/histogram index/leaf_sums",
}
"""Group -> modules of the engine."""
QUICK = 0.2
"""Seconds that a quick test takes at most."""
PARTS = (12, 40)
"""How many quick tests are asked at first, and how many at most."""
LONGEST = 300.0
"""Seconds of slow tests that are asked about one mistake."""
PATIENCE = 60.0
"""Seconds beyond ten times those of its tests, after which the arithmetic does not end."""
AT_ONCE = 2
TARGET = 0.9
KILLED = ("quick", "slow", "later", "time-out")
"""Noticed by a quick test, a slow one, one written for it; or the arithmetic does not end."""
UNNOTICED = ("unnoticed", "survived")
"""By the quick tests; by the slow ones too."""
HEADS = (*KILLED, "no effect", "NEW")
"""The document explains why a mistake has no effect, or does not speak of it."""
DOCUMENT = ROOT / "docs" / "mutants.md"

Words: TypeAlias = dict[str, str]
"""Key of a trial -> its outcome."""


class Trial:
    """One mistake in one module of one group."""

    def __init__(self, group: str, place: str, mutation: Mutation) -> None:
        self.group, self.place, self.mutation = group, place, mutation
        self.module = f"scoring.{place.replace('/', '.')}"

    @cached_property
    def key(self) -> str:
        """What stands for the mistaken module on record: another file makes another trial."""
        return hashlib.sha256(f"{self.module} {self.mutation.source}".encode()).hexdigest()[:20]

    @property
    def said(self) -> str:
        """The mistake as the table writes it."""
        return f"`{self.mutation.before}` -> `{self.mutation.after}`"


class Record:
    """Outcomes of trials, one line of JSON for each, kept between runs; the last line counts."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "outcomes.jsonl"
        self.path.touch()
        lines = map(json.loads, self.path.read_text(encoding="utf-8").splitlines())
        self.words: Words = {line["key"]: line["word"] for line in lines}

    def add(self, trial: Trial, word: str, seconds: float) -> None:
        """Keep one outcome; print it unless a quick test noticed."""
        self.words[trial.key] = word
        at = f"{trial.place}:{trial.mutation.line}"
        line = {"key": trial.key, "at": at, "said": trial.said, "word": word}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if word != "quick":
            print(f"{word} {at} {trial.said} ({seconds:.0f} s)", flush=True)


def trials_of(groups: Sequence[str], sample: int | None, seed: int) -> list[Trial]:
    """Return the mistakes of each group: all, or so many drawn at random."""
    chosen: list[Trial] = []
    for group in groups:
        found = [
            Trial(group, place, mutation)
            for place in GROUPS[group].split()
            for mutation in mutations_of((ROOT / f"scoring/{place}.py").read_text("utf-8"))
        ]
        if sample is not None and sample < len(found):
            places = sorted(random.Random(seed).sample(range(len(found)), sample))
            found = [found[at] for at in places]
        chosen += found
    return chosen


def tests_of(trial: Trial, watched: Map) -> tuple[list[str], list[str]]:
    """Return the quick and the slow tests that are asked, both the quickest first.

    They run the mistaken line; of a line run at import, anything of the module.
    """
    lines = watched.modules.get(trial.module, {})
    own = range(trial.mutation.first, trial.mutation.last + 1)
    chosen = {test for line in own for test in lines.get(str(line), ())}
    chosen = chosen or {test for tests in lines.values() for test in tests}
    ranked = sorted(chosen, key=lambda test: (watched.seconds[test], test))
    quick = in_turns([test for test in ranked if watched.seconds[test] < QUICK])[: PARTS[-1]]
    others = [test for test in ranked if test not in set(quick)]
    spent = accumulate(watched.seconds[test] for test in others)
    return quick, [test for test, whole in zip(others, spent, strict=True) if whole <= LONGEST]


def in_turns(tests: Sequence[str]) -> list[str]:
    """Let the files of tests take turns, each with its tests in the order given."""
    turns: Counter[str] = Counter()
    rank = {}
    for test in tests:
        file = test.partition("::")[0]
        turns[file] += 1
        rank[test] = turns[file]
    return sorted(tests, key=rank.__getitem__)


def quickly(copy: Path, trial: Trial, watched: Map) -> str:
    """Return what the quick tests make of a mistake."""
    names, _ = tests_of(trial, watched)
    for first, last in pairwise((0, *PARTS)):
        result = asked(copy, trial, names[first:last], watched.seconds)
        if result != "survived":
            return "quick" if result == "killed" else result
    return "unnoticed"


def slowly(copy: Path, trial: Trial, watched: Map) -> str:
    """Return what the slow tests make of a mistake that the quick ones did not notice."""
    _, names = tests_of(trial, watched)
    result = asked(copy, trial, names, watched.seconds)
    return "slow" if result == "killed" else result


def asked(copy: Path, trial: Trial, names: Sequence[str], seconds: Mapping[str, float]) -> str:
    """Return killed, time-out or survived, with patience for as long as the tests take."""
    patience = PATIENCE + 10 * sum(seconds.get(name, 1.0) for name in names)
    return ask(copy, trial.module, trial.mutation.source, names, patience)


def try_all(trials: Sequence[Trial], record: Record, judge: Callable[[Trial], str]) -> None:
    """Try mistakes, some at once, and keep each outcome at once."""

    def tried(trial: Trial) -> None:
        began = time.monotonic()
        record.add(trial, judge(trial), time.monotonic() - began)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(tried, trials))


def rest(trials: Sequence[Trial], words: Words, wanted: str) -> list[Trial]:
    """Return the mistakes of one outcome that the document does not explain."""
    rows = [
        row.split(" | ", 1) for row in DOCUMENT.read_text("utf-8").splitlines() if " | " in row
    ]
    return [
        trial
        for trial in trials
        if words.get(trial.key) == wanted
        and not any(
            where.startswith(f"| `{trial.place}`, ")
            and f", `{trial.mutation.scope}`" in where
            and trial.said in why
            for where, why in rows
        )
    ]


def report(trials: Sequence[Trial], words: Words) -> bool:
    """Print the tables and what is not explained; return whether every group is at the target."""
    new = {trial.key for word in UNNOTICED for trial in rest(trials, words, word)}
    groups: dict[str, list[str]] = defaultdict(list)
    modules: dict[str, list[str]] = defaultdict(list)
    for trial in trials:
        word = words[trial.key]
        said = word if word not in UNNOTICED else "NEW" if trial.key in new else "no effect"
        groups[trial.group].append(said)
        modules[trial.place].append(said)
        if said == "NEW":
            print(f"NEW {trial.place}:{trial.mutation.line} {trial.said} ({word})")
    print(f"\n| module | mistakes | {' | '.join(HEADS)} |\n|{'---|' * (len(HEADS) + 2)}")
    for place, found in modules.items():
        print(f"| `{place}` | {len(found)} | {' | '.join(str(found.count(w)) for w in HEADS)} |")
    print("\n| group | mistakes | killed | rate | interval, if drawn |\n|---|---|---|---|---|")
    rates = []
    for group, found in groups.items():
        killed = sum(word in KILLED for word in found)
        low, high = binomtest(killed, len(found)).proportion_ci()
        rates.append(killed / len(found))
        print(f"| {group} | {len(found)} | {killed} | {rates[-1]:.3f} | {low:.3f} to {high:.3f} |")
    return min(rates) >= TARGET


def main() -> int:
    """Try the mistakes of the groups named; fail below the target."""
    chosen = arguments()
    prepare()
    trials = trials_of(chosen.groups, chosen.sample, chosen.seed)
    with copied() as copy:
        kept: Path = chosen.kept or copy
        kept.mkdir(parents=True, exist_ok=True)
        record = Record(kept)
        if chosen.again:
            refuse_failing(copy, trials[0], chosen.again)
            survivors = [one for word in UNNOTICED for one in rest(trials, record.words, word)]
            try_all(survivors, record, lambda one: again(copy, one, chosen.again, record.words))
        else:
            watched = read_map(copy, kept / "map.json")
            new = [trial for trial in trials if trial.key not in record.words]
            try_all(new, record, lambda one: quickly(copy, one, watched))
            unnoticed = rest(trials, record.words, "unnoticed")
            try_all(unnoticed, record, lambda one: slowly(copy, one, watched))
    tried = [trial for trial in trials if trial.key in record.words]
    return int(not report(tried, record.words))


def refuse_failing(copy: Path, trial: Trial, tests: Sequence[str]) -> None:
    """End the run when tests fail without any mistake: they would notice all of them."""
    sound = (copy / f"scoring/{trial.place}.py").read_text("utf-8")
    if ask(copy, trial.module, sound, tests, PATIENCE * len(tests)) != "survived":
        sys.exit("the tests fail without any mistake")


def again(copy: Path, trial: Trial, tests: Sequence[str], words: Words) -> str:
    """Return "later" when one of the tests named notices, else the outcome on record."""
    result = asked(copy, trial, tests, {})
    return "later" if result == "killed" else words[trial.key]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--sample", type=int, help="so many of each group, at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kept", type=Path, help="folder of outcomes, and of who runs which line")
    parser.add_argument("--again", nargs="+", default=[], metavar="TEST")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
