"""One golden case: its numbers, the tolerance each of them came with, and which were compared."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

ESTIMATE = 1e-9
ERROR = 1e-7
ITERATED = 1e-6
NOTHING = 1e-12
"""How near to zero a number is that should be zero, beside the size of its row and column."""

POINTS = {
    *("est", "dim", "item", "sub", "total", "geomean", "item1", "prov5_total", "weights"),
    *("weights_sum", "n", "degf", "degf_domain", "n_used", "R", "listwise_n_WRONG"),
}
"""Names under which the files keep estimates and counts; all else is an error or an interval."""


def tolerance_of(name: str, path: str) -> float:
    """The relative tolerance that the golden files' README gives a number."""
    key = path.rpartition(".")[2]
    iterated = ("ciprop_likelihood", "ciprop_beta")
    if name in ("fay_herriot", "cal_greg_bounded"):
        return ITERATED
    if key == "ci" and any(method in name for method in iterated):
        return ITERATED
    return ESTIMATE if key in POINTS else ERROR


def leaves(numbers: object, path: str = "") -> Iterator[str]:
    """The paths of everything in a case that is a number, or a list of numbers."""
    if isinstance(numbers, Mapping):
        for key, inner in numbers.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif not isinstance(numbers, str | None) and not _is_text(numbers):
        yield path


def _is_text(numbers: object) -> bool:
    return isinstance(numbers, Sequence) and all(isinstance(each, str) for each in numbers)


@dataclass
class Case:
    """A case of a golden file.

    ``compared`` are the paths of the numbers that were set against the engine's, or used as what
    the case was computed from.
    """

    file: str
    name: str
    result: Mapping
    call: str = ""
    role: str = "anchor"
    compared: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return self.name if self.name == self.file else f"{self.file} {self.name}"

    def used(self, path: str):
        """A part of the case that it was computed from, or that a runner compares itself."""
        self.compared |= {
            leaf for leaf in self._paths if leaf == path or leaf.startswith(f"{path}.")
        }
        return self._at(path)

    def names(self, path: str = "names") -> list[str]:
        """The names of a row of numbers."""
        names = self._at(path)
        return [names] if isinstance(names, str) else names

    def holds(self, path: str, got: ArrayLike) -> None:
        """Hold the engine's number to that of the file, to the tolerance of the file."""
        expected = np.squeeze(np.asarray(self.used(path), dtype=float))
        found = np.squeeze(np.asarray(got, dtype=float))
        assert found.shape == expected.shape, f"{self} {path}: {found.shape}, not {expected.shape}"
        limit = tolerance_of(self.name, path)
        error = np.maximum(np.abs(found - expected) - _nothing(expected), 0.0)
        error /= np.where(expected == 0, 1.0, np.abs(expected))
        assert np.max(error, initial=0.0) <= limit, (
            f"{self} ({self.role}): {self.call}: {path}: expected {expected}, got {found},"
            f" relative error {np.max(error)}, allowed {limit}"
        )

    def rejects(self, path: str, got: float) -> None:
        """Hold that the number of a wrong analysis is not the engine's."""
        wrong = float(self.used(path))
        assert abs(got / wrong - 1) > 1e-3, f"{self}: {path} is the wrong {wrong}, got {got}"

    def left(self) -> list[str]:
        """The numbers of the case that nothing was compared with."""
        return [path for path in self._paths if path not in self.compared]

    @cached_property
    def _paths(self) -> list[str]:
        return list(leaves(self.result))

    def _at(self, path: str):
        part = self.result
        for key in path.split("."):
            part = part[key]
        return part


def _nothing(expected: np.ndarray) -> np.ndarray:
    """What counts as nothing beside a zero, and in a covariance beside its two variances."""
    if expected.ndim != 2 or not np.array_equal(expected, expected.T):
        return np.where(expected == 0, NOTHING, 0.0)
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    return NOTHING * np.where(size == 0, 1.0, size)


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def cases_of(path: Path) -> list[Case]:
    """Every case of a golden file; a file in a shape unknown here is one case that nobody runs."""
    file, numbers = path.parent.name, read(path)
    if all(isinstance(one, Mapping) and "result" in one for one in numbers.values()):
        return [
            Case(file, name, one["result"], one["call"], one["role"])
            for name, one in numbers.items()
        ]
    if "provinces" in numbers:
        return list(_blocks(file, numbers))
    return [Case(file, file, numbers)]


def _blocks(file: str, numbers: Mapping) -> Iterator[Case]:
    """The blocks of the survey: one for each province and domain, one for the head of the file."""
    head = {}
    for name, block in numbers.items():
        if isinstance(block, list):
            for row in block:
                yield Case(file, f"{name} {row['domain']}", row)
        elif isinstance(block, Mapping):
            yield Case(file, name, block)
        else:
            head[name] = block
    yield Case(file, "head", head)
