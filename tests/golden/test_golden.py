"""Every case of every golden file, run by its kind, within the tolerances of the file.

The cases are read from the files: one that no runner knows fails here, and so does a number in a
case that nothing was compared with.
"""

import json
import re
from collections import Counter
from functools import partial

import pytest

from scoring.index import many_cells
from tests.golden.case import Case, cases_of
from tests.golden.reference import API, HERE, MILK, REFERENCE
from tests.golden.runners import (
    areas,
    calibrated,
    files,
    lonely,
    means,
    proportions,
    replicated,
    survey,
)

ROOMS = (means, files, proportions, calibrated, lonely, replicated, survey, areas)
RUNNERS = [pair for room in ROOMS for pair in room.RUNNERS.items()]
DATA = {"api": API, "fay_herriot": MILK, "papi": HERE / "papi" / "papi.csv"}
SIZES = {"api": 112, "fay_herriot": 1, "papi": 79}
ROLES = {"anchor", "must_raise"}


def golden_files(folder) -> dict:
    return {path.parent.name: path for path in sorted(folder.glob("*/golden.json"))}


KEPT = {name: path for name, path in golden_files(HERE).items() if name != "finished"}
CASES = [case for path in KEPT.values() for case in cases_of(path)]


def runners_of(case: Case) -> list:
    """Whatever may run a case, with the words of its name as arguments."""
    found = [(run, re.fullmatch(pattern, f"{case.file} {case.name}")) for pattern, run in RUNNERS]
    return [partial(run, **match.groupdict()) for run, match in found if match]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_golden_case_is_met(case):
    assert case.role in ROLES
    found = runners_of(case)
    assert len(found) == 1, f"{case} has {len(found)} runners"
    if not DATA[case.file].exists():
        pytest.skip(f"the data of {case.file} need REFERENCE_DIR, which is absent")
    found[0](case)
    assert case.left() == [], f"{case}: numbers that nothing was compared with"


def test_what_a_later_file_may_hold_is_not_passed_over(tmp_path):
    path = tmp_path / "api" / "golden.json"
    path.parent.mkdir()
    invented = {
        "result": {"est": 1.0, "more": {"se": [0.1]}, "names": ["a"]},
        "call": "",
        "role": "anchor",
    }
    path.write_text(json.dumps({"dsrs_variance": invented}), encoding="utf-8")
    (case,) = cases_of(path)
    assert runners_of(case) == []
    case.holds("est", 1.0 + 1e-10)
    assert case.left() == ["more.se"]
    with pytest.raises(AssertionError, match=r"more.se: expected 0.1, got 0.1\d+, relative error"):
        case.holds("more.se", [0.1 * (1 + 2e-7)])


def test_no_case_is_lost_and_each_has_a_runner():
    assert Counter(case.file for case in CASES) == SIZES
    assert len({str(case) for case in CASES}) == len(CASES)
    assert [str(case) for case in CASES if not runners_of(case)] == []


@pytest.mark.skipif(
    not API.is_dir(), reason="the reference files need REFERENCE_DIR, which is absent"
)
def test_the_files_kept_here_are_those_of_the_reference_folder():
    given = golden_files(REFERENCE / "golden")
    assert set(given) == set(KEPT)
    for name, path in given.items():
        assert path.read_bytes() == KEPT[name].read_bytes(), name
    for name in ("papi.csv", "items.csv"):
        own = (HERE / "papi" / name).read_bytes()
        assert own == (REFERENCE / "golden" / "papi" / name).read_bytes(), name


@pytest.mark.skipif(
    not API.is_dir(), reason="the classic samples need REFERENCE_DIR, which is absent"
)
@pytest.mark.parametrize("kind", calibrated.CALIBRATIONS)
def test_by_rows_instead_of_cells_the_numbers_are_the_same(kind, monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    case = next(case for case in cases_of(KEPT["api"]) if case.name == f"cal_{kind}")
    calibrated.calibrated(case, kind)
