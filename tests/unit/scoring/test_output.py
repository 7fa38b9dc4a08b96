"""What the command does when its result cannot be written."""

import sys
from pathlib import Path

from scoring.__main__ import main
from tests.unit.scoring.files import plan, write


def test_a_full_disk_is_one_line_and_nothing_is_left_to_fail_at_the_end(
    tmp_path, monkeypatch, capfd
):
    path = write(tmp_path, {"plan.yaml": plan()})
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - closed below, on purpose
    monkeypatch.setattr(sys, "stdout", full)
    assert main([str(path)]) == 2
    full.close()
    assert capfd.readouterr().err == "standard output: No space left on device\n"
