"""Explain a value: the weighted mean of a leaf and its rescaling, the children of a node."""

from collections.abc import Sequence

import numpy as np

from scoring.explain.sheet import Sheet
from scoring.nodes import GivenLeaf, InnerNode, ItemLeaf
from scoring.report import Report

HOW = {"sum": "sum", "mean": "mean-of", "geometric_mean": "geometric"}


def say_value(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    """Write how the value of a node comes about."""
    node = report.tree.nodes[place]
    if isinstance(node, InnerNode):
        for child in report.points.climbed.places(node):
            if not isinstance(report.tree.nodes[child], InnerNode):
                _say_leaf(sheet, report, child, domain)
        _say_inner(sheet, report, node, domain)
    else:
        _say_leaf(sheet, report, place, domain)


def _say_leaf(sheet: Sheet, report: Report, place: int, domain: int) -> None:
    leaf = report.tree.nodes[place]
    value = float(report.points.climbed.value[place, domain])
    if isinstance(leaf, ItemLeaf):
        _say_item(sheet, report, leaf, domain)
    elif isinstance(leaf, GivenLeaf):
        sheet.say("given", code=sheet.named(leaf), name=leaf.given)
        if np.isnan(value):
            sheet.say("no-given")
            return
        (low, high), (start, end) = leaf.range, leaf.scale
        _say_rescaling(sheet, leaf, low + (value - start) / (end - start) * (high - low), value)
    else:
        sheet.say("constant", code=sheet.named(leaf), value=value)


def _say_item(sheet: Sheet, report: Report, leaf: ItemLeaf, domain: int) -> None:
    totals, column = report.totals, report.totals.leaves.index(leaf.code)
    y, d, n = (
        float(totals.psus.by_domain(sums[:, column], len(totals.domains))[domain])
        for sums in (totals.psus.y, totals.psus.d, totals.psus.n)
    )
    sheet.say("item", code=sheet.named(leaf), item=leaf.item, n=int(n))
    _say_worth(sheet, leaf)
    value = float(report.points.climbed.value[report.tree.position[leaf.code], domain])
    if np.isnan(value):
        sheet.say("too-few", min_n=report.min_n)
        return
    low, high = leaf.range
    sheet.say("mean")
    above, mean = low * d + (high - low) * y, low + (high - low) * y / d
    sheet.equation(f"{sheet.term(above)} / {sheet.term(d)}", mean)
    _say_rescaling(sheet, leaf, mean, value)


def _say_worth(sheet: Sheet, leaf: ItemLeaf) -> None:
    """Write what each answer counts."""
    if leaf.share is not None:
        sheet.say("answer-share", codes=", ".join(sorted(leaf.share)))
    elif leaf.values is not None:
        pairs = [f"{code} = {sheet.number(value)}" for code, value in leaf.values.items()]
        sheet.say("answer-values", values="; ".join(pairs))
    else:
        sheet.say("answer-number")


def _say_rescaling(sheet: Sheet, leaf: ItemLeaf | GivenLeaf, x: float, value: float) -> None:
    (low, high), (start, end) = leaf.range, leaf.scale
    if low > high:
        sheet.say("reversed", low=low, high=high)
    sheet.say("rescale", low=low, high=high, start=start, end=end)
    worst, best, zero, full, mean = map(sheet.term, (low, high, start, end, x))
    sheet.equation(f"{zero} + ({full} - {zero}) × ({mean} - {worst}) / ({best} - {worst})", value)


def _say_inner(sheet: Sheet, report: Report, node: InnerNode, domain: int) -> None:
    climbed, place = report.points.climbed, report.tree.position[node.code]
    _say_children(sheet, report, node, domain)
    absent = climbed.absent[place][:, domain]
    if absent.any():
        codes = [node.children[gone].code for gone in np.flatnonzero(absent).tolist()]
        sheet.say("absent", codes=", ".join(codes))
        sheet.say(node.missing)
    sheet.say(HOW[node.combine], factor=node.factor)
    if np.isnan(climbed.value[place, domain]):
        sheet.say("no-value")
        return
    there = [
        (child.node_weight, float(climbed.value[at, domain]))
        for child, at, gone in zip(node.children, climbed.places(node), absent, strict=True)
        if child.node_weight and not gone
    ]
    weights = [weight for weight, _ in there]
    if node.missing == "drop":
        weights = [child.node_weight for child in node.counting]
    sheet.equation(_formula(sheet, node, there, weights), float(climbed.value[place, domain]))


def _say_children(sheet: Sheet, report: Report, node: InnerNode, domain: int) -> None:
    climbed = report.points.climbed
    for child, at in zip(node.children, climbed.places(node), strict=True):
        value, n = float(climbed.value[at, domain]), float(climbed.n[at, domain])
        key = "child-none" if np.isnan(value) else "child"
        number = sheet.number(n) if np.isfinite(n) else sheet.word("none")
        sheet.say(key, code=sheet.named(child), value=value, weight=child.node_weight, n=number)
        if child.node_weight == 0:
            sheet.say("uncounted", code=child.code)


def _formula(
    sheet: Sheet,
    node: InnerNode,
    there: Sequence[tuple[float, float]],
    weights: Sequence[float],
) -> str:
    """Return the combination of children (weight, value), divided by the weights."""
    is_product = node.combine == "geometric_mean"
    terms = [
        f"{sheet.term(weight)} × " + (f"ln({sheet.number(x)})" if is_product else sheet.term(x))
        for weight, x in there
    ]
    added = f"({' + '.join(terms)})"
    factor = sheet.term(node.factor)
    if node.combine == "sum":
        return f"{factor} × {added}"
    divided = f"{added} / ({' + '.join(map(sheet.term, weights))})"
    return f"{factor} × exp({divided})" if is_product else f"{factor} × {divided}"
