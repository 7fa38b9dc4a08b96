"""What the house tests read: the files that git tracks or would track, and their syntax trees."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def files(*endings: str) -> tuple[Path, ...]:
    """Return the project's own files with these endings: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    names = sorted(name for name in listed.split("\0") if name.endswith(endings or ("",)))
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def product(*endings: str) -> tuple[Path, ...]:
    """Return the files of the two buildings and their two doors, without the tests."""
    rooms = ("survey/", "scoring/", "migrations/", "config.py", "wsgi.py")
    return tuple(path for path in files(*endings) if name_of(path).startswith(rooms))


def name_of(path: Path) -> str:
    """Return the path as a reader would name it."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def syntax_of(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a Python file."""
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(path: Path) -> int:
    """Count the lines of a text file."""
    return len(path.read_text(encoding="utf-8").splitlines())
