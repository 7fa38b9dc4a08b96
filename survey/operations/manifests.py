"""The manifest of a backup: what it holds, so that a restore can prove that it holds it still."""

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from survey.db.durable import file_sha256, flush, new_private_file
from survey.errors import NotFound, StateError
from survey.queries.digests import Contents, TableDigest

FORMAT: Final = 1
FILE_NAME: Final = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """One backup as it was made.

    ``revision`` is None for a database without a schema; ``receipt_key`` names the key that signed
    the receipts without telling it.
    """

    made_at: dt.datetime
    backend: str
    revision: str | None
    file: str
    bytes: int
    file_sha256: str
    receipt_key: str
    responses_sha256: str
    tables: dict[str, TableDigest]

    @property
    def responses_count(self) -> int:
        """How many responses the backup holds."""
        found = self.tables.get("response")
        return 0 if found is None else found.rows

    def differences(self, found: Contents) -> list[str]:
        """Return the names of tables whose rows differ, and of those missing or new."""
        names = sorted(self.tables.keys() | found.tables.keys())
        differing = [name for name in names if self.tables.get(name) != found.tables.get(name)]
        if self.responses_sha256 != found.responses_sha256:
            differing.append("responses_sha256")
        return differing


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a backup that is being made; it comes last, after all it names."""
    document = {"format": FORMAT, **dataclasses.asdict(manifest)}
    document["made_at"] = manifest.made_at.isoformat(timespec="seconds")
    path = folder / FILE_NAME
    new_private_file(path)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    flush(path)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup; raise NotFound, or StateError when it is damaged."""
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("no-backup", f"{folder} is no backup: it has no {FILE_NAME}") from error
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StateError("damaged", f"{folder / FILE_NAME} cannot be read: {error}") from error


def require_same_file(folder: Path, manifest: Manifest) -> Path:
    """Return the copy inside a backup; raise StateError ``damaged`` unless it is byte for byte."""
    file = folder / manifest.file
    found = file_sha256(file) if file.is_file() else "(absent)"
    if found != manifest.file_sha256:
        raise StateError(
            "damaged",
            f"{manifest.file} is not the file that was backed up",
            where=manifest.file,
            expected=manifest.file_sha256,
            got=found,
        )
    return file


def _read(document: dict[str, Any]) -> Manifest:
    written = dict(document)
    if written.pop("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    written["made_at"] = dt.datetime.fromisoformat(written["made_at"])
    written["tables"] = {name: TableDigest(**row) for name, row in written["tables"].items()}
    if Path(written["file"]).name != written["file"]:
        raise ValueError("its file is not a plain name")
    return Manifest(**written)
