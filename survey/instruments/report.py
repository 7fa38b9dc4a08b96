"""What ``check-instrument`` says about a questionnaire: every fault, or what it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from survey.errors import Fault, InstrumentError
from survey.instruments.faults import Faults, Place
from survey.instruments.loader import BUILTIN, load_instrument
from survey.instruments.mistakes import say
from survey.instruments.model import Instrument
from survey.instruments.trees import TreeSource, gather_trees

_WORDS: Final = {
    "vi": {
        "fine": "Phiếu «{code}», phiên bản {version}: không có lỗi.",
        "holds": "{asked} câu hỏi, {languages}; cây chỉ số: {trees}.",
        "faults": "{source}: có {n} lỗi cần sửa.",
        "place": "trang {sheet}",
        "file": "tệp {sheet}",
        "row": "dòng {row}",
        "column": "cột {column}",
        "none": "chưa có",
    },
    "en": {
        "fine": "Questionnaire “{code}”, version {version}: no mistakes.",
        "holds": "{asked} questions, {languages}; index trees: {trees}.",
        "faults": "{source}: {n} to mend.",
        "place": "sheet {sheet}",
        "file": "file {sheet}",
        "row": "row {row}",
        "column": "column {column}",
        "none": "none",
    },
}


@dataclass(frozen=True)
class Report:
    """The outcome of a check: faults, or the instrument and its trees."""

    source: str
    faults: tuple[Fault, ...] = ()
    instrument: Instrument | None = None
    trees: tuple[TreeSource, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Tell whether there is nothing to mend."""
        return not self.faults


def check(path: Path) -> Report:
    """Check a folder of CSV sheets with its index trees, or an .xlsx workbook."""
    instrument, faults = _instrument(path)
    found = Faults()
    if instrument is not None and path.resolve().parent == BUILTIN:
        _check_folder(path.resolve().name, instrument.code, found)
    trees = gather_trees(path, instrument, found) if path.is_dir() else ()
    return Report(path.name, faults + tuple(found.found), instrument, trees)


def _check_folder(folder: str, code: str, faults: Faults) -> None:
    """Note a built-in questionnaire whose folder, by which it is found, has another name."""
    if code != folder:
        place = Place("settings", 2, "form_id")
        faults.add(place, say("setting-folder", got=code, folder=folder))


def _instrument(path: Path) -> tuple[Instrument | None, tuple[Fault, ...]]:
    try:
        return load_instrument(path), ()
    except InstrumentError as error:
        return None, error.faults


def render_lines(report: Report, language: str = "vi") -> list[str]:
    """Return the report as lines of text in Vietnamese or English."""
    words = _WORDS[language]
    if report.faults or report.instrument is None:
        head = words["faults"].format(source=report.source, n=len(report.faults))
        return [head, *(fault_line(fault, language) for fault in report.faults)]
    instrument = report.instrument
    asked = sum(item.is_asked for item in instrument.items)
    trees = ", ".join(tree.code for tree in report.trees) or words["none"]
    languages = ", ".join(instrument.languages)
    return [
        words["fine"].format(code=instrument.code, version=instrument.version),
        words["holds"].format(asked=asked, languages=languages, trees=trees),
    ]


def fault_line(fault: Fault, language: str) -> str:
    """Return one fault as a line: where it is, then what is wrong."""
    words = _WORDS[language]
    sentence = fault.vi if language == "vi" else fault.en
    return f"- {', '.join(_place(fault, words))}: {sentence}"


def _place(fault: Fault, words: dict[str, str]) -> Iterable[str]:
    kind = "file" if "." in fault.sheet else "place"
    yield words[kind].format(sheet=fault.sheet)
    if fault.row is not None:
        yield words["row"].format(row=fault.row)
    if fault.column is not None:
        yield words["column"].format(column=fault.column)
