"""The reference of the engine: every public name, as it is now, with examples that run."""

import doctest

import scoring
from tests.house.reference import PAGE, reference


def test_the_page_is_what_the_docstrings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "python -m tests.house.reference"


def test_every_public_name_is_in_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in scoring.__all__ if f"\n### `{name}`\n" not in page] == []


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        name
        for name in scoring.__all__
        if callable(getattr(scoring, name)) and not (getattr(scoring, name).__doc__ or "").strip()
    ]
    assert silent == []


def test_its_examples_run() -> None:
    ran = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert ran.failed == 0
    assert ran.attempted > 30
