"""How large a questionnaire's source may be, checked before anything in it is parsed.

An uploaded workbook is hostile input: a zip file whose directory is judged first, and whose
tags are counted as a stream of bytes before an XML parser sees them.
"""

import stat
import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from survey.instruments.mistakes import Mistake, say

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 2000
MAX_COLUMNS: Final = 50
_MAX_MEMBERS: Final = 200
_MAX_UNPACKED: Final = 50 * 1024 * 1024
_MAX_RATIO: Final = 100
_MAX_TAGS: Final = 8 * MAX_ROWS * MAX_COLUMNS  # a cell with its text is at most eight tags
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 64 * 1024


def check_size(source: bytes) -> Mistake | None:
    """Return what is wrong with the size of one file, if anything is."""
    if len(source) > MAX_BYTES:
        return say("too-large", size=len(source) // 1024, limit=MAX_BYTES // 1024)
    return None


def check_workbook(source: bytes) -> Mistake | None:
    """Return the first reason not to open an .xlsx file, if there is one."""
    too_large = check_size(source)
    if too_large is not None:
        return too_large
    try:
        with zipfile.ZipFile(BytesIO(source)) as archive:
            return _check_directory(archive) or _check_members(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        return say("not-a-workbook")


def _check_directory(archive: zipfile.ZipFile) -> Mistake | None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS or unpacked > _MAX_UNPACKED:
        return say("workbook-heavy", n=len(members), size=unpacked // 1024)
    if any(_is_strange(member) for member in members):
        return say("workbook-strange")
    return None


def _is_strange(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in member.filename
        or ":" in member.filename
        or bool(member.flag_bits & _ENCRYPTED)
        or stat.S_ISLNK(member.external_attr >> 16)
        or member.file_size > _MAX_RATIO * max(member.compress_size, 1)
    )


def _check_members(archive: zipfile.ZipFile) -> Mistake | None:
    tags = sum(_tags(archive, member) for member in archive.infolist())
    return say("workbook-cells", limit=MAX_ROWS * MAX_COLUMNS) if tags > _MAX_TAGS else None


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    with archive.open(member) as stream:
        return sum(chunk.count(b"<") for chunk in iter(lambda: stream.read(_CHUNK), b""))
