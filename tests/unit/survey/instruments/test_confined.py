"""An uploaded workbook is read apart: the same result, and no cost to the server."""

import resource
import time

import pytest

from survey.errors import InstrumentError
from survey.instruments.confined import CPU_SECONDS, MEMORY_BYTES, read_confined
from survey.instruments.loader import compile_workbook
from survey.instruments.sheets import read_xlsx
from tests.unit.survey.instruments.test_sheets import BOMBS
from tests.unit.survey.instruments.workbooks import SURVEY, changed, write_xlsx

FILE = "phiếu.xlsx"
CHEAP = ("not a zip", "empty", "zeros", "a path that climbs", "laughs", "no workbook inside")


def faults_of(source: bytes, **limits) -> list[str]:
    with pytest.raises(InstrumentError) as refused:
        read_confined(source, FILE, **limits)
    assert all(fault.vi and fault.en for fault in refused.value.faults)
    return [fault.code for fault in refused.value.faults]


def test_a_workbook_reads_the_same_apart() -> None:
    source = write_xlsx()
    assert read_confined(source, FILE) == compile_workbook(read_xlsx(source, FILE), FILE)


def test_every_fault_comes_back_at_its_place() -> None:
    source = write_xlsx(changed(SURVEY, "age", type="nteger", relevant="${sexx} = '1'"))
    with pytest.raises(InstrumentError) as here:
        compile_workbook(read_xlsx(source, FILE), FILE)
    with pytest.raises(InstrumentError) as apart:
        read_confined(source, FILE)
    assert apart.value.faults == here.value.faults


@pytest.mark.parametrize("bomb", CHEAP)
def test_a_bomb_is_refused_apart_and_grows_nothing_here(bomb) -> None:
    source, code = BOMBS[bomb]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    assert faults_of(source) == [code]
    assert time.perf_counter() - began < CPU_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("limits", [(64 * 1024 * 1024, CPU_SECONDS), (MEMORY_BYTES, 0)])
def test_a_reader_that_asks_for_too_much_is_ended(limits) -> None:
    assert faults_of(write_xlsx(), limits=limits) == ["too-costly"]
