"""Reads an uploaded workbook in a process of its own: little memory, time and disk.

Whatever a hostile file does to its reader, it does there, without a secret in its environment: the
server only gets a document or a list of faults as JSON. It must not know who uploaded it.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeAlias

from survey.errors import Fault, InstrumentError
from survey.instruments.document import from_document, to_document
from survey.instruments.loader import compile_workbook
from survey.instruments.mistakes import say
from survey.instruments.model import Instrument
from survey.instruments.sheets import read_xlsx

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
FILE_BYTES: Final = 8 * 1024 * 1024
PATIENCE_SECONDS: Final = 30
"""A waiting child burns no processor time, so a clock on the wall ends it too."""

ROOT: Final = Path(__file__).parents[2]
Limits: TypeAlias = tuple[int, int]


def read_confined(
    source: bytes, file: str, limits: Limits = (MEMORY_BYTES, CPU_SECONDS)
) -> Instrument:
    """Return the instrument in a workbook; raise InstrumentError with every fault.

    A file that costs its reader more than ``limits`` (bytes, seconds) is a fault too.
    """
    command = [sys.executable, "-m", __name__, file, *map(str, limits)]
    try:
        child = subprocess.run(  # noqa: S603 - our own words; the file comes by standard input
            command,
            input=source,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            cwd=ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_costly(file) from error
    if child.returncode != 0:
        raise _too_costly(file)
    told = json.loads(child.stdout)
    if "faults" in told:
        raise InstrumentError(file, tuple(Fault(**fault) for fault in told["faults"]))
    return from_document(told)


def _too_costly(file: str) -> InstrumentError:
    mistake = say("too-costly")
    return InstrumentError(file, (Fault(mistake.code, file, None, None, mistake.vi, mistake.en),))


def _read(source: bytes, file: str) -> dict[str, object]:
    try:
        return to_document(compile_workbook(read_xlsx(source, file), file))
    except InstrumentError as error:
        return {"faults": [asdict(fault) for fault in error.faults]}


def _hold_to(memory: int, seconds: int) -> None:
    """Take from this process what it does not need to read one file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _main(file: str, memory: int, seconds: int) -> None:
    _hold_to(memory, seconds)
    told = _read(sys.stdin.buffer.read(), file)
    sys.stdout.buffer.write(json.dumps(told).encode())


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
