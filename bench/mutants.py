"""Plant small mistakes in the engine, one at a time, and see whether its tests notice.

Run: ``python -m bench.mutants [--sample 60 --seed 1] [--map FILE] [GROUP ...]``. Works in a copy
of the tree; a mistake is planted in memory while its module is imported. Asked are tests that run
the line (coverage contexts): golden cases, laws and units of less than ``QUICK`` seconds, the
quickest first, up to the first that fails.
"""

import argparse
import contextlib
import importlib.abc
import importlib.util
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import NamedTuple, TypeAlias

import coverage
import hypothesis
import pytest
from scipy.stats import binomtest

from bench.mutations import Mutation, mutations_of

ROOT = Path(__file__).resolve().parents[1]
GROUPS = {
    "variance": "scoring/estimates: variance stages spread lonely units linearize replicates"
    " resampling resampled schemes satterthwaite",
    "calibration": "scoring/weights: calibration distance fit margins nonresponse trimming base",
    "index": "scoring/index: aggregate rescale domains finest tally",
    "tree": "scoring: tree nodes",
}
"""Group -> folder and modules."""
TESTS = ("tests/unit/scoring", "tests/property/scoring", "tests/golden")
MANNERS = ("-x", "-q", "--noconftest", "--assert=plain", "-p", "no:cacheprovider")
QUICK = 1.0
"""Tests that take longer, in seconds, are not asked."""
MOST = 150
"""Tests asked about one mistake."""
PATIENCE = 600.0
"""Seconds after which a mistake counts as noticed: the arithmetic does not end."""
AT_ONCE = 2
TARGET = 0.9
DOCUMENT = ROOT / "docs" / "mutants.md"
PRELOADED = ["pytest", "hypothesis", "hypothesis.strategies", "scipy.stats", "scipy.sparse",
             "scipy.optimize", "pyarrow", "yaml", "coverage"]  # fmt: skip

Lines: TypeAlias = dict[str, list[str]]
"""Line -> the tests that run it, the quickest first."""


class Trial(NamedTuple):
    """One mistake in one module of one group."""

    group: str
    module: str
    mutation: Mutation

    @property
    def said(self) -> str:
        """The mistake as the table writes it."""
        return f"`{self.mutation.before}` -> `{self.mutation.after}`"

    def explained_by(self, line: str) -> bool:
        """Whether a line of the table speaks of this mistake in this module."""
        place = self.module.removeprefix("scoring.").replace(".", "/")
        return line.startswith(f"| `{place}`") and self.said in line


class Planted(SourceFileLoader):
    """Loads a file with a mistake in it."""

    source = ""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the mistaken text instead of the file."""
        return compile(self.source, self.get_filename(fullname), "exec")


class Finder(importlib.abc.MetaPathFinder):
    """Finds one module with a mistake; all others are found as ever."""

    def __init__(self, copy: Path, module: str, source: str) -> None:
        self.name, self.path = module, copy / f"{module.replace('.', '/')}.py"
        self.source = source

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the module to be planted."""
        if fullname != self.name:
            return None
        loader = Planted(fullname, str(self.path))
        loader.source = self.source
        return importlib.util.spec_from_file_location(fullname, self.path, loader=loader)


def enter(copy: Path) -> None:
    """Stand in the copy, silently; property tests draw the same cases every time."""
    os.chdir(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in {"", str(ROOT)})]
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")


def run_tests(names: Sequence[str], plugins: Sequence[object] = ()) -> int:
    """Run tests, up to the first that fails; return pytest's exit status."""
    return int(pytest.main([*names, *MANNERS], [*plugins]))


def try_mutant(copy: Path, module: str, source: str, names: Sequence[str]) -> None:
    """End with status 0 when the tests notice nothing."""
    enter(copy)
    sys.meta_path.insert(0, Finder(copy, module, source))
    sys.exit(run_tests(names))


class Recorder:
    """Tells coverage which test runs, and keeps how long it took."""

    def __init__(self, watch: coverage.Coverage) -> None:
        self.watch = watch
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin the lines of a test."""
        self.watch.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up set-up, call and tear-down."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def record_map(copy: Path, target: Path) -> None:
    """Run all tests once without a mistake and write which of them runs which line."""
    enter(copy)
    watch = coverage.Coverage(data_file=None, source=["scoring"], config_file=False)
    recorder = Recorder(watch)
    watch.start()
    status = run_tests(TESTS, [recorder])
    watch.stop()
    found: dict[str, Lines] = {}
    data = watch.get_data()
    for name in data.measured_files():
        module = ".".join(Path(name).relative_to(copy).with_suffix("").parts)
        found[module] = {
            str(line): sorted(
                (test for test in tests if recorder.seconds.get(test, QUICK) < QUICK),
                key=lambda test: recorder.seconds[test],
            )
            for line, tests in data.contexts_by_lineno(name).items()
        }
    target.write_text(json.dumps(found), encoding="utf-8")
    sys.exit(status)


def tests_of(mutation: Mutation, lines: Lines) -> list[str]:
    """Return the tests that run a mistaken line; of a line run at import, all of the module.

    The files of tests take turns, each with its quickest test first.
    """
    own = range(mutation.first, mutation.last + 1)
    chosen = dict.fromkeys(test for line in own for test in lines.get(str(line), ()))
    chosen = chosen or dict.fromkeys(test for tests in lines.values() for test in tests)
    turns: dict[str, int] = defaultdict(int)
    rank = {}
    for test in chosen:
        file = test.partition("::")[0]
        rank[test] = turns[file] = turns[file] + 1
    return sorted(chosen, key=rank.__getitem__)[:MOST]


def outcome(copy: Path, trial: Trial, names: Sequence[str]) -> str:
    """Return killed, time-out or survived."""
    if not names:
        return "survived"
    context = multiprocessing.get_context("forkserver")
    arguments = (copy, trial.module, trial.mutation.source, names)
    process = context.Process(target=try_mutant, args=arguments)
    process.start()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        return "time-out"
    return "killed" if process.exitcode else "survived"


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Make a copy of engine and tests, which nobody edits meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in ("scoring", "tests", "bench"):
            shutil.copytree(
                ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("pyproject.toml", "config.py"):
            shutil.copy(ROOT / name, folder)
        yield Path(folder).resolve()


def trials_of(groups: Sequence[str], sample: int | None, seed: int) -> list[Trial]:
    """Return the mistakes of each group: all, or so many drawn at random."""
    chosen: list[Trial] = []
    for group in groups:
        room, _, names = GROUPS[group].partition(": ")
        paths = [Path(room, f"{name}.py") for name in names.split()]
        found = [
            Trial(group, ".".join(path.with_suffix("").parts), mutation)
            for path in paths
            for mutation in mutations_of((ROOT / path).read_text(encoding="utf-8"))
        ]
        if sample is not None and sample < len(found):
            places = sorted(random.Random(seed).sample(range(len(found)), sample))
            found = [found[at] for at in places]
        chosen += found
    return chosen


def read_map(copy: Path, kept: Path | None) -> dict[str, Lines]:
    """Return module -> line -> tests, from an earlier run or anew."""
    target = kept or copy / "map.json"
    if not target.exists():
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=record_map, args=(copy, target.resolve()))
        process.start()
        process.join()
        if process.exitcode:
            sys.exit("the tests fail without any mistake")
    lines: dict[str, Lines] = json.loads(target.read_text(encoding="utf-8"))
    return lines


def report(results: Sequence[tuple[Trial, str]]) -> bool:
    """Print the tables; return whether every group reaches the target."""
    modules: dict[tuple[str, str], list[str]] = defaultdict(list)
    groups: dict[str, list[str]] = defaultdict(list)
    for trial, result in results:
        modules[trial.group, trial.module].append(result)
        groups[trial.group].append(result)
    print(
        "\n| group | module | mutants | killed | time-out | survived |\n|---|---|---|---|---|---|"
    )
    for (group, module), found in modules.items():
        counts = [found.count(word) for word in ("killed", "time-out", "survived")]
        print(f"| {group} | `{module}` | {len(found)} | {' | '.join(map(str, counts))} |")
    print("\n| group | mutants | killed | rate | 95 % interval |\n|---|---|---|---|---|")
    for group, found in groups.items():
        killed = len(found) - found.count("survived")
        low, high = binomtest(killed, len(found)).proportion_ci()
        rate = killed / len(found)
        print(f"| {group} | {len(found)} | {killed} | {rate:.3f} | {low:.3f} to {high:.3f} |")
    return all(
        len(found) - found.count("survived") >= TARGET * len(found) for found in groups.values()
    )


def main() -> int:
    """Try the mistakes of the groups named; fail below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--sample", type=int, help="so many of each group, at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--map", type=Path, help="which test runs which line: kept there")
    chosen = parser.parse_args()
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ.setdefault("REFERENCE_DIR", str(ROOT.parent / "shared"))
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    known = DOCUMENT.read_text(encoding="utf-8").splitlines()
    trials = trials_of(chosen.groups, chosen.sample, chosen.seed)
    with copied() as copy, ThreadPoolExecutor(AT_ONCE) as pool:
        lines = read_map(copy, chosen.map)

        def tried(trial: Trial) -> tuple[Trial, str]:
            began = time.monotonic()
            names = tests_of(trial.mutation, lines.get(trial.module, {}))
            result = outcome(copy, trial, names)
            if result != "killed":
                place = f"{trial.module}:{trial.mutation.line}"
                new = "" if any(trial.explained_by(line) for line in known) else " NEW"
                spent = time.monotonic() - began
                print(f"{result}{new} {place} {trial.said} ({len(names)} tests, {spent:.0f} s)")
                sys.stdout.flush()
            return trial, result

        results = list(pool.map(tried, trials))
    return int(not report(results))


if __name__ == "__main__":
    sys.exit(main())
