"""Compares what was acknowledged with what is stored. Shares no code with the server.

``find_damage`` reads the SQLite file and a journal of what clients sent and were told.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Journal:
    """What the clients know: bytes first sent under an id, and the receipts they were given."""

    sent: dict[str, bytes] = field(default_factory=dict)
    receipts: dict[str, set[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    def told(self, interview: str, reply: dict[str, str]) -> None:
        """Note an acknowledgement."""
        self.receipts.setdefault(interview, set()).add(reply["receipt"])
        if reply["sha256"] != hashlib.sha256(self.sent[interview]).hexdigest():
            self.odd.append(f"acknowledged other bytes: {interview}")


def find_damage(file: Path, journal: Journal) -> list[str]:
    """Return every broken promise as one line; an empty list means that all were kept."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT id, sha256, body FROM response").fetchall()
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    damage = list(journal.odd)
    damage += _lost(rows, journal)
    damage += _invented_or_half(rows, journal)
    damage += [
        f"two receipts: {interview}"
        for interview, receipts in journal.receipts.items()
        if len(receipts) > 1
    ]
    if integrity != "ok":
        damage.append(f"integrity check: {integrity}")
    return damage


def _lost(rows: list[tuple[str, str, bytes]], journal: Journal) -> Iterator[str]:
    count: dict[str, int] = {}
    for interview, _, _ in rows:
        count[interview] = count.get(interview, 0) + 1
    for interview in journal.receipts:
        if count.get(interview, 0) != 1:
            yield f"acknowledged but stored {count.get(interview, 0)} times: {interview}"


def _invented_or_half(rows: list[tuple[str, str, bytes]], journal: Journal) -> Iterator[str]:
    for interview, sha256, body in rows:
        if interview not in journal.sent:
            yield f"stored but never sent: {interview}"
        elif body != journal.sent[interview]:
            yield f"stored with other bytes: {interview}"
        if hashlib.sha256(body).hexdigest() != sha256:
            yield f"stored digest does not fit: {interview}"
        try:
            json.loads(body)
        except ValueError:
            yield f"stored half: {interview}"
