"""Totals of the answers themselves, with their errors (Python only; an index has no use for them).

Knows no tree above its leaves.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from scoring.arrays import FloatArray
from scoring.estimates.intervals import domain_df
from scoring.estimates.linearize import Method
from scoring.estimates.lonely import apply_policy
from scoring.estimates.spread import Nest, spread
from scoring.estimates.units import Units
from scoring.nodes import ItemLeaf
from scoring.totals import PsuTotals


class Total(NamedTuple):
    """The total of a leaf's answers in a domain; ``domain`` empty is the whole sample."""

    domain: Mapping[str, str]
    leaf: str
    estimate: float
    se: float
    df: int
    n: int


def answer_totals(
    totals: PsuTotals, leaves: tuple[ItemLeaf, ...], method: Method
) -> tuple[Total, ...]:
    """Estimate the total of the answers to every item leaf in every domain, cells added up.

    Notes
    -----
    T = sum w x over the valid answers, x on the leaf's range; t_hc = the same by PSU.
    Source: Sarndal, Swensson, Wretman 1992, chapter 4; R: ``svytotal(na.rm = TRUE)``.
    """
    rows, fit, frame = totals.psus, method.fit, totals.frame
    n_domains, p = len(totals.domains), fit.x.shape[1]
    low = np.asarray([leaf.range[0] for leaf in leaves])
    span = np.asarray([leaf.range[1] for leaf in leaves]) - low
    t = (low * rows.d + span * rows.y).T
    fitted = fit.projected(low * fit.rows.d + span * fit.rows.y, n_domains)
    slope = fitted.reshape(n_domains, p, len(leaves)).transpose(2, 0, 1)
    units = apply_policy(Units(rows.domain, rows.unit, t, slope), totals, method.lonely_psu)
    lone = float(method.lonely_psu == "adjust")
    nest = Nest(frame.psu_stratum, frame.psus_per_stratum, fit.fitted, lone)
    estimate = rows.by_domain(t.T, n_domains)
    se: FloatArray = np.sqrt(spread(units, nest).variance).T
    df, n = domain_df(totals), rows.by_domain(rows.n, n_domains)
    return tuple(
        Total(
            dict(domain),
            leaf.code,
            float(estimate[d, j]),
            float(se[d, j]),
            int(df[d]),
            int(n[d, j]),
        )
        for d, domain in enumerate(totals.domains)
        for j, leaf in enumerate(leaves)
    )
