"""The codebook of an instrument: every item, its choices, who is asked it, how gaps are coded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.analyst.tables import data_rows
from survey.instruments.model import Instrument, Item, Text
from survey.instruments.prose import in_words, with_nouns
from survey.instruments.tailor import variables_of
from survey.terms import ItemKind
from survey.web.i18n import LANGUAGES
from survey.web.speech import say as _
from survey.web.spreadsheets import Cell, Sheet


@dataclass(frozen=True)
class Entry:
    """One item as its codebook says it; texts by language, with the place nouns of the round."""

    name: str
    kind: ItemKind
    section: Text
    label: Text
    is_required: bool
    is_profile: bool
    choices: tuple[tuple[str, Text], ...]
    asked_when: Text
    accepted: Text


def entries(instrument: Instrument) -> list[Entry]:
    """Return the items that hold data, in the order of the form; place nouns are none."""
    nouns = variables_of(instrument)
    sections = {section.name: section.label for section in instrument.sections}
    return [
        _entry(item, sections, instrument)
        for item in instrument.items
        if item.kind is not ItemKind.NOTE and item.name not in nouns
    ]


def kind_words(kind: ItemKind) -> str:
    """Return what kind of answer an item takes."""
    words = {
        ItemKind.SELECT_ONE: _("chọn một"),
        ItemKind.SELECT_MULTIPLE: _("chọn nhiều"),
        ItemKind.INTEGER: _("số nguyên"),
        ItemKind.DECIMAL: _("số thập phân"),
        ItemKind.RANGE: _("thang số"),
        ItemKind.DATE: _("ngày"),
        ItemKind.GEOPOINT: _("vị trí"),
        ItemKind.TEXT: _("văn bản"),
        ItemKind.NOTE: _("lời dẫn"),
        ItemKind.CALCULATE: _("tính ra"),
    }
    return words[kind]


def item_sheet(instrument: Instrument) -> Sheet:
    """Return one row for each item and choice; an item without choices has one row."""
    head = [row["column"] for row in data_rows("codebook_columns")]
    rows = [
        [cells.get(name) for name in head]
        for entry in entries(instrument)
        for cells in _rows(entry)
    ]
    return Sheet("items", head, rows)


def missing_sheet() -> Sheet:
    """Return how an answer that is not there is coded: on the wire, in columns, in a CSV file."""
    rows = data_rows("missing_codes")
    return Sheet("missing", list(rows[0]), [list(row.values()) for row in rows])


def meaning_sheet() -> Sheet:
    """Return what each column of the items means."""
    rows = data_rows("codebook_columns")
    return Sheet("columns", list(rows[0]), [list(row.values()) for row in rows])


def _entry(item: Item, sections: Mapping[str, Text], instrument: Instrument) -> Entry:
    return Entry(
        name=item.name,
        kind=item.kind,
        section=sections.get(item.section or "", {}),
        label=_with_nouns(item.label, instrument),
        is_required=item.required and item.is_asked,
        is_profile=item.is_profile,
        choices=tuple(
            (option.name, _with_nouns(option.label, instrument)) for option in item.options
        ),
        asked_when={code: in_words(item.relevant, instrument, code) for code in LANGUAGES},
        accepted={code: in_words(item.constraint, instrument, code) for code in LANGUAGES},
    )


def _with_nouns(text: Text, instrument: Instrument) -> Text:
    return {code: with_nouns(words, instrument) for code, words in text.items()}


def _rows(entry: Entry) -> Iterator[dict[str, Cell]]:
    cells: dict[str, Cell] = {
        "item": entry.name,
        "type": entry.kind.value,
        "section_vi": entry.section.get("vi"),
        "required": int(entry.is_required),
        "profile": int(entry.is_profile),
        **{f"label_{code}": entry.label.get(code) for code in LANGUAGES},
        **{f"asked_when_{code}": entry.asked_when[code] for code in LANGUAGES},
        **{f"accepted_{code}": entry.accepted[code] for code in LANGUAGES},
    }
    if not entry.choices:
        yield cells
    for name, label in entry.choices:
        words = {f"choice_{code}": label.get(code) for code in LANGUAGES}
        yield {**cells, "choice": name, **words}
