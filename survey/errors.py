"""What can go wrong in the application, as facts: no HTTP, no translated text.

The tree::

    SurveyError(code, where, expected, got)
    ├── InputError          a response or a request that breaks its contract
    │   └── TableError      a damaged CSV file; carries every fault at once
    │       ├── PlacesError     of places
    │       └── OfficialError   of official results or breaks
    ├── InstrumentError     a damaged instrument or index tree; carries every fault at once
    ├── ConflictError       the same id with other bytes
    ├── StateError          the round is closed, the account is locked
    ├── NotAllowed          no credential, a bad one, or the wrong role or place
    ├── NotFound            no such thing, or not for this person
    ├── Throttled           too many; carries the seconds to wait
    └── Unavailable         the store is locked, full or not ready; carries the seconds to wait
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class SurveyError(Exception):
    """The root; ``code`` is stable, kebab-case; the message is one English log sentence."""

    def __init__(
        self, code: str, message: str = "", *, where: str = "", expected: str = "", got: str = ""
    ) -> None:
        super().__init__(message or code)
        self.code = code
        self.where = where
        self.expected = expected
        self.got = got


class InputError(SurveyError):
    """A response or a request breaks its contract; ``texts`` may say it to people (vi, en)."""

    texts: Mapping[str, str] = MappingProxyType({})


class ConflictError(SurveyError):
    """The same id arrived with other bytes."""


class StateError(SurveyError):
    """The thing exists but is in a state that forbids the act."""


class NotAllowed(SurveyError):
    """No credential, a bad one, or the wrong role or place."""


class NotFound(SurveyError):
    """No such thing, or not for this person."""


class Throttled(SurveyError):
    """Too many requests; ``retry_after`` seconds tell when to come back."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("rate-limit", "too many requests")
        self.retry_after = retry_after


class Unavailable(SurveyError):
    """The store cannot take a write now; ``retry_after`` seconds tell when to come back."""

    def __init__(self, code: str, message: str, retry_after: int = 5) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fault:
    """One mistake in an instrument, a tree or a file, placed so that its author finds it.

    ``vi`` and ``en`` say what is wrong and, where a name was mistyped, which existing name is
    nearest; ``row`` counts from 1 with the heading as row 1, as a spreadsheet shows it.
    """

    code: str
    sheet: str
    row: int | None
    column: str | None
    vi: str
    en: str


class InstrumentError(SurveyError):
    """A damaged instrument or index tree; ``faults`` holds every mistake, in reading order."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        lines = "; ".join(fault.en for fault in faults)
        super().__init__("bad-instrument", f"{source}: {lines}", where=source)
        self.faults = faults


class TableError(InputError):
    """A damaged CSV file; ``faults`` holds every mistake, by row."""

    kind = "bad-table"

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        lines = "; ".join(fault.en for fault in faults)
        super().__init__(self.kind, f"{source}: {lines}", where=source)
        self.faults = faults


class PlacesError(TableError):
    """A damaged file of places."""

    kind = "bad-places"


class OfficialError(TableError):
    """A damaged file of official results or of breaks."""

    kind = "bad-official"
