"""Files that an analyst takes away: the estimates of a score run, the codebook of a round."""

import re
from collections.abc import Sequence
from io import BytesIO

from flask import Response, render_template, send_file

from survey import clock
from survey.analyst.codebook import (
    entries,
    item_sheet,
    kind_words,
    meaning_sheet,
    missing_sheet,
)
from survey.analyst.tables import (
    RunInHand,
    column_sheet,
    data_rows,
    estimate_sheet,
    provenance_sheet,
    warning_words,
)
from survey.operations.exports import record_export
from survey.queries.official import official_side
from survey.queries.rounds import round_instrument
from survey.queries.scope import round_in_scope, round_of_address
from survey.queries.scores import run_of_round, trees_of_round
from survey.terms import Role
from survey.web.i18n import in_language
from survey.web.limits import AN_HOUR, spend
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.spreadsheets import (
    CSV_TYPE,
    XLSX_TYPE,
    Imprint,
    Sheet,
    csv_bytes,
    xlsx_bytes,
)
from survey.web.store import reading, writing

blueprint = staff_blueprint("exports", __name__, url_prefix="/analyst")
MOST_AN_HOUR = 30
"""Files a person may take in an hour: a few trees in both forms, not a crawl."""

_NOT_FOR_NAMES = re.compile(r"[^\w.-]+")


@blueprint.get("/rounds/<code>/runs/<run_id>.<any(csv, xlsx):form>")
@admit(Role.ANALYST, held_to=round_of_address)
def run_file(code: str, run_id: str, form: str) -> Response:
    """Hand out the estimates of one score run with their notes and where they come from."""
    spend("export", MOST_AN_HOUR, current_person().id, seconds=AN_HOUR)
    held = _held(code, run_id)
    sheets = (estimate_sheet(held), provenance_sheet(held), column_sheet(held))
    title = f"{in_language(held.facts.title)} · {in_language(held.tree.title)}"
    imprint = Imprint(title, warning_words(held), held.run.computed_at)
    record_export_of(f"run:{held.run.id}", code, form)
    name = f"{code}-{held.tree.code}-{held.run.options['part']}-{held.run.short_code}"
    return download(name, form, sheets, imprint)


@blueprint.get("/rounds/<code>/codebook/items")
@admit(Role.ANALYST, held_to=round_of_address)
def codebook(code: str) -> str:
    """Show the codebook of the instrument as the round asks it."""
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        instrument = round_instrument(connection, facts)
    return render_template(
        "analyst/codebook.html",
        round=facts,
        instrument=instrument,
        entries=entries(instrument),
        missing=data_rows("missing_codes"),
        kind_words=kind_words,
    )


@blueprint.get("/rounds/<code>/codebook/items.<any(csv, xlsx):form>")
@admit(Role.ANALYST, held_to=round_of_address)
def codebook_file(code: str, form: str) -> Response:
    """Hand out the codebook."""
    spend("export", MOST_AN_HOUR, current_person().id, seconds=AN_HOUR)
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        instrument = round_instrument(connection, facts)
    title = in_language(instrument.title)
    imprint = Imprint(title, _("Bảng mã của bộ công cụ khảo sát"), clock.now())
    sheets = (item_sheet(instrument), missing_sheet(), meaning_sheet())
    record_export_of(f"round:{code}", code, f"codebook.{form}")
    name = f"{code}-{instrument.code}-{instrument.version}-codebook"
    return download(name, form, sheets, imprint)


def _held(code: str, run_id: str) -> RunInHand:
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        run = run_of_round(connection, code, run_id)
        tree = trees_of_round(connection, [run.tree_sha256])[0]
        return RunInHand(facts, tree, run, official_side(connection, facts, tree))


def record_export_of(on: str, code: str, form: str) -> None:
    """Leave a line in the audit chain about a file of a round that was taken."""
    with writing() as connection:
        record_export(connection, current_actor(), on, {"round": code, "form": form})


def download(name: str, form: str, sheets: Sequence[Sheet], imprint: Imprint) -> Response:
    """Return the file: a CSV holds the first table, a workbook all of them."""
    content = csv_bytes(sheets[0]) if form == "csv" else xlsx_bytes(sheets, imprint)
    return send_file(
        BytesIO(content),
        mimetype=CSV_TYPE if form == "csv" else XLSX_TYPE,
        as_attachment=True,
        download_name=f"{_NOT_FOR_NAMES.sub('-', name)}.{form}",
        max_age=0,
    )
