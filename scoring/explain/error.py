"""Explain a standard error: its parts by stratum, by PSU, by figure from outside, by child."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scoring.design import Frame
from scoring.estimates.leaves import Mark
from scoring.estimates.replicates import Replicated
from scoring.estimates.spread import Nest, spread
from scoring.estimates.stages import Linearized, Stage
from scoring.explain.sheet import Sheet
from scoring.nodes import InnerNode
from scoring.report import Report

MOST_GROUPS = 12
"""Groups shown one by one; the smallest of more are added up."""
CLOSE = 1e-9


class Part(NamedTuple):
    """What one group of units adds to a variance."""

    group: int
    variance: float
    units: int
    kept: float


def parts_of(stage: Stage, place: int, domain: int) -> list[Part]:
    """Return what each group adds to the variance of a node in a domain, largest first.

    Notes
    -----
    V_g = kept m / (m - 1) sum of (t - mean)^2 over the m units of group g, the residuals of the
    calibration in place of t where there is one.
    """
    units, nest = stage.units.contrast([place], [domain]), stage.nest
    if units.slope.shape[2]:
        units = units.with_every(np.arange(len(nest.group)), 1)
    found = spread(units, nest)
    if not len(found.start):
        return []
    sums = np.add.reduceat(found.rows[0] ** 2, found.start) + found.zeros[0] ** 2
    groups = nest.group[units.unit][found.start].tolist()
    parts = [_part(nest, group, sum_) for group, sum_ in zip(groups, sums.tolist(), strict=True)]
    return sorted(parts, key=lambda part: -part.variance)


def _part(nest: Nest, group: int, variance: float) -> Part:
    return Part(group, variance, int(nest.size[group]), float(nest.kept[group]))


def say_error(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    """Write what the standard error of a node is made of."""
    se = float(report.points.se[place, domain])
    if np.isnan(se):
        sheet.say("no-error")
        return
    whole = se**2
    parts = _say_between(sheet, report, place, domain)
    figures = _say_figures(sheet, report, place, domain)
    marks = int(report.points.marks[place, domain])
    if marks & Mark.WITHIN:
        inside = whole - sum(parts) - sum(figures)
        sheet.say("within", part=inside)
        parts = [*parts, inside]
    sheet.say("variance")
    sheet.total([*parts, *figures] or [0.0], whole)
    sheet.say("root")
    sheet.equation(f"√({sheet.number(whole)})", se)
    node = report.tree.nodes[place]
    if isinstance(node, InnerNode) and whole > 0:
        _say_children(sheet, report, node, domain)


def _say_between(sheet: Sheet, report: Report, place: int, domain: int) -> list[float]:
    """Write the variance of leaves answered in several PSUs; return what it adds up from."""
    between = report.points.influence.between
    if isinstance(between, Replicated):
        return _say_replicates(sheet, between, place, domain)
    stages = between.stages if isinstance(between, Linearized) else ()
    if stages and report.method.is_calibrated:
        sheet.say("residuals")
    whole = float(between.variances()[place, domain])
    labels = (report.totals.frame.strata, _psus_of_strata(report.totals.frame))
    added: list[float] = []
    for at, stage in enumerate(stages):
        parts = parts_of(stage, place, domain)
        if parts:
            sheet.say(f"stage-{at + 1}")
        added += _say_groups(sheet, parts, labels[at], whole)
    return added


def _psus_of_strata(frame: Frame) -> list[str]:
    """Return the labels of PSUs with their strata: the same label may stand in several."""
    strata = [frame.strata[at] for at in frame.psu_stratum.tolist()]
    return [f"{stratum} / {psu}" for stratum, psu in zip(strata, frame.psus, strict=True)]


def _say_replicates(sheet: Sheet, between: Replicated, place: int, domain: int) -> list[float]:
    values = between.values[:, place, domain]
    part = float((between.deviations[:, place, domain] ** 2).sum())
    low, high = float(values.min()), float(values.max())
    sheet.say("replicates", count=len(values), low=low, high=high, part=part)
    return [part]


def _say_groups(
    sheet: Sheet, parts: Sequence[Part], labels: Sequence[str], whole: float
) -> list[float]:
    """Write the largest groups one by one and the others together."""
    for part in parts[:MOST_GROUPS]:
        _say_group(sheet, part, labels[part.group], whole)
    added = [part.variance for part in parts[:MOST_GROUPS]]
    rest = [part.variance for part in parts[MOST_GROUPS:]]
    if rest:
        share = sheet.share(_over(sum(rest), whole))
        sheet.say("others", count=len(rest), part=sum(rest), share=share)
        added.append(sum(rest))
    return added


def _say_group(sheet: Sheet, part: Part, label: str, whole: float) -> None:
    if part.units == 1 or part.kept == 0:
        word = "drawn" if part.kept == 0 else "lone"
        sheet.say(word, label=label, part=part.variance)
        return
    m = part.units
    sheet.say("group", label=label, m=m, share=sheet.share(_over(part.variance, whole)))
    squares = part.variance * (m - 1) / (m * part.kept)
    left = f"{sheet.number(part.kept)} × {m} / ({m} - 1) × {sheet.number(squares)}"
    sheet.equation(left, part.variance)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _say_figures(sheet: Sheet, report: Report, place: int, domain: int) -> list[float]:
    """Write what figures from outside add; return their parts."""
    given = report.points.influence.given[:, place, domain] ** 2
    found = [
        (name, part) for name, part in zip(report.tree.given_names, given.tolist(), strict=True)
    ]
    shown = [(name, part) for name, part in found if part > 0]
    for name, part in shown:
        sheet.say("outside", name=name, part=part)
    return [part for _, part in shown]


def _say_children(sheet: Sheet, report: Report, node: InnerNode, domain: int) -> None:
    """Write the part of each child: its derivative times its covariance with the node.

    Left out where a variance within one PSU is bounded from below, since it is no sum of parts.
    """
    points = report.points
    place = report.tree.position[node.code]
    children = points.climbed.places(node)
    joint = points.influence.covariance([*children, place], [domain] * (len(children) + 1))
    slopes = points.climbed.slopes[place][:, domain]
    parts = slopes * joint[:-1, -1]
    whole = float(points.se[place, domain]) ** 2
    if abs(parts.sum() - whole) > CLOSE * whole:
        return
    sheet.say("children")
    used = np.flatnonzero(slopes).tolist()
    for at in used:
        share, se = sheet.share(float(parts[at]) / whole), float(points.se[children[at], domain])
        sheet.say("child-part", code=node.children[at].code, se=se, share=share)
        left = f"{sheet.term(float(slopes[at]))} × {sheet.term(float(joint[at, -1]))}"
        sheet.equation(left, float(parts[at]))
    sheet.total([float(parts[at]) for at in used], whole)
