"""The monthly report of a round's counters: every office, its grades, what they leave out."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Response, render_template, request

from survey import clock
from survey.analyst.counter_figures import Office, offices
from survey.analyst.exports import MOST_AN_HOUR, download, record_export_of
from survey.clock import VIETNAM
from survey.errors import NotFound
from survey.operations.counter_reports import LEAST, monthly_report, settled_months
from survey.operations.finished_files import month_of
from survey.queries.counter_reports import Report
from survey.queries.counters import finished_files
from survey.queries.kiosks import counter_place
from survey.queries.rounds import RoundFacts
from survey.queries.scope import round_in_scope, round_of_address
from survey.queries.scores import trees_of_round
from survey.terms import Role
from survey.web.i18n import in_language
from survey.web.limits import AN_HOUR, spend
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.spreadsheets import Cell, Imprint, Sheet
from survey.web.store import current_store, reading

blueprint = staff_blueprint("counter_report", __name__, url_prefix="/analyst")
HEAD: Final = (
    *("round", "month", "place", "office", "responses", "finished_files", "coverage"),
    *("tree", "node", "title", "value", "grade", "n", "left_out", "warning"),
)


@dataclass(frozen=True)
class ReportInHand:
    """A report with the round it belongs to and its offices."""

    facts: RoundFacts
    report: Report
    offices: list[Office]


@blueprint.get("/rounds/<code>/months")
@admit(Role.ANALYST, held_to=round_of_address)
def months(code: str) -> str:
    """Show the report of a month, the newest settled one unless another is asked for."""
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
    settled = _settled(facts)
    held = _held(facts, _asked(settled)) if settled else None
    place = request.args.get("office")
    office = None
    if held is not None and place is not None:
        office = next((each for each in held.offices if each.place == place), None)
        if office is None:
            raise NotFound("unknown-place", where="office", got=place)
    return render_template(
        "analyst/counter_report.html",
        round=facts,
        months=settled,
        held=held,
        office=office,
        least=LEAST,
    )


@blueprint.get("/rounds/<code>/months.<any(csv, xlsx):form>")
@admit(Role.ANALYST, held_to=round_of_address)
def month_file(code: str, form: str) -> Response:
    """Hand out the report of a month."""
    spend("export", MOST_AN_HOUR, current_person().id, seconds=AN_HOUR)
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
    held = _held(facts, _asked(_settled(facts)))
    month = f"{held.report.month:%Y-%m}"
    imprint = Imprint(in_language(facts.title), warning_words(facts), held.report.computed_at)
    record_export_of(f"round:{code}", code, f"months-{month}.{form}")
    return download(f"{code}-{month}", form, [_sheet(held)], imprint)


def warning_words(facts: RoundFacts) -> str:
    """Return what every page and file of the report says."""
    words = [
        _("Ước lượng nội bộ, không phải kết quả chính thức"),
        _("chỉ báo tham khảo, không đến từ một mẫu có thiết kế"),
    ]
    return "; ".join([*words, _("dữ liệu mô phỏng")] if facts.is_simulated else words)


def _settled(facts: RoundFacts) -> list[dt.date]:
    return settled_months(facts, clock.now().astimezone(VIETNAM).date())


def _asked(settled: list[dt.date]) -> dt.date:
    """Return the month of the address, else the newest; raise NotFound where it is not settled."""
    asked = request.args.get("month")
    month = month_of(asked) if asked else next(iter(settled), None)
    if month is None or month not in settled:
        raise NotFound("unknown-month", where="month", got=asked or "")
    return month


def _held(facts: RoundFacts, month: dt.date) -> ReportInHand:
    report = monthly_report(current_store().database, facts.code, month)
    with reading() as connection:
        trees = trees_of_round(connection, report.results["trees"])
        places = [row["place"] for row in report.results["offices"]]
        names = {place: counter_place(connection, place) for place in places}
        files = {row.place: row.files_count for row in finished_files(connection, None, month)}
    return ReportInHand(facts, report, offices(report, trees, names, files))


def _sheet(held: ReportInHand) -> Sheet:
    return Sheet("offices", HEAD, list(_rows(held)))


def _rows(held: ReportInHand) -> Iterator[list[Cell]]:
    for office in held.offices:
        before: list[Cell] = [
            *(held.facts.code, f"{held.report.month:%Y-%m}", office.place, office.name),
            *(_told(office.n), office.files_count),
            office.coverage if _told(office.n) else None,
        ]
        for tree in office.trees:
            left_out = ", ".join(line.code for line in tree.left_out)
            for line in tree.lines:
                is_whole = line is tree.whole
                yield [
                    *before,
                    *(tree.tree.code, line.code, in_language(line.title), line.value),
                    in_language(line.grade) if line.grade else None,
                    _told(line.n),
                    left_out if is_whole and tree.has_grades else None,
                    warning_words(held.facts),
                ]


def _told(n: int | None) -> int | None:
    """Return a count that is not too small to be told."""
    return n if n is not None and n >= LEAST.answers else None
