"""From an XLSForm to an Instrument, or to the list of everything that is wrong with it."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from survey.instruments.choices import read_lists
from survey.instruments.columns import read_columns
from survey.instruments.faults import Faults
from survey.instruments.items import Sources, read_items, read_sections
from survey.instruments.model import Instrument
from survey.instruments.outline import read_outline
from survey.instruments.settings import read_settings
from survey.instruments.sheets import SHEETS, Workbook, read_workbook
from survey.instruments.xform import check_with_pyxform

BUILTIN: Final = Path(__file__).with_name("data")


def load_instrument(path: Path) -> Instrument:
    """Return the instrument in a folder of CSV sheets or an .xlsx workbook.

    Raise InstrumentError with every fault, each by sheet, row, column and nearest name.
    """
    return compile_workbook(read_workbook(path), path.name)


def builtin_codes() -> tuple[str, ...]:
    """Return the codes of the built-in instruments, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in BUILTIN.glob("*/survey.csv")))


@lru_cache(maxsize=32)
def load_builtin(code: str) -> Instrument:
    """Return a built-in instrument; raise KeyError for an unknown code."""
    if code not in builtin_codes():
        raise KeyError(code)
    return load_instrument(BUILTIN / code)


def compile_workbook(workbook: Workbook, source: str) -> Instrument:
    """Return the instrument of sheets that have been read; raise InstrumentError as above."""
    faults = Faults()
    columns = read_columns(workbook.survey, faults)
    choice_columns = read_columns(workbook.choices, faults)
    settings_columns = read_columns(workbook.settings, faults)
    languages = columns.languages()
    settings = read_settings(workbook.settings, settings_columns, languages, faults)
    lists = read_lists(workbook.choices, choice_columns, faults)
    outline = read_outline(workbook.survey, columns, lists, faults)
    sources = Sources(columns, lists, faults)
    sections, items = read_sections(outline, sources), read_items(outline, sources)
    if not faults.found:
        # Its own first mistake would repeat one of ours; alone it says what only Collect minds.
        check_with_pyxform(workbook, faults)
    faults.settle(source, SHEETS)
    return Instrument(
        code=settings.code,
        version=settings.version,
        sha256=workbook.sha256,
        title=settings.title,
        default_language=settings.default_language,
        languages=languages,
        sections=sections,
        items=items,
    )
