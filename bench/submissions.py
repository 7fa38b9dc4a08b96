"""Durable submissions against "hello" of the same Flask and server, in one run.

The floor is a Flask application whose one route answers "hello", served by granian with the same
threads. A submission is read strictly, checked against its instrument, committed to disk with
synchronous=FULL and acknowledged. The load comes from another process on the same processors, so
read the ratios; beside wall time stands the processor time of the server for each request, which
other work on the machine disturbs less. Run: ``python -m bench.submissions``.
"""

import asyncio
import datetime as dt
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config import Settings
from survey.clock import VIETNAM, now, to_hour
from survey.db.database import Database
from survey.db.schema import migrate
from survey.instruments.loader import load_builtin
from survey.instruments.model import Instrument
from survey.operations.rounds import NewRound, open_round, publish_instrument
from survey.serving import N_THREADS
from survey.simulate.interview import Beliefs, Persona, simulated_interview
from tests.fault.server import Server

SECONDS = 4.0
REPEATS = 3
N_BODIES = 200
TARGET_RATIO = 0.35
TARGET_P99_MS = 100.0
HELLO_PORT = 8766


@dataclass(frozen=True)
class Measured:
    """One run: requests a second, the time that 50 and 99 of 100 took at most, in ms, and the
    server's processor time for each request, in microseconds.
    """

    rate: float
    p50: float
    p99: float
    processor: float


@dataclass(frozen=True)
class Target:
    """A server under load: its port and the process that started it."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Return the processor time of the process and its children so far."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        ticks = 0
        for pid in [self.pid, *listed]:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def hello_request() -> Iterator[bytes]:
    """Yield the request of the floor, for ever."""
    while True:
        yield b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


def submission_requests(bodies: list[bytes]) -> Iterator[bytes]:
    """Yield submissions, each under an id of its own, for ever."""
    while True:
        for body in bodies:
            yield (
                f"PUT /api/v1/interviews/{uuid.uuid4()} HTTP/1.1\r\nHost: here\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body


async def _converse(
    port: int, requests: Iterator[bytes], pause: float, until: float
) -> list[float]:
    """Send one request after the other on one connection; return how long each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    due = time.perf_counter()
    while (begun := time.perf_counter()) < until:
        if pause:
            due += pause
            await asyncio.sleep(max(0.0, due - begun))
            begun = due  # a late start counts as waiting
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - begun)
    writer.close()
    return took


def measure(
    target: Target, requests: Iterator[bytes], n_connections: int, rate: float | None = None
) -> Measured:
    """Load the server as fast as it answers, or at a fixed rate."""
    pause = n_connections / rate if rate else 0.0

    async def all_at_once() -> list[list[float]]:
        until = time.perf_counter() + SECONDS
        lines = [_converse(target.port, requests, pause, until) for _ in range(n_connections)]
        return await asyncio.gather(*lines)

    before = target.processor_seconds()
    took = sorted(1000 * each for line in asyncio.run(all_at_once()) for each in line)
    processor = 1e6 * (target.processor_seconds() - before) / len(took)
    p50, p99 = (took[int(share * len(took))] for share in (0.5, 0.99))
    return Measured(len(took) / SECONDS, p50, p99, processor)


def _serve_hello() -> None:
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    Granian(
        "hello",
        port=HELLO_PORT,
        interface=Interfaces.WSGI,
        blocking_threads=N_THREADS,
        backpressure=512,
        websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=lambda: app, wrap_loader=False)


@contextmanager
def hello_server() -> Iterator[Target]:
    """Serve the floor in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=_serve_hello)
    process.start()
    time.sleep(1.5)
    try:
        assert process.pid is not None
        yield Target(HELLO_PORT, process.pid)
    finally:
        process.terminate()
        process.join()


def bodies_for(instrument: Instrument) -> list[bytes]:
    """Return simulated responses that the instrument accepts."""
    rng = np.random.default_rng(7)
    today = now().astimezone(VIETNAM).date()
    beliefs = Beliefs(scales={}, shares={})
    drawn = (
        simulated_interview(instrument, Persona(0.0, 0.05, 0.02), beliefs, today, rng)
        for _ in range(N_BODIES)
    )
    return [
        json.dumps(
            {
                "round": "bench", "instrument": instrument.code, "version": instrument.version,
                "language": "vi", "answered_hour": to_hour(now()).strftime("%Y-%m-%dT%H:00+07:00"),
                "seconds": 200, "assisted": False, "consent": "1", "state": each.state.value,
                "answers": each.answers, "missing": each.missing,
            },
            ensure_ascii=False,
        ).encode()
        for each in drawn
    ]  # fmt: skip


def prepared(folder: Path, instrument: Instrument) -> Database:
    """Return a new installation in the folder, with an open round of the instrument."""
    database = Database(Settings(data_dir=folder))
    migrate(database)
    today = now().astimezone(VIETNAM).date()
    with database.writing() as connection:
        publish_instrument(connection, instrument)
        open_round(
            connection,
            NewRound(
                code="bench",
                title={"vi": "Đo", "en": "Measured"},
                instrument=instrument.code,
                instrument_version=instrument.version,
                opens_on=today,
                closes_on=today + dt.timedelta(days=1),
                is_open_access=True,
                consent_version="1",
                consent={"vi": "Đồng ý", "en": "Agreed"},
                purposes={"ethnic": {"vi": "đo"}},
            ),
        )
    return database


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Target]:
    """Serve the installation in the folder."""
    server = Server(folder, **settings)
    server.start()
    try:
        yield Target(server.port, server.pid)
    finally:
        server.stop()


@contextmanager
def real_server(instrument: Instrument) -> Iterator[Target]:
    """Serve an open round of the instrument from an empty folder."""
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        prepared(Path(name), instrument).close()
        with served(Path(name)) as target:
            yield target


HEADING = (
    "connections | hello/s | p99 ms | cpu us | submissions/s | p50 ms | p99 ms | cpu us"
    " | ratio | ratio of cpu"
)


def report(code: str) -> bool:
    """Measure one instrument against the floor; print its rows; tell whether the target holds."""
    instrument = load_builtin(code)
    bodies = bodies_for(instrument)
    size = statistics.median(map(len, bodies))
    print(f"\n{code}: {len(instrument.items)} items, bodies of {size:.0f} bytes\n{HEADING}")
    with hello_server() as hello, real_server(instrument) as real:
        measure(real, submission_requests(bodies), 8)  # warm
        for n_connections in (1, 32):
            runs = [
                (
                    measure(hello, hello_request(), n_connections),
                    measure(real, submission_requests(bodies), n_connections),
                )
                for _ in range(REPEATS)
            ]
            floor, ours = sorted(runs, key=lambda run: run[1].rate / run[0].rate)[REPEATS // 2]
            print(_row(n_connections, floor, ours))
        half = measure(real, submission_requests(bodies), 32, rate=ours.rate / 2)
    print(f"at half load ({half.rate:.0f}/s): p50 {half.p50:.1f} ms, p99 {half.p99:.1f} ms")
    return ours.rate / floor.rate >= TARGET_RATIO and half.p99 <= TARGET_P99_MS


def _row(n_connections: int, floor: Measured, ours: Measured) -> str:
    return (
        f"{n_connections:>11} | {floor.rate:>7.0f} | {floor.p99:>6.1f} | {floor.processor:>6.0f}"
        f" | {ours.rate:>13.0f} | {ours.p50:>6.1f} | {ours.p99:>6.1f} | {ours.processor:>6.0f} | "
        f"{ours.rate / floor.rate:>5.2f} | {floor.processor / ours.processor:>12.2f}"
    )


def main() -> int:
    """Measure both built-in instruments; exit 1 when a target is missed."""
    print(f"granian, one process, {N_THREADS} threads; SQLite WAL, synchronous=FULL")
    outcomes = [report(code) for code in ("one_stop", "sipas")]
    print(f"\ntargets: ratio >= {TARGET_RATIO}, p99 at half load <= {TARGET_P99_MS:.0f} ms")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
