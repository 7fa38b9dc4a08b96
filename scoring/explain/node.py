"""Explain one node in one domain: value, standard error, interval, notes."""

from collections.abc import Mapping

import numpy as np

from scoring.errors import PlanError
from scoring.explain.error import say_error
from scoring.explain.interval import say_interval
from scoring.explain.sheet import Sheet
from scoring.explain.value import say_value
from scoring.report import Report
from scoring.result import Estimate


def explain_node(
    report: Report,
    node: str,
    domain: Mapping[str, str] | None = None,
    language: str = "vi",
) -> str:
    """Write the arithmetic of one node in words and numbers.

    Parameters
    ----------
    report : of ``report_sample`` or ``report_totals``
    node : its code
    domain : column -> value; None = the whole sample
    language : ``vi`` or ``en``

    Returns
    -------
    str
        Lines of text; each line of arithmetic gives its right side, to nine digits.

    Raises
    ------
    PlanError
        If there is no such node, domain or language.
    """
    sheet = Sheet(language)
    place, at = _place(report, node), _domain(report, domain)
    row = list(report.estimates(at))[place]
    titles = report.tree.nodes[place].title
    title = f": {titles[language]}" if language in titles else ""
    sheet.head("node", code=node, title=title)
    _say_domain(sheet, report, at)
    sheet.head("value")
    say_value(sheet, report, place, at)
    if row.estimate is not None:
        sheet.head("error")
        say_error(sheet, report, place, at)
        _say_rest(sheet, report, row, (place, at))
    _say_notes(sheet, report, row)
    return sheet.text()


def _say_rest(sheet: Sheet, report: Report, row: Estimate, at: tuple[int, int]) -> None:
    """Write the interval and the line of results."""
    sheet.head("interval")
    say_interval(sheet, report, *at)
    sheet.head("result")
    level = sheet.share(report.level.confidence)
    known = {"value": row.estimate, "se": sheet.word("none") if row.se is None else row.se}
    if row.low is None:
        sheet.say("final-bare", level=level, **known)
    else:
        sheet.say("final", level=level, low=row.low, high=row.high, **known)


def _place(report: Report, node: str) -> int:
    if node not in report.tree.position:
        raise PlanError(f"{node!r} is no node of the index", where="--explain")
    return report.tree.position[node]


def _domain(report: Report, domain: Mapping[str, str] | None) -> int:
    wanted = frozenset((domain or {}).items())
    found = [at for at, each in enumerate(report.totals.domains) if frozenset(each) == wanted]
    if not found:
        raise PlanError(f"domain {dict(domain or {})} is empty", where="--domain")
    return found[0]


def _say_domain(sheet: Sheet, report: Report, at: int) -> None:
    totals = report.totals
    labels = ", ".join(f"{name} = {value}" for name, value in totals.domains[at])
    sheet.say("domain", domain=labels or sheet.word("whole"))
    here = totals.psus.domain == at
    if here.any():
        units = np.unique(totals.psus.unit[here])
        strata = np.unique(totals.frame.psu_stratum[units])
        members = int(totals.psus.members[here].sum())
        sheet.say("members", members=members, psus=len(units), strata=len(strata))


def _say_notes(sheet: Sheet, report: Report, row: Estimate) -> None:
    trimmed = () if report.trimmed is None or row.n is None else (report.trimmed,)
    notes = (*row.notes, *trimmed)
    if notes:
        sheet.head("notes")
    for note in notes:
        sheet.note(note.code, note.fact)
