"""Explain an interval: degrees of freedom, quantile, and the two ends."""

import numpy as np

from scoring.estimates.intervals import INTERVALS, LOGIT, T, domain_df, quantile
from scoring.estimates.leaves import Mark, interval_ends
from scoring.explain.sheet import Sheet
from scoring.report import Report


def say_interval(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    """Write how the two ends of the interval of a node come about."""
    points = report.points
    if np.isfinite(points.se[place, domain]):
        _say_df(sheet, report, place, domain)
    if np.isnan(points.low[place, domain]):
        sheet.say("no-interval")
        return
    t = _say_quantile(sheet, report, float(points.df[place, domain]))
    kind = int(points.interval[place, domain])
    if kind == T:
        _say_t(sheet, report, (place, domain), t)
    elif kind == LOGIT:
        _say_logit(sheet, report, (place, domain), t)
    else:
        _say_proportion(sheet, report, (place, domain), t)


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


def _say_proportion(sheet: Sheet, report: Report, at: tuple[int, int], t: float) -> None:
    """Write an interval of a proportion; where all agree, its ends only."""
    points, (start, end) = report.points, _scale(report, at[0])
    p, se = _as_share(report, *at)
    kind = INTERVALS[int(points.interval[at])]
    sheet.say("share", start=start, end=end, se=se)
    if 0 < p < 1:
        m = _say_size(sheet, report, at, (p, se, t))
        sheet.say(kind, n=float(points.climbed.n[at]))
        tail = (1 - report.level.confidence) / 2
        inner = _inner(sheet, kind, (p, se, t, m), tail)
        zero, full = sheet.term(start), sheet.term(end)
        for each, found in zip(inner, (points.low, points.high), strict=False):
            sheet.equation(f"{zero} + ({full} - {zero}) × {each}", float(found[at]))
    low, high = (float(ends[at]) for ends in (points.low, points.high))
    sheet.say("from-to", low=low, high=high)


def _say_size(
    sheet: Sheet, report: Report, at: tuple[int, int], known: tuple[float, float, float]
) -> float:
    """Write and return the effective size m of a proportion, with its degrees of freedom."""
    p, se, t = known
    m = p * (1 - p) / se**2
    share, error, carried = map(sheet.number, known)
    sheet.say("effective")
    sheet.equation(f"{share} × (1 - {share}) / ({error} × {error})", m)
    if INTERVALS[int(report.points.interval[at])] != "beta":
        return m
    rows, level = report.totals.psus, report.level.confidence
    simple = max(int(rows.members[rows.domain == at[1]].sum()) - 1, 1)
    t_simple = float(quantile(np.asarray([float(simple)]), level)[0])
    factor = f"t({simple}; {sheet.number((1 + level) / 2)}) / {carried}"
    adjusted = m * (t_simple / t) ** 2
    sheet.say("adjusted")
    sheet.equation(f"{sheet.number(m)} × {factor} × {factor}", adjusted)
    return adjusted


def _inner(
    sheet: Sheet, kind: str, known: tuple[float, float, float, float], tail: float
) -> tuple[str, ...]:
    """Return the two ends on 0..1 as formulas; none of the likelihood, which is solved for."""
    p, se, t, m = map(sheet.number, known)
    if kind == "wilson":
        root = f"√(4 × {m} × {p} × (1 - {p}) + {t} × {t})"
        middle, half = f"{p} + {t} × {t} / (2 × {m})", f"{t} / (2 × {m}) × {root}"
        return tuple(f"({middle} {sign} {half}) / (1 + {t} × {t} / {m})" for sign in "-+")
    if kind == "asin":
        half = f"{t} × {se} / (2 × √({p} × (1 - {p})))"
        held = f"max(0; asin(√({p})) - {half})", f"min(π / 2; asin(√({p})) + {half})"
        return tuple(f"sin({angle}) × sin({angle})" for angle in held)
    if kind == "beta":
        yes, no = f"{m} × {p}", f"{m} × (1 - {p})"
        lower, upper = sheet.number(tail), sheet.number(1 - tail)
        return f"beta({lower}; {yes}; {no} + 1)", f"beta({upper}; {yes} + 1; {no})"
    return ()


def _scale(report: Report, place: int) -> tuple[float, float]:
    least, most, _ = interval_ends(report.tree)
    return float(least[place, 0]), float(most[place, 0])


def _as_share(report: Report, place: int, domain: int) -> tuple[float, float]:
    """Return estimate and standard error on 0..1 of the node's scale."""
    start, end = _scale(report, place)
    value = float(report.points.climbed.value[place, domain])
    return (value - start) / (end - start), float(report.points.se[place, domain]) / (end - start)
