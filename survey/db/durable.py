"""Files that are whole or absent, even when the power fails; it must not know what they hold."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.errors import Unavailable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
LOCK_EVERY_SECONDS = 0.2


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may open, with the folders above it."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def new_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read; it must not exist."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))


def write_private(path: Path, text: str) -> None:
    """Replace a file by this text, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    new_private_file(draft)
    draft.write_text(text, encoding="utf-8")
    rename_durably(draft, path)


def rename_durably(source: Path, target: Path) -> None:
    """Give a file or a folder of files its final name once all of it is on the disk."""
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        flush(path)
    flush(source)
    source.rename(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Wait until the disk holds what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def file_lock(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold a lock that ends with the process; raise Unavailable ``busy`` when another has it."""
    make_private_folder(path.parent)
    deadline = time.monotonic() + wait_seconds
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        while not _is_taken(descriptor):
            if time.monotonic() >= deadline:
                raise Unavailable("busy", f"another process holds {path}")
            time.sleep(LOCK_EVERY_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
