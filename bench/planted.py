"""Plant one mistake in a copy of the engine and ask tests whether they notice it.

A mistake is planted in memory while its module is imported in a forked process. Which tests run
which line is recorded once, by coverage contexts.
"""

import compileall
import contextlib
import gc
import hashlib
import importlib.abc
import importlib.util
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import NamedTuple, TypeAlias

import coverage
import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("scoring", "tests", "bench", "docs")
TESTS = ("tests/unit/scoring", "tests/property/scoring", "tests/golden")
MANNERS = ("-x", "-q", "--noconftest", "--assert=plain", "-p", "no:cacheprovider")
PRELOADED = ["pytest", "hypothesis", "hypothesis.strategies", "scipy.stats", "scipy.sparse",
             "scipy.optimize", "pandas", "pyarrow.csv", "pyarrow.parquet", "yaml", "coverage",
             "doctest", "_hypothesis_pytestplugin", "xdist.plugin"]  # fmt: skip
PHASES = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
"""A law that fails is enough: its case is not made smaller."""

Lines: TypeAlias = dict[str, list[str]]
"""Line -> the tests that run it."""


class Map(NamedTuple):
    """Which test runs which line of which module, and how long each test took.

    Parameters
    ----------
    tree : digest of engine and tests, whose line numbers these are
    modules : module -> line -> tests
    seconds : test -> how long it took, watched by coverage
    """

    tree: str
    modules: dict[str, Lines]
    seconds: dict[str, float]


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


def prepare() -> None:
    """Make ready the server from which processes are forked."""
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ.setdefault("REFERENCE_DIR", str(ROOT.parent / "shared"))
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Make a compiled copy of engine and tests, which nobody edits meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in COPIED:
            shutil.copytree(
                ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("pyproject.toml", "config.py"):
            shutil.copy(ROOT / name, folder)
        compileall.compile_dir(folder, quiet=2)
        yield Path(folder).resolve()


def ask(copy: Path, module: str, source: str, names: Sequence[str], patience: float) -> str:
    """Return killed, time-out or survived: what tests make of a module with a mistake."""
    if not names:
        return "survived"
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_try, args=(copy, module, source, names))
    process.start()
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        process.join()
        return "time-out"
    return "killed" if process.exitcode else "survived"


def read_map(copy: Path, kept: Path) -> Map:
    """Return which test runs which line, from an earlier run of the same tree or anew."""
    tree = _digest(copy)
    if kept.exists():
        found = Map(**json.loads(kept.read_text(encoding="utf-8")))
        if found.tree == tree:
            return found
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_record, args=(copy, tree, kept.resolve()))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit("the tests fail without any mistake")
    return Map(**json.loads(kept.read_text(encoding="utf-8")))


def _digest(copy: Path) -> str:
    whole = hashlib.sha256()
    for name in COPIED[:2]:
        for path in sorted(Path(copy, name).rglob("*.py")):
            whole.update(str(path.relative_to(copy)).encode() + path.read_bytes())
    return whole.hexdigest()


def _enter(copy: Path) -> None:
    """Stand in the copy, silently; property tests draw the same cases every time."""
    gc.freeze()
    os.chdir(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in {"", str(ROOT)})]
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=PHASES
    )
    hypothesis.settings.load_profile("mutants")


def _run(names: Sequence[str], plugins: Sequence[object] = ()) -> int:
    """Run tests, up to the first that fails; return pytest's exit status."""
    return int(pytest.main([*names, *MANNERS], [*plugins]))


def _try(copy: Path, module: str, source: str, names: Sequence[str]) -> None:
    """End with status 0 when the tests notice nothing."""
    _enter(copy)
    sys.meta_path.insert(0, Finder(copy, module, source))
    sys.exit(_run(names))


class _Recorder:
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


def _record(copy: Path, tree: str, target: Path) -> None:
    """Run all tests once without a mistake and write which of them runs which line."""
    _enter(copy)
    watch = coverage.Coverage(data_file=None, source=["scoring"], config_file=False)
    recorder = _Recorder(watch)
    watch.start()
    status = _run(TESTS, [recorder])
    watch.stop()
    data = watch.get_data()
    modules = {
        ".".join(Path(name).relative_to(copy).with_suffix("").parts): {
            str(line): sorted(test for test in tests if test in recorder.seconds)
            for line, tests in data.contexts_by_lineno(name).items()
        }
        for name in data.measured_files()
    }
    if not status:
        target.write_text(json.dumps(Map(tree, modules, recorder.seconds)._asdict()))
    sys.exit(status)
