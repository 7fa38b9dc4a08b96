"""Which responses the runs of a batch counted: kept as what changed, for runs made again."""

from sqlalchemy import Connection, func, insert, select

from survey.models import ScoreBatch
from survey.queries.scores import ID_BYTES, Part, counted_ids


def keep_batch(connection: Connection, round_code: str, part: Part, ids: bytes) -> int:
    """Keep the responses that count now (16 bytes each); return the number of the batch."""
    last = connection.scalar(
        select(func.max(ScoreBatch.number)).where(
            ScoreBatch.round == round_code, ScoreBatch.part == part.value
        )
    )
    before = counted_ids(connection, round_code, part, last or 0)
    now = {ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES)}
    number = (last or 0) + 1
    connection.execute(
        insert(ScoreBatch).values(
            round=round_code,
            part=part.value,
            number=number,
            added=b"".join(sorted(now - before)),
            removed=b"".join(sorted(before - now)),
        )
    )
    return number
