"""The methods book: every golden case and every room of the engine is in it."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

HOUSE = Path(__file__).parents[2]
BOOK = (HOUSE / "docs" / "methods.md").read_text(encoding="utf-8")
GOLDEN = HOUSE / "tests" / "golden"


def test_every_golden_case_of_the_classic_data_is_named() -> None:
    cases = json.loads((GOLDEN / "api" / "golden.json").read_text(encoding="utf-8"))
    names = list(cases.get("cases", cases))
    patterns = {word for word in re.findall(r"[A-Za-z0-9_*]+", BOOK) if len(word) > 3}
    assert [name for name in names if not any(fnmatch(name, each) for each in patterns)] == []


def test_every_golden_case_that_the_book_names_is_there() -> None:
    names = list(json.loads((GOLDEN / "api" / "golden.json").read_text(encoding="utf-8")))
    first = "|".join(sorted({name.split("_")[0] for name in names}, key=len, reverse=True))
    named = set(re.findall(rf"(?<![\w*])((?:\*|{first})_[a-zA-Z0-9_*]+)", BOOK)) - {"lonely_psu"}
    assert len(named) > 40
    gone = {name for name in named if not any(fnmatch(case, name) for case in names)}
    # blocks of the survey's file have names of the same shape
    blocks = set(json.loads((GOLDEN / "papi" / "golden.json").read_text(encoding="utf-8")))
    assert gone - blocks == set()


def test_every_golden_block_of_the_survey_is_named() -> None:
    blocks = json.loads((GOLDEN / "papi" / "golden.json").read_text(encoding="utf-8"))
    described = {"survey", "design", "n", "degf", "matrices", "listwise_n_WRONG"}
    assert [name for name in blocks if name not in described and name not in BOOK] == []


def test_every_file_that_the_book_names_is_there() -> None:
    named = set(re.findall(r"`((?:tests|scoring)/[\w/]+\.py)`", BOOK))
    named |= {f"scoring/{name}" for name in re.findall(r"`([a-z]+/[a-z_]+\.py)`", BOOK)}
    assert len(named) > 20
    assert [name for name in sorted(named) if not (HOUSE / name).exists()] == []
