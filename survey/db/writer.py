"""The one writer: a queue, one transaction for many, a reply after the commit, a heartbeat.

It must not know what is written. A deed is a function of a connection and many things to write; it
returns one value for each. It may run twice: when a group fails, the transaction is undone and
every errand is tried again by itself, so that one cannot sink the others.
"""

import queue
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from survey.db.faults import unavailable
from survey.errors import SurveyError, Unavailable

P = TypeVar("P")
T = TypeVar("T")
Deed: TypeAlias = Callable[[Connection, Sequence[P]], Sequence[T]]
"""Writes many things at once; the values are in the order of the things."""

MAX_GROUP = 256
MAX_QUEUE = 4096
STALE_SECONDS = 5.0
WAIT_SECONDS = 15.0
TICK_SECONDS = 0.5


class _Errand(Generic[P, T]):
    """One thing to write; its sender waits on a bare lock, the cheapest way to wake a thread."""

    __slots__ = ("_done", "_error", "_value", "deed", "thing")

    def __init__(self, deed: Deed[P, T], thing: P) -> None:
        self.deed, self.thing = deed, thing
        self._value: list[T] = []
        self._error: Exception | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def answer(self, value: T) -> None:
        self._value.append(value)
        self._done.release()

    def refuse(self, error: Exception) -> None:
        self._error = error
        self._done.release()

    def outcome(self, deadline: float) -> T:
        """Wait for the value; raise the refusal, or Unavailable when none came in time."""
        if not self._done.acquire(timeout=max(0.0, deadline - time.monotonic())):
            # Whether it will be written is unknown: never an acknowledgement; a retry finds out.
            raise Unavailable("busy", "the writer did not answer in time")
        if self._error is not None:
            raise self._error
        return self._value[0]


_AnyErrand: TypeAlias = _Errand[Any, Any]


@dataclass
class WriterFigures:
    """What the writer has done since it started, for the operator's page."""

    commits: int = 0
    errands: int = 0
    failures: int = 0
    commit_seconds: float = 0.0


class Writer:
    """Runs errands in group transactions on one thread; started by the first of them."""

    def __init__(self, engine: Engine, *, folder: Path, min_free_bytes: int) -> None:
        self.figures = WriterFigures()
        self._engine = engine
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._queue: queue.SimpleQueue[list[_AnyErrand] | None] = queue.SimpleQueue()
        self._beat = time.monotonic()
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def submit(self, deed: Deed[P, T], thing: P) -> T:
        """Do the deed in the next transaction; return its value once it is durably committed."""
        (errand,) = self._enqueue(deed, [thing])
        return errand.outcome(time.monotonic() + WAIT_SECONDS)

    def submit_all(self, deed: Deed[P, T], things: Sequence[P]) -> list[T | SurveyError]:
        """Do the deed for many in one transaction; return for each its value or its refusal."""
        if not things:
            return []
        deadline = time.monotonic() + WAIT_SECONDS
        outcomes: list[T | SurveyError] = []
        for errand in self._enqueue(deed, things):
            try:
                outcomes.append(errand.outcome(deadline))
            except SurveyError as refusal:
                outcomes.append(refusal)
        return outcomes

    def post(self, deed: Deed[P, T], thing: P) -> None:
        """Do the deed in the next transaction, with whatever else comes; nobody waits for it."""
        self._enqueue(deed, [thing])

    def _enqueue(self, deed: Deed[P, T], things: Sequence[P]) -> list[_Errand[P, T]]:
        self.start()
        if self.heartbeat_age() > STALE_SECONDS:
            raise Unavailable("busy", "the writer has not moved for five seconds")
        if self._queue.qsize() >= MAX_QUEUE:
            raise Unavailable("busy", "the writer's queue is full")
        errands = [_Errand(deed, thing) for thing in things]
        self._queue.put(errands)
        return errands

    def start(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._beat = time.monotonic()
                    self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Finish what is in the queue and end the thread."""
        with self._lock:
            if self._thread is not None:
                self._queue.put(None)
                self._thread.join(timeout=WAIT_SECONDS)
                self._thread = None

    def heartbeat_age(self) -> float:
        """Return the seconds since the thread last came round."""
        return time.monotonic() - self._beat

    def queue_length(self) -> int:
        """Return how many senders' errands wait."""
        return self._queue.qsize()

    def has_room(self) -> bool:
        """Tell whether the disk has more free space than the reserve."""
        return shutil.disk_usage(self._folder).free > self._min_free_bytes

    def _run(self) -> None:
        going = True
        while going:
            self._beat = time.monotonic()
            group, going = self._next_group()
            if group:
                self._serve(group)
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _next_group(self) -> tuple[list[_AnyErrand], bool]:
        group: list[_AnyErrand] = []
        try:
            errands = self._queue.get(timeout=TICK_SECONDS)
            while errands is not None:
                group += errands
                if len(group) >= MAX_GROUP:
                    return group, True
                errands = self._queue.get_nowait()
        except queue.Empty:
            return group, True
        return group, False

    def _serve(self, group: list[_AnyErrand]) -> None:
        if not self.has_room():
            for errand in group:
                errand.refuse(Unavailable("full", "the disk is almost full", 30))
            return
        try:
            results = self._commit(group)
        except Exception as error:  # noqa: BLE001 - no errand may stop the writer of all others
            self._try_singly(group, error)
        else:
            for errand, result in zip(group, results, strict=True):
                errand.answer(result)

    def _try_singly(self, group: list[_AnyErrand], error: Exception) -> None:
        """Give each errand of a failed group a transaction of its own."""
        if len(group) == 1:
            self.figures.failures += 1
            group[0].refuse(_as_refusal(error))
            return
        is_the_database = isinstance(error, OperationalError | InterfaceError)
        for errand in group:
            self._beat = time.monotonic()
            if is_the_database:
                self.figures.failures += 1
                errand.refuse(_as_refusal(error))
            else:
                self._serve([errand])

    def _commit(self, group: list[_AnyErrand]) -> list[object]:
        started = time.monotonic()
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                results = _do_all(self._connection, group)
        except DBAPIError:
            # Whatever state the connection is in, the next group begins with a new one.
            self._connection.invalidate()
            self._close()
            raise
        self.figures.commits += 1
        self.figures.errands += len(group)
        self.figures.commit_seconds += time.monotonic() - started
        return results


def _do_all(connection: Connection, group: Sequence[_AnyErrand]) -> list[object]:
    """Do each deed once for all that asks for it; return the values in the order of the group."""
    asked: dict[object, list[int]] = {}
    for place, errand in enumerate(group):
        asked.setdefault(errand.deed, []).append(place)
    results: list[object] = [None] * len(group)
    for places in asked.values():
        deed = group[places[0]].deed
        values = deed(connection, [group[place].thing for place in places])
        for place, value in zip(places, values, strict=True):
            results[place] = value
    return results


def _as_refusal(error: Exception) -> Exception:
    if isinstance(error, OperationalError | InterfaceError | IntegrityError):
        return unavailable(error)
    return error
