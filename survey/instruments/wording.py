"""Reads the translated texts of a row, and insists on Vietnamese and English."""

from survey.instruments.columns import REQUIRED_LANGUAGES, Columns
from survey.instruments.faults import Faults, Place
from survey.instruments.mistakes import say
from survey.instruments.model import Text
from survey.instruments.sheets import Row


def needed_text(columns: Columns, row: Row, column: str, faults: Faults) -> Text:
    """Return a text that must be there in Vietnamese and English, noting what is not."""
    text = columns.text(row, column)
    for language in REQUIRED_LANGUAGES:
        # A heading that is absent has been reported once; not again on each row.
        if language not in text and (column, language) in columns.headings:
            place = Place(columns.sheet, row.number, columns.heading(column, language))
            faults.add(place, say(f"text-missing-{language}"))
    return text


def optional_text(columns: Columns, row: Row, column: str, faults: Faults) -> Text:
    """Return a text that may be absent, but not in one of the two languages alone."""
    text = columns.text(row, column)
    for language in REQUIRED_LANGUAGES:
        is_reported = column == "label" and (column, language) not in columns.headings
        if text and language not in text and not is_reported:
            place = Place(columns.sheet, row.number, columns.heading(column, language))
            faults.add(place, say(f"text-missing-{language}"))
    return text
