"""A small plan, tree and data file that score well; tests change one thing."""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from scoring.__main__ import main

ROWS = [
    ("a", "1", "2", "north", "1", "5", "co"),
    ("a", "1", "1", "north", "0", "3", "khong"),
    ("a", "2", "1", "north", "1", "4", "dk"),
    ("a", "2", "3", "south", "0", "2", "co"),
    ("b", "1", "1", "south", "1", "1", "co"),
    ("b", "1", "2", "south", "0", "", "khong"),
    ("b", "2", "1", "south", "1", "5", ""),
    ("b", "2", "2", "south", "0", "4", "refused"),
]
HEADER = ("stratum", "psu", "w", "region", "female", "q1", "q2")


def csv_text(rows=ROWS, header=HEADER) -> str:
    return "\n".join(",".join(row) for row in (header, *rows)) + "\n"


def changed(row: int, column: str, cell: str) -> str:
    """The data with one cell changed; rows count from 1."""
    rows = [list(cells) for cells in ROWS]
    rows[row - 1][HEADER.index(column)] = cell
    return csv_text(rows)


def index(**changes) -> dict:
    tree = {
        "code": "total",
        "combine": "mean",
        "children": [
            {"code": "A", "item": "q1", "range": [1, 5]},
            {"code": "B", "item": "q2", "values": {"co": 1, "khong": 0}, "range": [0, 1]},
        ],
    }
    return {"index": "small", "scale": [0, 100], "min_n": 1, "tree": tree} | changes


def leaf(**changes) -> dict:
    """An index of one leaf."""
    return index(tree={"code": "A", "item": "q1", "range": [1, 5]} | changes)


def tree(**changes) -> dict:
    """The index with its root changed."""
    return index(tree=index()["tree"] | changes)


def child(**changes) -> dict:
    """The index with its second leaf changed."""
    whole = index()
    whole["tree"]["children"][1] |= changes
    return whole


def plan(**changes) -> dict:
    design = {"stratum": "stratum", "psu": "psu", "weight": "w", "lonely_psu": "refuse"}
    return {"data": "data.csv", "index": "index.yaml", "design": design} | changes


def design(**changes) -> dict:
    return plan()["design"] | changes


def write(folder: Path, files: Mapping[str, object]) -> Path:
    """Write the small case with some files replaced: mappings as YAML, the rest as it is."""
    default = {"plan.yaml": plan(), "index.yaml": index(), "data.csv": csv_text()}
    for name, content in (default | dict(files)).items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif content is not None:
            text = content if isinstance(content, str) else yaml.safe_dump(content)
            (folder / name).write_text(text, encoding="utf-8")
    return folder / "plan.yaml"


def scored(folder: Path, **files: object) -> dict:
    """Run the command in this process; return its JSON. Underscores in names stand for points."""
    path = write(folder, {name.replace("_", "."): content for name, content in files.items()})
    out = folder / "out.json"
    assert main([str(path), "--out", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"), parse_constant=refuse_constant)


def refused(folder: Path, files: Mapping[str, object], capsys) -> str:
    """Run the command on a mistake; return the one line it says."""
    assert main([str(write(folder, files))]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert str(folder) in printed.err
    return printed.err


def refuse_constant(text: str) -> None:
    raise AssertionError(f"{text} in the output")


def row_of(document: dict, node: str, domain: dict[str, str] | None = None) -> dict:
    return next(
        row for row in document["estimates"] if row["node"] == node and row["domain"] == domain
    )


def codes_of(row: dict) -> list[str]:
    return [note["code"] for note in row["notes"]]
