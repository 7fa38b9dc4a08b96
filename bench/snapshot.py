"""The columnar snapshot: made from the documents, read, and brought up by what is new.

Floors, in the same run: reading the item columns of the same Parquet files with pyarrow, and a
plain DuckDB GROUP BY of two sums per item over them. The documents lie in SQLite as they were
sent, 25 scale items each. Processor time of the process (its threads included) stands beside wall
time.
Run: ``python -m bench.snapshot [ROWS ...]``.
"""

import datetime as dt
import hashlib
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
from pyarrow import parquet
from sqlalchemy import insert

from config import Settings
from scoring.tree import IndexTree
from survey.bridge.totals import code_scores, number_scores, psu_totals, units_of
from survey.db.database import Database
from survey.db.schema import migrate
from survey.models import Response, SnapshotDue
from survey.snapshot.build import Source, rebuild, update
from survey.snapshot.read import Snapshot, current_snapshot
from survey.snapshot.totals import Question
from survey.terms import ItemKind
from tests.build import a_document, an_instrument, an_item

SIZES = (100_000, 1_000_000)
N_NEW = 10_000
N_BODIES = 5_000
N_PLACES = 2_000
ITEMS = [f"q{at:02}" for at in range(1, 26)]
CODES = ("1", "2", "3", "4", "5")
HOUR = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)
INSTRUMENT = replace(
    an_instrument(), items=tuple(an_item(name, ItemKind.SELECT_ONE, *CODES) for name in ITEMS)
)
LEAVES = [{"code": name, "item": name, "range": [1, 5]} for name in ITEMS]
TREE = IndexTree.from_mapping(
    {"index": "b", "scale": [0, 1], "tree": {"code": "t", "combine": "mean", "children": LEAVES}}
)


def bodies() -> list[tuple[bytes, str]]:
    """Return responses of which 15 in 100 answers are missing, each with its SHA-256."""
    rng = np.random.default_rng(7)
    made = []
    for _ in range(N_BODIES):
        drawn = rng.integers(0, 5, len(ITEMS))
        is_missing = rng.random(len(ITEMS)) < 0.15
        given = {name: CODES[code] for name, code in zip(ITEMS, drawn, strict=True)}
        missing = {name: "dk" for name, gone in zip(ITEMS, is_missing, strict=True) if gone}
        answers = {name: code for name, code in given.items() if name not in missing}
        body = json.dumps(a_document(answers=answers, missing=missing)).encode()
        made.append((body, hashlib.sha256(body).hexdigest()))
    return made


def store_responses(database: Database, count: int) -> None:
    """Store responses at random places, without a door."""
    rng, made = np.random.default_rng(count), bodies()
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        chosen = rng.integers(0, N_BODIES, size).tolist()
        places = rng.integers(0, N_PLACES, size).tolist()
        rows = [
            {
                "id": str(uuid.uuid4()), "round": "mo", "instrument": "small",
                "instrument_version": "1", "instrument_sha256": "a" * 64, "place": f"{place:05}",
                "channel": "device", "device": None, "state": "complete", "notes": [],
                "received_hour": HOUR, "sha256": made[at][1], "body": made[at][0],
            }
            for at, place in zip(chosen, places, strict=True)
        ]  # fmt: skip
        with database.writing() as connection:
            connection.execute(insert(Response), rows)


def timed(work: Callable[[], object], repeats: int = 1) -> tuple[float, float]:
    """Return the least wall time of some turns, and the processor time of that turn."""
    turns = []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        turns.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(turns)


def score(snapshot: Snapshot) -> object:
    """Return the PSU totals of all items, as a score run gets them."""
    layouts = list(snapshot.layouts.values())
    places = [f"{at:05}" for at in range(N_PLACES)]
    numbered = list(range(N_PLACES))
    plain_units = {"place": places, "unit": numbered, "weight": [1.0 + at for at in numbered]}
    scores = code_scores(TREE, layouts), number_scores(TREE, layouts)
    sums = snapshot.sums(Question(*scores, plain_units))
    units = units_of([place[:3] for place in places], places, None)
    return psu_totals(TREE, units, sums.numbers, sums.cells)


def group_by(paths: list[str]) -> object:
    """Return two sums per item by place, as anybody would ask DuckDB for them."""
    sums = ", ".join(f"sum({name}), sum((NOT {name} < 0)::INT)" for name in ITEMS)
    with duckdb.connect() as engine:
        files = engine.read_parquet(paths)
        return files.aggregate(f'"@place", {sums}', '"@place"').to_arrow_table()


def line(n_rows: int) -> None:
    """Measure one size and print it."""
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        database = Database(Settings(data_dir=Path(name), min_free_mb=1))
        migrate(database)
        store_responses(database, n_rows)
        with database.writing() as connection:
            connection.execute(SnapshotDue.__table__.delete())
        source = Source(database, "mo", lambda _version: INSTRUMENT)
        with source.store.held():
            made = timed(lambda: rebuild(source))
        manifest = source.store.manifest()
        paths = [str(source.store.path(part)) for part in manifest.parts]
        size = sum(Path(path).stat().st_size for path in paths) / 1e6
        plain = timed(lambda: parquet.read_table(paths, columns=["@place", *ITEMS]), 3)
        grouped = timed(lambda: group_by(paths), 3)
        with current_snapshot(source) as snapshot:
            read = timed(lambda: score(snapshot), 3)
            named = timed(lambda: snapshot.counted([], is_sampled=False), 3)
        store_responses(database, N_NEW)
        with source.store.held():
            grown = timed(lambda: update(source))
        database.close()
    print(
        f"\n{n_rows:,} responses x {len(ITEMS)} items, {size:.1f} MB of Parquet, {N_PLACES:,} PSUs"
    )
    print("step | wall s | processor s | ratio of wall (processor)")
    for words, took, floor in (
        ("rebuild from the documents", made, None),
        ("floor: read the item columns", plain, None),
        ("floor: DuckDB GROUP BY, two sums per item", grouped, None),
        ("PSU totals through the expression / plain read", read, plain),
        ("PSU totals through the expression / GROUP BY", read, grouped),
        ("which responses count, with their hash", named, None),
        (f"{N_NEW:,} new responses / rebuild", grown, made),
    ):
        ratio = f"{took[0] / floor[0]:.3f} ({took[1] / floor[1]:.3f})" if floor else ""
        print(f"{words} | {took[0]:.3f} | {took[1]:.3f} | {ratio}")


def main() -> int:
    """Print one table for each size."""
    for n_rows in [int(each) for each in sys.argv[1:]] or SIZES:
        line(n_rows)
    print("targets: rebuild of 1M <= 10 s, read <= 3x, 10,000 new <= 0.02 of the rebuild of 1M")
    return 0


if __name__ == "__main__":
    sys.exit(main())
