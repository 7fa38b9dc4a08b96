"""Time the engine against the numpy floor on the golden composite survey, in one run.

The floor is what any implementation has to do: mask the missing answers of a float matrix, sum
them by PSU with a sparse product, and form one covariance of 120 items for each of 63 provinces.
The engine does more: every node of the tree in every province with SE, interval, df, n, deff and
notes, as finished rows. Both start from arrays in memory. Run: ``python -m bench.scoring``.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from scipy import sparse

from scoring import Codes, Design, IndexTree, Options, Sample, score_sample
from tests.golden.reference import papi_sample, papi_tree

REPEATS = 15
SIZES = (1, 4)
TARGET = 2.5
TITLES = (
    "interviews",
    "floor, s",
    "engine, s",
    "ratio",
    "int8, MB",
    "float64, MB",
    "engine's peak, MB",
)


def enlarged(sample: Sample, times: int) -> Sample:
    """Repeat the sample with new PSUs in the same strata."""
    psu = np.concatenate([sample.design.psu + at * 10**6 for at in range(times)])
    stratum = np.tile(sample.design.frame.psu_stratum[sample.design.psu], times)
    return Sample.from_columns(
        Design.from_labels(stratum=stratum, psu=psu),
        weight=np.tile(sample.weight, times),
        items={
            name: Codes(np.tile(column.codes, times), column.labels)
            for name, column in sample.items.items()
            if isinstance(column, Codes)
        },
        domains={
            name: Codes(np.tile(column.codes, times), column.labels)
            for name, column in sample.domains.items()
        },
    )


def matrix_of(sample: Sample) -> np.ndarray:
    """Return the answers as one float matrix, NaN where missing."""
    columns = []
    for column in sample.items.values():
        values = np.asarray([*map(float, column.labels), np.nan])
        columns.append(values[np.maximum(column.codes, -1)])
    return np.stack(columns, axis=1)


def floor(matrix: np.ndarray, sample: Sample) -> np.ndarray:
    """Mask, sum by PSU, and form the covariance of the items in each province."""
    valid = ~np.isnan(matrix)
    filled = np.where(valid, matrix, 0.0)
    psu, frame = sample.design.psu, sample.design.frame
    shape = (len(frame.psus), len(psu))
    onto = sparse.csr_array((sample.weight, (psu, np.arange(len(psu)))), shape=shape)
    y, d = onto @ filled, onto @ valid.astype(np.float64)
    prov = sample.domains["prov"]
    province = np.empty(len(frame.psus), dtype=np.int64)
    province[psu] = prov.codes
    covariances = []
    for at in range(len(prov.labels)):
        here = province == at
        ratio = y[here].sum(axis=0) / d[here].sum(axis=0)
        t = (y[here] - ratio * d[here]) / d[here].sum(axis=0)
        stratum = frame.psu_stratum[here]
        for h in np.unique(stratum):
            inside = stratum == h
            t[inside] = (t[inside] - t[inside].mean(axis=0)) * np.sqrt(
                inside.sum() / (inside.sum() - 1)
            )
        covariances.append(t.T @ t)
    return np.stack(covariances)


def best(*works: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Return the least of several times of each work, in seconds of this process.

    The works take turns, and time is that of the processor, so that a busy machine disturbs the
    ratio less.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, found in zip(works, times, strict=True):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
    return [min(found) for found in times]


def peak_mb(work: Callable[[], object]) -> float:
    """Return the peak of newly allocated memory, in MB."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def line(sample: Sample, tree: IndexTree) -> tuple[str, float]:
    """Measure one size; return the table's line and the ratio."""
    options = Options(domains=[["prov"]])
    matrix = matrix_of(sample)
    least, ours = best(lambda: floor(matrix, sample), lambda: score_sample(sample, tree, options))
    codes = sum(column.codes.nbytes for column in sample.items.values()) / 1e6
    memory = peak_mb(lambda: score_sample(sample, tree, options))
    cells = [f"{len(sample.weight):,}", f"{least:.3f}", f"{ours:.3f}", f"{ours / least:.2f}"]
    cells += [f"{codes:.1f}", f"{matrix.nbytes / 1e6:.1f}", f"{memory:.1f}"]
    text = " | ".join(cell.rjust(len(title)) for cell, title in zip(cells, TITLES, strict=True))
    return text, ours / least


def main() -> int:
    """Print one line for each size; fail when the target is missed."""
    tree = papi_tree()
    print(" | ".join(TITLES))
    lines = [line(enlarged(papi_sample(), times), tree) for times in SIZES]
    for text, _ in lines:
        print(text)
    print(f"target: ratio <= {TARGET}")
    return int(any(ratio > TARGET for _, ratio in lines))


if __name__ == "__main__":
    sys.exit(main())
