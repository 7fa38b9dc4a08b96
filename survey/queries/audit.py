"""Reads of the audit chain: is it whole, and what does it say; it must not know a page."""

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, RowMapping, func, select
from sqlalchemy import cast as as_type

from survey.models.audit import GENESIS, SEALED, AuditEntry, AuditHead
from survey.seals import chained

N_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Verdict:
    """What a walk along the whole chain found; ``bad_seq`` is the first line that is not right.

    ``seq`` and ``hash`` are the last line that is: whoever wrote them down earlier can hold the
    chain to them, even against someone who seals every later line anew.
    """

    seq: int
    hash: str
    bad_seq: int | None

    @property
    def is_whole(self) -> bool:
        """Tell whether every line is as it was written, and none is missing."""
        return self.bad_seq is None


@dataclass(frozen=True)
class AuditLine:
    """One line of the chain as people read it."""

    seq: int
    at: str
    actor: str
    role: str
    ip_class: str
    action: str
    object: str
    reason: str
    detail: Mapping[str, str | int]
    hash: str


@dataclass(frozen=True)
class AuditFilter:
    """Which lines are asked for; an empty text asks for all.

    ``object`` is how its name begins; ``since`` (from) and ``until`` (before) are as in the chain.
    """

    actor: str = ""
    action: str = ""
    object: str = ""
    since: str = ""
    until: str = ""


def check_chain(connection: Connection) -> Verdict:
    """Walk along the whole chain, computing each hash again from the bytes that are stored."""
    seq, link = 0, GENESIS
    with closing(_raw_rows(connection)) as rows:
        for row in rows:
            if not _follows(row, seq + 1, link.encode()):
                return Verdict(seq, link, seq + 1)
            seq, link = seq + 1, row.hash.decode()
    return Verdict(seq, link, _missing(connection, seq, link))


def audit_lines(
    connection: Connection, wanted: AuditFilter, before: int | None, limit: int
) -> list[AuditLine]:
    """Return the newest lines that are asked for, those older than ``before`` when given."""
    found = select(AuditEntry.__table__).where(*_conditions(wanted))
    if before is not None:
        found = found.where(AuditEntry.seq < before)
    rows = connection.execute(found.order_by(AuditEntry.seq.desc()).limit(limit)).mappings()
    return [_as_line(row) for row in rows]


def link_of(connection: Connection, seq: int) -> str | None:
    """Return the hash of a line, None when there is no such line."""
    return connection.scalar(select(AuditEntry.hash).where(AuditEntry.seq == seq))


def _as_line(row: RowMapping) -> AuditLine:
    facts: dict[str, Any] = {name: row[name] for name in (*SEALED, "hash")}
    return AuditLine(**{**facts, "detail": json.loads(facts["detail"])})


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    asked = (
        (wanted.actor, AuditEntry.actor == wanted.actor),
        (wanted.action, AuditEntry.action == wanted.action),
        (wanted.object, AuditEntry.object.startswith(wanted.object, autoescape=True)),
        (wanted.since, AuditEntry.at >= wanted.since),
        (wanted.until, AuditEntry.at < wanted.until),
    )
    return [condition for given, condition in asked if given]


def _raw_rows(connection: Connection) -> Generator[Row[Any], None, None]:
    """Yield the lines in order, each text as its bytes: damaged ones may be no text at all."""
    names = [name for name in (*SEALED, "prev", "hash") if name != "seq"]
    table = AuditEntry.__table__
    columns = [_bytes_of(connection, table.c[name]).label(name) for name in names]
    found = select(table.c.seq, *columns).order_by(table.c.seq)
    with connection.execute(found.execution_options(yield_per=N_AT_ONCE)) as rows:
        yield from rows


def _bytes_of(connection: Connection, column: ColumnElement[str]) -> ColumnElement[bytes]:
    if connection.dialect.name == "sqlite":
        return as_type(column, LargeBinary)
    return func.convert_to(column, "UTF8", type_=LargeBinary)


def _follows(row: Row[Any], seq: int, link: bytes) -> bool:
    """Tell whether a line is the next one, and its hash that of its own bytes."""
    facts = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
    if facts["seq"] != seq or facts["prev"] != link:
        return False
    fields = [str(seq).encode(), *(facts[name] for name in SEALED[1:])]
    return bool(facts["hash"] == chained(link.decode(), fields).encode())


def _missing(connection: Connection, seq: int, link: str) -> int | None:
    """Return the first line that the head and the chain do not both know."""
    known = connection.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    head_seq, head_hash = (0, GENESIS) if known is None else (known.seq, known.hash)
    if head_seq != seq:
        return int(min(head_seq, seq)) + 1
    return None if head_hash == link else seq
