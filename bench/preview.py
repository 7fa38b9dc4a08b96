"""Analyst pages over a large round with a design: how long a person waits, warm.

The responses are copies of the demonstration's simulated interviews (SIPAS), written straight
into SQLite at places of a sample of 300 villages; scored once, released once. Then every page is
asked for through the application without a server; beside the wait stands the processor time of
the process, which other work on the machine disturbs less.
New responses are stored before the second turn, so that pages are also read while a batch waits.
Run: ``python -m bench.preview [RESPONSES ...]``.
"""

import hashlib
import logging
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Settings
from survey.app import create_app
from survey.db.database import Database
from survey.db.schema import migrate
from survey.models import Response
from survey.operations.passwords import hash_password
from survey.operations.releases import release_scores
from survey.operations.score_runs import run_scores
from survey.operations.staff import NewStaff, add_staff
from survey.queries.rounds import PlaceInSample, round_facts
from survey.queries.scores import Part, latest_run, trees_of_round
from survey.queries.staff import OPERATOR
from survey.serving import spare_the_garbage_collector
from survey.simulate.demonstration import build_demonstration
from survey.simulate.rounds import HOUSEHOLD, SAMPLED, open_if_missing
from survey.simulate.sample import demonstration_sample
from survey.simulate.sending import Installation
from survey.terms import Role
from survey.web.store import Store

SIZES = (100_000, 1_000_000)
ROUND, TREE, NODE = "bench", "sipas_mean5", "I.A"
N_COPIES = 25
"""Villages of the sample for each village of the demonstration."""

N_NEW = 10_000
N_REQUESTS = 200
N_FILES = 28
"""A person may take 30 files in an hour."""

WARM = 2
PASSWORD = "một mật khẩu dài"
TARGET_MS = 200.0
AT_ONCE = 50_000


@dataclass(frozen=True)
class Interviews:
    """What is copied: bodies with their hash, and the villages that give them."""

    bodies: list[tuple[bytes, str]]
    places: list[str]


def sample() -> list[PlaceInSample]:
    """Return the villages of the demonstration, each as so many villages of its commune."""
    return [
        replace(
            village.place, place=f"{village.commune}.{at:02}", psu=f"{village.commune}.{at:02}"
        )
        for village in demonstration_sample()
        for at in range(1, N_COPIES + 1)
    ]


def prepare(store: Store) -> Interviews:
    """Build the demonstration and the round to be filled; return what it is filled with."""
    build_demonstration(Installation(store.database, store.keys), lambda *_: None)
    places = sample()
    with store.database.writing() as connection:
        open_if_missing(connection, replace(HOUSEHOLD, code=ROUND), places)
        found = connection.scalars(select(Response.body).where(Response.round == SAMPLED))
        bodies = [body.replace(SAMPLED.encode(), ROUND.encode()) for body in found]
    hashed = [(body, hashlib.sha256(body).hexdigest()) for body in bodies]
    return Interviews(hashed, [place.place for place in places])


def store_responses(database: Database, interviews: Interviews, count: int) -> None:
    """Store copies at random villages, without a door; in the order of their ids, to be quick."""
    rng = np.random.default_rng(count)
    ids = sorted(str(uuid.uuid4()) for _ in range(count))
    chosen = rng.integers(0, len(interviews.bodies), count).tolist()
    places = rng.integers(0, len(interviews.places), count).tolist()
    with database.reading() as connection:
        like = "SELECT * FROM response WHERE round = ? LIMIT 1"
        found = connection.exec_driver_sql(like, (SAMPLED,)).mappings().one()
    alike = {**found, "round": ROUND}
    copied = f"INSERT INTO response ({', '.join(alike)}) VALUES ({', '.join('?' * len(alike))})"
    for start in range(0, count, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        rows = []
        for name, at, place in zip(ids[some], chosen[some], places[some], strict=True):
            body, sha256 = interviews.bodies[at]
            state = "complete" if b'"complete"' in body else "abandoned"
            changed = {"id": name, "place": interviews.places[place], "state": state}
            row = {**alike, **changed, "sha256": sha256, "body": body}
            rows.append(tuple(row.values()))
        with database.writing() as connection:
            connection.exec_driver_sql(copied, rows)


def browser_of(app: Flask, login: str) -> FlaskClient:
    """Return the browser of a new analyst."""
    store: Store = app.extensions["store"]
    with store.database.writing() as connection:
        add_staff(connection, NewStaff(login, login, Role.ANALYST), hash_password(PASSWORD))
    browser = app.test_client()
    reply = browser.post("/login", data={"login": login, "password": PASSWORD})
    if reply.status_code != 302:
        raise SystemExit(f"no log-in: {reply.text}")
    return browser


def waits(browser: FlaskClient, address: str, count: int) -> list[tuple[float, float]]:
    """Return wall and processor ms of each of some requests, after a few that do not count."""
    found = []
    for turn in range(count + WARM):
        start, processor = time.perf_counter(), time.process_time()
        reply = browser.get(address)
        took = time.perf_counter() - start, time.process_time() - processor
        if reply.status_code != 200:
            raise SystemExit(f"{address}: {reply.status_code} {reply.text[:200]}")
        if turn >= WARM:
            found.append((1000 * took[0], 1000 * took[1]))
    return found


def pages(run_id: str) -> dict[str, str]:
    """Return the pages and files of the round, by name."""
    at = f"/analyst/rounds/{ROUND}"
    return {
        "overview of rounds": "/analyst/",
        "the round and its places": at,
        "live counts": f"{at}/counts.json",
        "one index": f"{at}/{TREE}",
        "one index, all levels": f"{at}/{TREE}?level=4",
        "one node": f"{at}/{TREE}?node={NODE}",
        "breakdown by commune": f"{at}/{TREE}/by/commune",
        "breakdown by sex": f"{at}/{TREE}/by/sex",
        "quality of fieldwork": f"{at}/quality",
        "weights": f"{at}/weights",
        "codebook": f"{at}/codebook/items",
        "file: estimates, csv": f"{at}/runs/{run_id}.csv",
        "file: estimates, xlsx": f"{at}/runs/{run_id}.xlsx",
        "file: breakdown, csv": f"{at}/{TREE}/by/commune.csv",
        "file: breakdown, xlsx": f"{at}/{TREE}/by/commune.xlsx",
        "file: codebook, xlsx": f"{at}/codebook/items.xlsx",
    }


def tell(app: Flask, asked: dict[str, str], moment: str) -> None:
    """Ask for each page often and print how long it took."""
    for name, address in asked.items():
        browser = browser_of(app, uuid.uuid4().hex[:12])
        count = N_FILES if name.startswith("file") else N_REQUESTS
        took = waits(browser, address, count)
        wall, processor = np.percentile(took, [50, 99], axis=0).T
        verdict = "" if wall[1] <= TARGET_MS else "MISSED"
        told = " | ".join(f"{each:.1f}" for each in (*wall, *processor))
        print(f"{moment} | {name} | {count} | {told} | {verdict}")


@contextmanager
def installation() -> Iterator[Flask]:
    """Yield an application with an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        settings = Settings(data_dir=Path(name), min_free_mb=1, rate_login=10**6)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        store: Store = app.extensions["store"]
        migrate(store.database)
        yield app
        store.database.close()


def measure(n_rows: int) -> None:
    """Fill a round, score and release it, and time its pages."""
    with installation() as app:
        store: Store = app.extensions["store"]
        interviews = prepare(store)
        start = time.perf_counter()
        store_responses(store.database, interviews, n_rows)
        stored = time.perf_counter()
        run_scores(store.database, ROUND)
        scored = time.perf_counter()
        release_scores(store.database, ROUND, OPERATOR, "đo thời gian")
        released = time.perf_counter()
        print(
            f"\n{n_rows:,} responses; seconds: stored {stored - start:.1f}, "
            f"first score run {scored - stored:.1f}, release {released - scored:.1f}"
        )
        with store.database.reading() as connection:
            trees = trees_of_round(connection, round_facts(connection, ROUND).trees)
            shown = next(tree.sha256 for tree in trees if tree.code == TREE)
            run = latest_run(connection, ROUND, Part.SAMPLE, shown)
        asked = pages(run.id)
        spare_the_garbage_collector()
        print("moment | page | requests | p50 ms | p99 ms | processor: p50 ms | p99 ms |")
        tell(app, asked, "at rest")
        store_responses(store.database, interviews, N_NEW)
        names = ("one index", "quality of fieldwork", "the round and its places", "weights")
        tell(app, {name: asked[name] for name in names}, f"{N_NEW:,} new")


def main() -> int:
    """Print one table for each size."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for n_rows in [int(each) for each in sys.argv[1:]] or SIZES:
        measure(n_rows)
    print(f"target: p99 <= {TARGET_MS:.0f} ms on every page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
