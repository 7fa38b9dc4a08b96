"""Reads about withdrawals: which response a receipt is for, what was withdrawn, how many.

A receipt is the server's own or one that the sender's device drew; either finds its response.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from survey.errors import NotFound, StateError
from survey.models import Response, Withdrawal
from survey.seals import Keys, code_digest, early_digest, early_hash, receipt, sha256_hex

RECEIPT: Final = "receipt"
N_AT_ONCE: Final = 1000
GONE: Final = select(Withdrawal.id_digest).where(
    Withdrawal.id_digest.in_(bindparam("digests", expanding=True))
)


@dataclass(frozen=True)
class Receipted:
    """The response of a receipt: id, round, digests of its receipts; nothing of its answers."""

    id: str
    round: str
    receipt_digest: bytes
    early_digest: bytes | None


def id_digest(interview: str) -> str:
    """Return by what a withdrawn response is recognised when it comes again."""
    return sha256_hex(interview.encode())


def withdrawn_ids(connection: Connection, interviews: Iterable[str]) -> list[str]:
    """Return those of the ids whose responses were withdrawn."""
    by_digest = {id_digest(interview): interview for interview in interviews}
    found = connection.scalars(GONE, {"digests": list(by_digest)})
    return [by_digest[digest] for digest in found]


def response_of_receipt(connection: Connection, keys: Keys, code: str) -> Receipted:
    """Return the response of a receipt; raise NotFound, or StateError ``withdrawn``."""
    own = code_digest(keys, RECEIPT, code)
    early = early_digest(keys, early_hash(code))
    columns = Response.id, Response.round, Response.receipt_digest, Response.early_digest
    is_it = or_(Response.receipt_digest == own, Response.early_digest == early)
    found = [
        Receipted(interview, round_code, digest or own, drawn)
        for interview, round_code, digest, drawn in connection.execute(
            select(*columns).where(is_it).limit(2)
        )
    ]
    found = found or _among_the_oldest(connection, keys, code)
    if len(found) == 1:
        return found[0]
    is_gone = or_(Withdrawal.receipt_digest == own, Withdrawal.early_digest == early)
    if connection.scalar(select(exists().where(is_gone))):
        raise StateError("withdrawn", "the response was withdrawn before", where="receipt")
    raise NotFound("unknown-receipt", where="receipt")


def withdrawn_count(connection: Connection, round_code: str) -> int:
    """Count the responses that were withdrawn from a round."""
    counted = select(func.count()).select_from(Withdrawal).where(Withdrawal.round == round_code)
    return connection.scalars(counted).one()


def _among_the_oldest(connection: Connection, keys: Keys, code: str) -> list[Receipted]:
    """Look through the responses that were stored before receipts had digests."""
    rows = connection.execute(
        select(Response.id, Response.round, Response.sha256, Response.received_hour)
        .where(Response.receipt_digest.is_(None))
        .execution_options(yield_per=N_AT_ONCE)
    )
    return [
        Receipted(row.id, row.round, code_digest(keys, RECEIPT, code), None)
        for row in rows
        if receipt(keys, row.id, row.sha256, row.received_hour) == code
    ]
