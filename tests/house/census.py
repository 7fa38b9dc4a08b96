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
    print("| building | files | lines | median file | longest file | functions | median | longest |")
    print("|---|---|---|---|---|---|---|---|")
    for building, meaning in BUILDINGS.items():
        paths = rooms[building]
        lengths = [lines_of(path) for path in paths]
        functions = [
            ((function.end_lineno or 0) - function.lineno + 1, f"{name_of(path)}:{function.name}")
            for path in paths
            if path.suffix == ".py"
            for function in functions_of(path)
        ]
        longest = max(paths, key=lines_of)
        print(
            f"| `{building}/` {meaning} | {len(paths)} | {sum(lengths)} "
            f"| {statistics.median(lengths):.0f} | {lines_of(longest)} `{name_of(longest)}` "
            f"| {len(functions)} | {statistics.median(size for size, _ in functions):.0f} "
            f"| {max(functions)[0]} `{max(functions)[1]}` |"
        )


if __name__ == "__main__":
    main()
