"""Counts the house as it stands: `python -m tests.house.census` prints the table."""

import statistics
from collections import defaultdict
from pathlib import Path

from tests.house.source import files, functions_of, lines_of, name_of

BUILDINGS = {
    "scoring": "the engine",
    "survey": "the application",
    "migrations": "steps of the schema",
    "bench": "measurements",
    "tests": "laws",
}


def main() -> None:
    """Print, for each building, its files, lines and functions."""
    rooms: dict[str, list[Path]] = defaultdict(list)
    for path in files(".py", ".js"):
        rooms[name_of(path).split("/")[0]].append(path)
    print(
        "| building | files | lines | median file | longest file | functions | median | longest |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for building, meaning in BUILDINGS.items():
        print(_row(f"`{building}/` {meaning}", rooms[building]))


def _row(title: str, paths: list[Path]) -> str:
    lengths = [lines_of(path) for path in paths]
    functions = [
        ((function.end_lineno or 0) - function.lineno + 1, f"{name_of(path)}:{function.name}")
        for path in paths
        if path.suffix == ".py"
        for function in functions_of(path)
    ]
    longest_file, (size, longest) = max(paths, key=lines_of), max(functions)
    cells = [
        title,
        len(paths),
        sum(lengths),
        round(statistics.median(lengths)),
        f"{lines_of(longest_file)} `{name_of(longest_file)}`",
        len(functions),
        round(statistics.median(length for length, _ in functions)),
        f"{size} `{longest}`",
    ]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
