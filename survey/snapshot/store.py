"""The files of a round's snapshot: immutable parts, and the manifest that names those in force.

A part is written whole under a name of its own before a manifest names it; the manifest is
replaced in one step. It must not know what the columns mean.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
from pyarrow import parquet

from survey import clock
from survey.db.durable import (
    file_lock,
    file_sha256,
    make_private_folder,
    new_private_file,
    rename_durably,
    write_private,
)
from survey.snapshot.layout import ID

FORMAT: Final = 4
MANIFEST: Final = "manifest.json"
INTERVIEWS: Final = "interviews.json"
ASSISTANCE: Final = "assistance.json"
SUSPECTS: Final = "suspects.json"
LOCK: Final = "lock"
WAIT_SECONDS: Final = 60.0
ROW_GROUP: Final = 122_880
"""Rows that one thread of DuckDB takes at once."""

FULL_PART: Final = 1_000_000
"""Rows from which a part is never merged again."""


@dataclass(frozen=True)
class Part:
    """One file of responses to one instrument version; ``file`` is relative to the folder."""

    version: str
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a snapshot consists of.

    ``is_settled`` is False between the moment a part was added and the moment its responses were
    struck off the list of those that are due: after a crash in between they may be in both.
    """

    parts: tuple[Part, ...] = ()
    is_settled: bool = True

    @property
    def rows(self) -> int:
        """How many responses the snapshot holds."""
        return sum(part.rows for part in self.parts)

    def of_version(self, version: str) -> list[Part]:
        """Return the parts of one instrument version, the oldest first."""
        return [part for part in self.parts if part.version == version]


class Store:
    """The folder of one round's snapshot; held by one process at a time."""

    def __init__(self, data_folder: Path, round_code: str) -> None:
        self.folder = data_folder / "snapshots" / _file_name(round_code)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others away, writers and readers, while parts come and go."""
        with file_lock(self.folder / LOCK, WAIT_SECONDS):
            yield

    def manifest(self) -> Manifest | None:
        """Return the manifest in force; None when there is none that this program can read."""
        path = self.folder / MANIFEST
        if not path.exists():
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            return None
        parts = tuple(Part(**part) for part in document["parts"])
        return Manifest(parts, document["is_settled"])

    def put_in_force(self, manifest: Manifest) -> None:
        """Replace the manifest, then remove the files that it does not name."""
        document = {"format": FORMAT, **asdict(manifest)}
        write_private(self.folder / MANIFEST, json.dumps(document, indent=1, ensure_ascii=False))
        named = {self.path(part) for part in manifest.parts}
        for path in self.folder.glob("*/*"):
            if path not in named:
                path.unlink()

    def keep_told(self, name: str, told: Sequence[Mapping[str, object]]) -> None:
        """Replace what is told of a round under a name: read without holding the store."""
        document = {"format": FORMAT, "told": told}
        write_private(self.folder / name, json.dumps(document, ensure_ascii=False))

    def told(self, name: str) -> list[dict[str, Any]] | None:
        """Return what was last told under a name; None before that."""
        path = self.folder / name
        if not path.exists():
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
        return list(document["told"]) if document["format"] == FORMAT else None

    def write(self, version: str, table: pa.Table) -> Part:
        """Write a part durably, its rows in the order of their ids."""
        folder = self.folder / _file_name(version)
        make_private_folder(folder)
        path = folder / f"{secrets.token_hex(8)}.parquet"
        draft = path.with_suffix(".draft")
        new_private_file(draft)
        rows = table.sort_by(ID)
        parquet.write_table(rows, draft, compression="zstd", row_group_size=ROW_GROUP)
        # the file's own time must not say more about its responses than their rows do
        hour = clock.to_hour(clock.now()).timestamp()
        os.utime(draft, (hour, hour))
        rename_durably(draft, path)
        name = str(path.relative_to(self.folder))
        return Part(version, name, table.num_rows, file_sha256(path))

    def read(self, parts: Sequence[Part], *more: pa.Table) -> pa.Table:
        """Return the rows of some parts of one version, and further rows of it."""
        return pa.concat_tables([*(parquet.read_table(self.path(part)) for part in parts), *more])

    def columns(self, part: Part, names: Sequence[str]) -> pa.Table:
        """Return some columns of a part."""
        return parquet.read_table(self.path(part), columns=list(names))

    def path(self, part: Part) -> Path:
        """Return where a part lies."""
        return self.folder / part.file


def appended(store: Store, manifest: Manifest, version: str, table: pa.Table) -> Manifest:
    """Add rows as a new part, merged with younger parts that are not much larger.

    Each row is so written again a number of times that grows with the logarithm of their number.
    """
    older = manifest.of_version(version)
    merged: list[Part] = []
    while older and older[-1].rows < min(2 * table.num_rows, FULL_PART):
        merged.append(older.pop())
        table = store.read(merged[-1:], table)
    kept = tuple(part for part in manifest.parts if part not in merged)
    return replace(manifest, parts=(*kept, store.write(version, table)))


def _file_name(name: str) -> str:
    """Return a name that is one step of a path on every system, whatever the name is."""
    return quote(name, safe="").replace(".", "%2E")
