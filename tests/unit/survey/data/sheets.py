"""The built-in instruments as written: sheets and trees, read without the loader."""

import csv
from collections.abc import Iterator
from pathlib import Path

import yaml

import survey.instruments

DATA = Path(survey.instruments.__file__).parent / "data"
CODES = ("one_stop", "petition", "sipas")
LONGER = ("one_stop", "sipas")
"""Instruments with piped words and constraints; the petition form is too short for them."""

LANGUAGES = ("Tiếng Việt (vi)", "English (en)")
QUESTIONS = ("select_one", "select_multiple", "integer", "decimal", "date", "text")

Row = dict[str, str]


def sheet(code: str, name: str) -> list[Row]:
    """Return the rows of one sheet."""
    with (DATA / code / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def questions(code: str) -> dict[str, Row]:
    """Return the rows that a person answers, by name, in order."""
    return {
        row["name"]: row for row in sheet(code, "survey") if row["type"].split()[0] in QUESTIONS
    }


def choices(code: str) -> dict[str, list[Row]]:
    """Return the choices of each list."""
    lists: dict[str, list[Row]] = {}
    for row in sheet(code, "choices"):
        lists.setdefault(row["list_name"], []).append(row)
    return lists


def options(code: str, item: str) -> list[Row]:
    """Return the choices of one question; none when it has no list."""
    kind = questions(code)[item]["type"].split()
    return choices(code)[kind[1]] if len(kind) > 1 else []


def tree_paths() -> list[Path]:
    """Return the files of the index trees of these instruments."""
    return sorted(path for code in CODES for path in (DATA / code).glob("index.*.yaml"))


def tree(code: str, name: str) -> dict:
    """Return one index tree as a plain mapping."""
    return yaml.safe_load((DATA / code / f"index.{name}.yaml").read_text(encoding="utf-8"))


def leaves(node: dict) -> Iterator[dict]:
    """Yield the leaves below a node, depth first."""
    for child in node.get("children", ()):
        yield from leaves(child)
    if "children" not in node:
        yield node
