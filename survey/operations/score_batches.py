"""Which responses the runs of a batch counted: kept as what changed, for runs made again."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from survey.models import ScoreBatch
from survey.queries.scores import ID_BYTES, Part, counted_ids


@dataclass(frozen=True)
class Change:
    """The ids that came and went since a batch, 16 bytes each, in their order."""

    since: int
    added: bytes
    removed: bytes


def change_since(connection: Connection, round_code: str, part: Part, ids: bytes) -> Change:
    """Return what changed from the newest batch to the responses that count now.

    Found before anything is written: among a million responses it takes a second, in which
    nobody who submits should wait.
    """
    last = connection.scalar(
        select(func.max(ScoreBatch.number)).where(
            ScoreBatch.round == round_code, ScoreBatch.part == part.value
        )
    )
    before = counted_ids(connection, round_code, part, last or 0)
    now = {ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES)}
    added, removed = b"".join(sorted(now - before)), b"".join(sorted(before - now))
    return Change(last or 0, added, removed)


def keep_batch(connection: Connection, round_code: str, part: Part, change: Change) -> int:
    """Keep a change as the next batch; return its number."""
    number = change.since + 1
    connection.execute(
        insert(ScoreBatch).values(
            round=round_code,
            part=part.value,
            number=number,
            added=change.added,
            removed=change.removed,
        )
    )
    return number
