"""Explain an interval: degrees of freedom, quantile, and the two ends."""

import numpy as np

from scoring.estimates.intervals import INTERVALS, LOGIT, T, domain_df, quantile
from scoring.estimates.leaves import Mark, interval_ends
from scoring.explain.sheet import Sheet
from scoring.report import Report


def say_interval(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    """Write how the two ends of the interval of a node come about."""
    points = report.points
    low, high = (float(ends[place, domain]) for ends in (points.low, points.high))
    if np.isfinite(points.se[place, domain]):
        _say_df(sheet, report, place, domain)
    if np.isnan(low):
        sheet.say("no-interval")
        return
    t = _say_quantile(sheet, report, float(points.df[place, domain]))
    kind = int(points.interval[place, domain])
    if kind == T:
        _say_t(sheet, report, (place, domain), t)
    elif kind == LOGIT:
        _say_logit(sheet, report, (place, domain), t)
    else:
        p, se = _as_share(report, place, domain)
        n = int(points.climbed.n[place, domain])
        words = {"kind": INTERVALS[kind], "p": p, "se": se, "t": t, "n": n}
        sheet.say("method", low=low, high=high, **words)


def _say_df(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    """Write the degrees of freedom and the rule that gives them."""
    df = float(report.points.df[place, domain])
    if np.isinf(df):
        sheet.say("df-none")
        return
    rows, frame = report.totals.psus, report.totals.frame
    units = rows.unit[rows.domain == domain]
    strata = len(np.unique(frame.psu_stratum[units]))
    most = float(domain_df(report.totals)[domain])
    if df == most:
        sheet.say("df-design")
        sheet.equation(f"{len(units)} - {strata}", df)
        return
    sheet.say("df-other", df=df, rule=_rule(sheet, report, (place, domain), most))


def _rule(sheet: Sheet, report: Report, at: tuple[int, int], most: float) -> str:
    if int(report.points.marks[at]) & Mark.WITHIN:
        return sheet.word("df-within")
    if report.method.df == "satterthwaite":
        return sheet.word("df-satterthwaite", most=most)
    carried = float(np.broadcast_to(report.method.most_df, len(report.totals.domains))[at[1]])
    return sheet.word("df-replicates", most=carried)


def _say_quantile(sheet: Sheet, report: Report, df: float) -> float:
    level = report.level.confidence
    t = float(quantile(np.asarray([df]), level)[0])
    sheet.say("quantile", level=sheet.share(level))
    upper = sheet.number((1 + level) / 2)
    sheet.equation(f"z({upper})" if np.isinf(df) else f"t({sheet.number(df)}; {upper})", t)
    return t


def _say_t(sheet: Sheet, report: Report, at: tuple[int, int], t: float) -> None:
    points = report.points
    value, se = float(points.climbed.value[at]), float(points.se[at])
    sheet.say("half")
    sheet.equation(f"{sheet.number(t)} × {sheet.number(se)}", t * se)
    sheet.say("ends")
    sheet.equation(f"{sheet.term(value)} - {sheet.number(t * se)}", float(points.low[at]))
    sheet.equation(f"{sheet.term(value)} + {sheet.number(t * se)}", float(points.high[at]))


def _say_logit(sheet: Sheet, report: Report, at: tuple[int, int], t: float) -> None:
    points, (start, end) = report.points, _scale(report, at[0])
    p, se = _as_share(report, *at)
    sheet.say("logit", start=start, end=end)
    zero, full, share, half = map(sheet.term, (start, end, p, t * se))
    for sign, found in (("-", points.low), ("+", points.high)):
        inner = f"ln({share} / (1 - {share})) {sign} {half} / ({share} × (1 - {share}))"
        sheet.equation(f"{zero} + ({full} - {zero}) / (1 + exp(-({inner})))", float(found[at]))


def _scale(report: Report, place: int) -> tuple[float, float]:
    least, most, _ = interval_ends(report.tree)
    return float(least[place, 0]), float(most[place, 0])


def _as_share(report: Report, place: int, domain: int) -> tuple[float, float]:
    """Return estimate and standard error on 0..1 of the node's scale."""
    start, end = _scale(report, place)
    value = float(report.points.climbed.value[place, domain])
    return (value - start) / (end - start), float(report.points.se[place, domain]) / (end - start)
