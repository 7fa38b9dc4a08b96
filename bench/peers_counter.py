"""Counter data: PSU totals of 25 items by 5,000 places from Parquet, beside DuckDB's GROUP BY.

DuckDB sums each item and counts its answers by place; the engine reads the same files as small
integers and makes its totals, which also hold sums of squares, counts and those of the whole
sample. Processor time (all threads) and wall time, the least of some turns; new responses are
summed by themselves and merged.
Run: ``python -m bench.peers_counter [ROWS ...]``.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from bench.peers import peak_mb
from scoring import Codes, Design, Frame, IndexTree, PsuTotals, Sample, totals_of

SIZES = (1_000_000, 10_000_000)
N_NEW = 10_000
PLACES = 5_000
LABELS = ("1", "2", "3", "4", "5")
ITEMS = [f"q{at:02}" for at in range(1, 26)]
LEAVES = [{"code": name, "item": name, "range": [1, 5]} for name in ITEMS]
TREE = IndexTree.from_mapping(
    {"index": "b", "scale": [0, 1], "tree": {"code": "t", "combine": "mean", "children": LEAVES}}
)
FRAME = Frame(("all",), tuple(str(at) for at in range(PLACES)), np.zeros(PLACES, dtype=np.int64))
GROUP_BY = (
    "SELECT place, " + ", ".join(f"sum({name}), count({name})" for name in ITEMS) + " FROM files"
    " GROUP BY place"
)


def write_parquet(path: Path, n_rows: int) -> None:
    """Write answers 0 to 4, 15 in 100 missing, at random places."""
    rng = np.random.default_rng(n_rows)
    types = [("place", pa.int16()), *((name, pa.int8()) for name in ITEMS)]
    with parquet.ParquetWriter(path, pa.schema(types)) as writer:
        for start in range(0, n_rows, 1_000_000):
            size = min(1_000_000, n_rows - start)
            columns = [pa.array(rng.integers(0, PLACES, size, dtype=np.int16))]
            for _ in ITEMS:
                answer = rng.integers(0, 5, size, dtype=np.int8)
                columns.append(pa.array(answer, mask=rng.random(size) < 0.15))
            writer.write_table(pa.table(columns, schema=pa.schema(types)))


def engine(path: Path) -> PsuTotals:
    """Read the columns one by one as small integers, and sum them by place."""
    file = parquet.ParquetFile(path)
    items = {name: Codes(_column(file, name), LABELS) for name in ITEMS}
    design = Design(FRAME, _column(file, "place"))
    return totals_of(Sample.from_columns(design, items=items), TREE)


def _column(file: parquet.ParquetFile, name: str) -> np.ndarray:
    column = file.read([name]).column(0)
    found = np.empty(len(column), dtype=column.type.to_pandas_dtype())
    start = 0
    for chunk in column.chunks:
        found[start : start + len(chunk)] = chunk.fill_null(-1).to_numpy()
        start += len(chunk)
    return found


def group_by(path: Path) -> pa.Table:
    """Return two sums per item by place, as anybody would ask DuckDB for them."""
    with duckdb.connect() as database:
        database.read_parquet(str(path)).create_view("files")
        return database.sql(GROUP_BY).to_arrow_table()


def timed(turns: int, *works: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the least processor and the least wall time of each work; the works take turns."""
    found = np.full((len(works), 2), np.inf)
    for _ in range(turns):
        for at, work in enumerate(works):
            processor, wall = time.process_time(), time.perf_counter()
            work()
            took = time.process_time() - processor, time.perf_counter() - wall
            found[at] = np.minimum(found[at], took)
    return [(float(processor), float(wall)) for processor, wall in found]


def line(folder: Path, n_rows: int) -> float:
    """Measure one size and print it; return the ratio of processor time."""
    path, new = folder / f"{n_rows}.parquet", folder / f"new{n_rows}.parquet"
    write_parquet(path, n_rows)
    write_parquet(new, N_NEW)
    sums, totals = group_by(path).sort_by("place"), engine(path)
    expected = np.array([sums.column(2 * at + 1) for at in range(len(ITEMS))], dtype=np.float64).T
    whole = totals.psus.domain == 0
    np.testing.assert_allclose(4 * totals.psus.y[whole], expected, rtol=1e-9)
    turns = 5 if n_rows <= SIZES[0] else 2
    (duck, duck_wall), (ours, ours_wall), (more, _) = timed(
        turns,
        lambda: group_by(path),
        lambda: engine(path),
        lambda: totals.merge(engine(new)),
    )
    print(
        f"{n_rows:,} | {duck:.2f}, {duck_wall:.2f} | {ours:.2f}, {ours_wall:.2f}"
        f" | {ours / duck:.2f}, {ours_wall / duck_wall:.2f} | {more:.4f} | {more / ours:.4f}"
        f" | {peak_mb():,.0f}",
        flush=True,
    )
    return ours / duck


def main(sizes: list[int]) -> int:
    """Print one line for each size."""
    print(
        f"rows x {len(ITEMS)}, {PLACES:,} places | GROUP BY: processor s, wall s"
        f" | engine: processor s, wall s | ratio | {N_NEW:,} more, s | of the full pass"
        " | greatest memory of both, MB"
    )
    with tempfile.TemporaryDirectory(prefix="langnghe-counter-") as name:
        for n_rows in sizes:
            line(Path(name), n_rows)
    print("targets: ratio <= 1.5, new responses <= 0.02 of the full pass of 10M")
    return 0


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]] or list(SIZES)))
