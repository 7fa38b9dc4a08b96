"""Batches of 50 from a phone against raw SQLite that writes 50 rows at once, in one run.

The floor inserts the same bodies, 50 in a transaction, with synchronous=FULL, and does nothing
else. A batch is sent over HTTP by another process on the same processors: base64 and strict JSON
are read, each interview is checked against its instrument and acknowledged after one commit. Read
the ratio. Run: ``python -m bench.batches``.
"""

import base64
import hashlib
import http.client
import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.submissions import Target, bodies_for, prepared, served
from survey.instruments.loader import load_builtin
from survey.instruments.model import Instrument
from survey.operations.devices import enrol_device

BATCH = 50
SECONDS = 4.0
REPEATS = 3
TARGET_RATIO = 0.10


def floor_rate(folder: Path, bodies: list[bytes]) -> float:
    """Return how many rows a second SQLite takes, 50 in each durable transaction."""
    path = folder / f"floor-{uuid.uuid4()}.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE row (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
        n_rows, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < SECONDS / 2:
            rows = [(str(uuid.uuid4()), body) for body in bodies[:BATCH]]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO row VALUES (?, ?)", rows)
            connection.execute("COMMIT")
            n_rows += BATCH
        return n_rows / (time.perf_counter() - begun)


def a_batch(bodies: list[bytes]) -> bytes:
    """Return a batch of new interviews as a phone sends it."""
    parcels = [
        {
            "id": str(uuid.uuid4()),
            "content_type": "application/json",
            "sha256": hashlib.sha256(body).hexdigest(),
            "body": base64.b64encode(body).decode(),
        }
        for body in bodies[:BATCH]
    ]
    return json.dumps({"interviews": parcels}).encode()


def batch_rate(target: Target, key: str, bodies: list[bytes], n_phones: int) -> float:
    """Return how many interviews a second the server takes from phones that sync at once."""
    taken: list[int] = []
    until = time.perf_counter() + SECONDS

    def sync() -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", target.port)) as line:
            while time.perf_counter() < until:
                line.request("POST", "/api/v1/batches", a_batch(bodies), headers)
                results = json.loads(line.getresponse().read())["results"]
                if {each["status"] for each in results} != {201}:
                    raise RuntimeError(results[0])
                taken.append(len(results))

    phones = [threading.Thread(target=sync) for _ in range(n_phones)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    return sum(taken) / SECONDS


@contextmanager
def phone_server(instrument: Instrument) -> Iterator[tuple[Target, str]]:
    """Serve an open round; yield the server and the key of an enrolled phone."""
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        database = prepared(Path(name), instrument)
        with database.writing() as connection:
            _, key = enrol_device(connection, "Điện thoại đo", "00001")
        database.close()
        with served(Path(name), SURVEY_RATE_SYNC="100000000") as target:
            yield target, key


def report(code: str) -> bool:
    """Measure one instrument; print its rows; tell whether the target holds."""
    instrument = load_builtin(code)
    bodies = bodies_for(instrument)
    size = statistics.median(map(len, bodies))
    print(f"\n{code}: {len(instrument.items)} items, bodies of {size:.0f} bytes")
    print("phones | raw SQLite rows/s | interviews/s | ratio")
    worst = 1.0
    with (
        tempfile.TemporaryDirectory(prefix="langnghe-bench-") as folder,
        phone_server(instrument) as (target, key),
    ):
        batch_rate(target, key, bodies, 1)  # warm
        for n_phones in (1, 4):
            runs = [
                (floor_rate(Path(folder), bodies), batch_rate(target, key, bodies, n_phones))
                for _ in range(REPEATS)
            ]
            floor, ours = sorted(runs, key=lambda run: run[1] / run[0])[REPEATS // 2]
            worst = min(worst, ours / floor)
            print(f"{n_phones:>6} | {floor:>17.0f} | {ours:>12.0f} | {ours / floor:>5.2f}")
    return worst >= TARGET_RATIO


def main() -> int:
    """Measure both built-in instruments; exit 1 when the target is missed."""
    print(f"granian, one process; SQLite WAL, synchronous=FULL, {BATCH} interviews a batch")
    outcomes = [report(code) for code in ("one_stop", "sipas")]
    print(f"\ntarget: ratio >= {TARGET_RATIO}")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
