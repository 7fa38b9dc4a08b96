"""Values that may be a second old: what every submission reads and almost nobody changes."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_ENTRIES = 4096


class Recent(Generic[K, V]):
    """A bounded memory of values by key; a value older than ``seconds`` is fetched anew."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._values: dict[K, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, fetch: Callable[[], V]) -> V:
        """Return the value of the key, fetched now unless it was fetched a moment ago."""
        known = self._values.get(key)
        if known is not None and time.monotonic() - known[0] <= self._seconds:
            return known[1]
        fetched_at = time.monotonic()
        value = fetch()
        with self._lock:
            if len(self._values) >= MAX_ENTRIES:
                self._values.clear()
            self._values[key] = (fetched_at, value)
        return value

    def forget(self) -> None:
        """Drop everything: something was written that may have changed a value."""
        with self._lock:
            self._values.clear()
