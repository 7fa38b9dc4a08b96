"""A released breakdown as a file: the rows that the pages show, every node at once, no more."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Response

from survey.analyst.breakdowns import Released, released_from
from survey.analyst.exports import MOST_AN_HOUR, download, record_export_of
from survey.analyst.figures import path_to
from survey.analyst.group_words import column_words, reason_words
from survey.analyst.groups import values_of
from survey.analyst.tables import data_rows
from survey.analyst.words import note_words
from survey.queries.groups import group_names
from survey.queries.scope import round_of_address
from survey.queries.scores import Run
from survey.terms import Role
from survey.web.i18n import in_language
from survey.web.limits import AN_HOUR, spend
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.spreadsheets import Cell, Imprint, Sheet
from survey.web.store import reading

blueprint = staff_blueprint("breakdown_files", __name__, url_prefix="/analyst")
MEANINGS: Final = "breakdown_columns"


@blueprint.get("/rounds/<code>/<tree_code>/by/<column>.<any(csv, xlsx):form>")
@admit(Role.ANALYST, held_to=round_of_address)
def file(code: str, tree_code: str, column: str, form: str) -> Response:
    """Hand out every node of a released tree by the groups of a column."""
    spend("export", MOST_AN_HOUR, current_person().id, seconds=AN_HOUR)
    found = released_from(code, tree_code, column)
    run = found.shown_run
    with reading() as connection:
        names = group_names(connection, found.facts, column, values_of(run, column))
    title = f"{in_language(found.facts.title)} · {in_language(found.tree.title)}"
    imprint = Imprint(f"{title} · {column_words(column)}", warning_words(found), run.computed_at)
    record_export_of(f"run:{run.id}", code, f"{column}.{form}")
    sheets = (_sheet(found, run, names), _meanings())
    return download(f"{code}-{tree_code}-{column}-{run.short_code}", form, sheets, imprint)


def warning_words(found: Released) -> str:
    """Return what every page and file of results says."""
    words = [_("Ước lượng nội bộ, không phải kết quả chính thức")]
    if found.facts.is_simulated:
        words.append(_("dữ liệu mô phỏng"))
    return "; ".join(words)


def _sheet(found: Released, run: Run, names: Mapping[str, Mapping[str, str]]) -> Sheet:
    head = [row["column"] for row in data_rows(MEANINGS)]
    rows = run.results["breakdowns"]["columns"][found.column]
    fixed = {"by": found.column, "run": run.id, "warning": warning_words(found)}
    records = ({**row, **_named(found, row, names), **fixed} for row in rows)
    return Sheet("breakdown", head, [[record.get(name) for name in head] for record in records])


def _named(
    found: Released, row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]
) -> dict[str, Cell]:
    """Return the cells of a row that are words."""
    title = path_to(found.tree.mapping["tree"], row["node"])[-1].get("title", {})
    name = names[row["value"]]
    return {
        "group": row["value"],
        "group_vi": name["vi"],
        "group_en": name.get("en", ""),
        "title_vi": title.get("vi", row["node"]),
        "title_en": title.get("en", ""),
        "notes": "; ".join(_said(row["notes"])),
        "note_codes": " ".join(note["code"] for note in row["notes"]),
        "has_other_parts": int(row["has_other_parts"]),
        "is_apart": None if row["is_apart"] is None else int(row["is_apart"]),
    }


def _said(notes: list[Mapping[str, Any]]) -> Iterator[str]:
    for note in notes:
        yield reason_words(note["fact"]) if note["code"] == "suppressed" else note_words(note)


def _meanings() -> Sheet:
    rows = [(row["column"], row["vi"], row["en"]) for row in data_rows(MEANINGS)]
    return Sheet("columns", ("column", "vi", "en"), rows)
