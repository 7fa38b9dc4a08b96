"""Simulated responses on their way in: a few senders at once, each through the one ingest."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

from survey.db.database import Database
from survey.operations.responses import receive_response
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.queries.fieldwork import response_ids
from survey.queries.slips import HeldSlip
from survey.seals import Keys

N_SENDERS: Final = 8
"""So that the writer commits a group at a time, as it does when a province is at work."""

STEP: Final = 20

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told after each step: the round, how many responses are in, how many there will be."""


@dataclass(frozen=True)
class Installation:
    """Where the demonstration is built."""

    database: Database
    keys: Keys


@dataclass(frozen=True)
class Letter:
    """A response to be sent: its id, its device or slip, and how its bytes are made."""

    id: str
    sender: Sender | None
    write: Callable[[], bytes]
    slip: HeldSlip | None = None


def send(
    place: Installation,
    code: str,
    letters: Sequence[Letter],
    progress: Progress,
    step: int = STEP,
) -> None:
    """Send what has not arrived yet; what an interrupted run left is finished."""
    with place.database.reading() as connection:
        known = response_ids(connection, code)
    new = [letter for letter in letters if letter.id not in known]
    n_there, n_letters = len(letters) - len(new), len(letters)

    def deliver(letter: Letter) -> None:
        submission = read_submission(letter.id, letter.write(), letter.sender, letter.slip)
        receive_response(place.database, place.keys, submission)

    with ThreadPoolExecutor(N_SENDERS) as senders:
        for start in range(0, len(new), step):
            part = new[start : start + step]
            for _ in senders.map(deliver, part):
                pass
            progress(code, n_there + start + len(part), n_letters)
    if not new:
        progress(code, n_letters, n_letters)
