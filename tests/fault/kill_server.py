"""200 people submit while the server is killed three times: ``python -m tests.fault.kill_server``.

Afterwards a checker that shares no code with the server compares what was acknowledged with what
is stored, and copies of the database are damaged on purpose to prove that the checker sees it.
"""

import datetime as dt
import http.client
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from config import Settings
from survey.db.database import Database
from survey.db.schema import migrate
from tests.build import a_body, answers, with_rounds
from tests.fault.checker import Journal, find_damage
from tests.fault.server import Server

GIVE_UP_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """How many people, how many responses each, how many kills."""

    n_people: int = 200
    n_each: int = 10
    n_kills: int = 3
    cut_share: float = 0.03
    altered_share: float = 0.02
    repeated_share: float = 0.05


class Crowd:
    """People who each send their responses and retry until they are acknowledged."""

    def __init__(self, port: int, plan: Plan) -> None:
        self.journal = Journal()
        self.statuses: Counter[str] = Counter()
        self.n_done = 0
        self._port, self._plan = port, plan
        self._lock = threading.Lock()

    def run(self, on_progress: Callable[[float], None]) -> None:
        """Let everybody send at once; report the share that is done as it grows."""
        people = [
            threading.Thread(target=self._person, args=(seed,), daemon=True)
            for seed in range(self._plan.n_people)
        ]
        for person in people:
            person.start()
        while any(person.is_alive() for person in people):
            on_progress(self.n_done / (self._plan.n_people * self._plan.n_each))
            time.sleep(0.01)

    def _person(self, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(self._plan.n_each):
            interview = str(uuid.uuid4())
            body = a_body(seconds=number, answers=answers(note=f"Người {seed}, phiếu {number}"))
            with self._lock:
                self.journal.sent[interview] = body
            if chance.random() < self._plan.cut_share:
                self._cut(interview, body, chance)
            self._send_until_acknowledged(interview, body)
            if chance.random() < self._plan.repeated_share:
                self._send_until_acknowledged(interview, body)
            if chance.random() < self._plan.altered_share:
                self._send_altered(interview, body)
            self.n_done += 1

    def _send_until_acknowledged(self, interview: str, body: bytes) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            status, reply = self._put(interview, body)
            if status in {200, 201}:
                with self._lock:
                    self.journal.told(interview, reply)
                return
            time.sleep(0.05)
        self.journal.odd.append(f"never acknowledged: {interview}")

    def _send_altered(self, interview: str, body: bytes) -> None:
        """Send other bytes under the same id: whatever happens, never an acknowledgement."""
        status, _ = self._put(interview, body + b" ")
        if status not in {409, 503, 0}:
            self.journal.odd.append(f"other bytes answered {status}: {interview}")

    def _put(self, interview: str, body: bytes) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            path = f"/api/v1/interviews/{interview}"
            connection.request("PUT", path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            status, said = reply.status, json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            status, said = 0, {}
        finally:
            connection.close()
        self.statuses[str(status or "no answer")] += 1
        return status, said

    def _cut(self, interview: str, body: bytes, chance: random.Random) -> None:
        """Announce the whole body, send a part of it, hang up."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.putrequest("PUT", f"/api/v1/interviews/{interview}")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body[: chance.randrange(len(body))])
        except OSError:
            self.statuses["no answer"] += 1
        finally:
            connection.close()


class Killer:
    """Kills the server when a share of the work is done, and starts it again."""

    def __init__(self, server: Server, n_kills: int) -> None:
        self.n_killed = 0
        self._server = server
        self._marks = [(number + 1) / (n_kills + 1) for number in range(n_kills)]

    def __call__(self, share_done: float) -> None:
        """Kill at the next mark; once the parent alone, whose worker must die with it."""
        if self.n_killed < len(self._marks) and share_done >= self._marks[self.n_killed]:
            self._server.kill(whole_group=self.n_killed != 1)
            self.n_killed += 1
            self._server.start()


def rehearse(folder: Path, plan: Plan) -> tuple[Crowd, int, Path]:
    """Run the bad day; return the crowd, the number of kills, and the file to look at."""
    database = Database(Settings(data_dir=folder, min_free_mb=1))
    migrate(database)
    with_rounds(database, opens_on=dt.date(2000, 1, 1), closes_on=dt.date(2100, 1, 1))
    database.close()
    server = Server(folder)
    server.start()
    crowd, killer = Crowd(server.port, plan), Killer(server, plan.n_kills)
    crowd.run(killer)
    server.stop()
    return crowd, killer.n_killed, server.file


BESIDE_ID = (
    "round, instrument, instrument_version, instrument_sha256, place, channel, device, state, "
    "notes, received_hour, sha256, body"
)
DAMAGES = {
    "one acknowledged row gone": "DELETE FROM response WHERE id = :id",
    "one body cut by a byte": "UPDATE response SET body = substr(body, 1, length(body) - 1) "
    "WHERE id = :id",
    "one row nobody sent": f"INSERT INTO response (id, {BESIDE_ID}) "
    f"SELECT '00000000-0000-4000-8000-000000000000', {BESIDE_ID} FROM response WHERE id = :id",
}


def unseen_damages(file: Path, journal: Journal) -> list[str]:
    """Damage copies of the database on purpose; return what the checker did not see."""
    victim = next(iter(journal.receipts))
    unseen = []
    for name, statement in DAMAGES.items():
        copy = file.with_name("damaged.db")
        shutil.copyfile(file, copy)
        with sqlite3.connect(copy) as connection:
            connection.execute(statement, {"id": victim})
        connection.close()
        if not find_damage(copy, journal):
            unseen.append(name)
        copy.unlink()
    return unseen


def main() -> int:
    """Run the whole rehearsal; exit 1 on any broken promise."""
    plan = Plan()
    with tempfile.TemporaryDirectory(prefix="langnghe-faults-") as name:
        started = time.monotonic()
        crowd, n_killed, file = rehearse(Path(name), plan)
        damage = find_damage(file, crowd.journal)
        unseen = unseen_damages(file, crowd.journal)
        seconds = time.monotonic() - started
    n_sent, n_told = len(crowd.journal.sent), len(crowd.journal.receipts)
    click.echo(
        f"{plan.n_people} people, {n_sent} responses, {n_killed} x SIGKILL, {seconds:.0f} s"
    )
    said = ", ".join(f"{status}: {n}" for status, n in sorted(crowd.statuses.items()))
    click.echo(f"answers: {said}")
    click.echo(f"acknowledged {n_told}, broken promises {len(damage)}")
    click.echo(f"damage made on purpose {len(DAMAGES)}, not seen by the checker {len(unseen)}")
    for line in [*damage, *unseen]:
        click.echo("  " + line)
    return 1 if damage or unseen or n_killed < plan.n_kills or n_told < n_sent else 0


if __name__ == "__main__":
    sys.exit(main())
