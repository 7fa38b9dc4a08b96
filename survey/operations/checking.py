"""Check a questionnaire to the ground: its sheets, its trees' names, and the trees' arithmetic."""

from dataclasses import replace
from pathlib import Path

from survey.bridge.trees import tree_faults
from survey.errors import Fault
from survey.instruments.loader import BUILTIN, builtin_codes
from survey.instruments.report import Report, check, render_lines


def check_whole(path: Path) -> Report:
    """Report every fault of a questionnaire and its trees, the engine's among them."""
    report = check(path)
    engine = [
        fault
        for tree in report.trees
        for fault in tree_faults(tree.mapping, tree.file, tree.lines)
    ]
    return replace(report, faults=tuple(sorted((*report.faults, *engine), key=_reading_order)))


def damaged_builtins() -> list[str]:
    """Say every fault of every built-in questionnaire and tree, in Vietnamese and in English."""
    reports = [check_whole(BUILTIN / code) for code in builtin_codes()]
    return [
        line
        for language in ("vi", "en")
        for report in reports
        if not report.is_fine
        for line in render_lines(report, language)
    ]


def _reading_order(fault: Fault) -> tuple[str, int]:
    """Leave the sheets, which come first, as they are; order the trees by file and line."""
    return (fault.sheet, fault.row or 0) if fault.sheet.endswith(".yaml") else ("", 0)
