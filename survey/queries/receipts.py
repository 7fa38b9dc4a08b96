"""What a device may ask again: which of its interviews are stored, with their receipts."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from survey.models import Response
from survey.seals import Keys, proof, receipt

AT_ONCE = 500


@dataclass(frozen=True)
class KnownReceipt:
    """A stored interview as it was acknowledged."""

    id: str
    sha256: str
    receipt: str
    proof: str


def receipts_of_device(
    connection: Connection, keys: Keys, device: str, interviews: Iterable[str]
) -> list[KnownReceipt]:
    """Return the receipts of those interviews that are stored and came from this device."""
    columns = Response.id, Response.sha256, Response.received_hour
    wanted = sorted(set(interviews))
    found: list[KnownReceipt] = []
    for start in range(0, len(wanted), AT_ONCE):
        some = Response.id.in_(wanted[start : start + AT_ONCE])
        rows = connection.execute(select(*columns).where(some, Response.device == device))
        found += [
            KnownReceipt(
                id_, sha256, receipt(keys, id_, sha256, hour), proof(keys, id_, sha256, hour)
            )
            for id_, sha256, hour in rows
        ]
    return found
