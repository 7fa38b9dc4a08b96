"""Withdrawal: a citizen's answers erased wherever they are, and kept erased by every restore."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from config import Settings
from survey import clock
from survey.db.database import Database
from survey.db.durable import PRIVATE_FILE, make_private_folder
from survey.db.erase import is_small, wipe
from survey.errors import Unavailable
from survey.models import Quarantine, Response, Withdrawal
from survey.operations.snapshots import update_snapshot
from survey.queries.withdrawals import (
    N_AT_ONCE,
    id_digest,
    response_of_receipt,
    withdrawn_ids,
)
from survey.seals import Keys

LEDGER: Final = "withdrawn.txt"
"""Lies beside the backups: an older one does not know what was withdrawn after it."""


WORDS_IN_A_LINE: Final = 3


@dataclass(frozen=True)
class _Erasure:
    """A response that is to go, and the digests of its receipts."""

    interview: str
    round: str
    receipt_digest: bytes
    early_digest: bytes | None


def withdraw(database: Database, settings: Settings, keys: Keys, code: str) -> str:
    """Erase the response of a receipt and return the code of its round.

    Raises NotFound, StateError ``withdrawn``, or Unavailable: then nothing was erased.
    """
    with database.reading() as connection:
        found = response_of_receipt(connection, keys, code)
    erasure = _Erasure(found.id, found.round, found.receipt_digest, found.early_digest)
    _enter(settings.backup_folder, erasure)
    database.writer.submit(_erase_all, erasure)
    # when the columns are held by others, the next to open them finds the response due
    with contextlib.suppress(Unavailable):
        update_snapshot(database, found.round)
    if is_small(database):
        wipe_withdrawn(database)
    return found.round


def wipe_withdrawn(database: Database) -> bool:
    """Overwrite what withdrawn responses left in the files; tell whether nothing is left."""
    unwiped = select(Withdrawal.id_digest).where(Withdrawal.is_wiped.is_(False))
    with database.reading() as connection:
        known = list(connection.scalars(unwiped))
    if not known:
        return True
    if not wipe(database):
        return False
    with database.writing() as connection:
        for start in range(0, len(known), N_AT_ONCE):
            some = Withdrawal.id_digest.in_(known[start : start + N_AT_ONCE])
            connection.execute(update(Withdrawal).where(some).values(is_wiped=True))
    return True


def replay_withdrawals(database: Database, shelf: Path) -> int:
    """Erase from a restored database what was withdrawn since its backup; return how many."""
    withdrawn = {id_digest: facts for id_digest, *facts in _lines(shelf / LEDGER)}
    if not withdrawn:
        return 0
    with database.reading() as connection:
        rows = connection.execute(
            select(Response.id, Response.early_digest).execution_options(yield_per=N_AT_ONCE)
        )
        known = [(*row, withdrawn.get(id_digest(row.id))) for row in rows]
    erasures = [
        _Erasure(interview, facts[0], bytes.fromhex(facts[1]), early)
        for interview, early, facts in known
        if facts
    ]
    with database.writing() as connection:
        _erase_all(connection, erasures)
    wipe_withdrawn(database)
    return len(erasures)


def _erase_all(connection: Connection, many: Sequence[_Erasure]) -> Sequence[None]:
    """Delete responses with what quarantine holds under their ids; leave a word of each."""
    for erasure in many:
        connection.execute(delete(Response).where(Response.id == erasure.interview))
        connection.execute(delete(Quarantine).where(Quarantine.interview == erasure.interview))
        if not withdrawn_ids(connection, [erasure.interview]):
            connection.execute(
                insert(Withdrawal).values(
                    id_digest=id_digest(erasure.interview),
                    receipt_digest=erasure.receipt_digest,
                    early_digest=erasure.early_digest,
                    round=erasure.round,
                    withdrawn_on=clock.now().astimezone(clock.VIETNAM).date(),
                    is_wiped=False,
                )
            )
    return [None] * len(many)


def _enter(shelf: Path, erasure: _Erasure) -> None:
    """Write a line into the ledger, durably; raise Unavailable when the folder cannot be used."""
    line = f"{id_digest(erasure.interview)} {erasure.round} {erasure.receipt_digest.hex()}\n"
    try:
        make_private_folder(shelf)
        ledger = os.open(shelf / LEDGER, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        with os.fdopen(ledger, "ab", buffering=0) as file:
            file.write(line.encode())
            os.fsync(file.fileno())
    except OSError as error:
        raise Unavailable("busy", "the ledger of withdrawals cannot be written") from error


def _lines(ledger: Path) -> Iterator[list[str]]:
    """Yield the words of each whole line of the ledger."""
    if ledger.exists():
        for line in ledger.read_text(encoding="utf-8").splitlines():
            words = line.split(" ")
            if len(words) == WORDS_IN_A_LINE:
                yield words
