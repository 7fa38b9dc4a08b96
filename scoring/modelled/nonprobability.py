"""Counter data (people who came by themselves): indicative, unless a bias has been learnt.

The design's error is only the stable part: it says how the counters' days scatter, not how far
those who answer at a counter are from everybody. Never a plain interval leaves here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from scoring.arrays import same_length
from scoring.columns import Codes, Column
from scoring.design import Design
from scoring.errors import PlanError
from scoring.mapping import Pair as Ends
from scoring.modelled.nonprobability_bias import FEWEST, Bias
from scoring.nodes import bounds
from scoring.result import Difference, Estimate, Note, Result
from scoring.tree import IndexTree

NO_BIAS = f"the bias is not known: a probability survey in at least {FEWEST} places would tell"
NO_SPREAD = "the counters' own error is not known"
OFF_SCALE = "the bias taken off leaves nothing on the scale"
STALE = frozenset({"no-df", "df-1", "interval"})
"""Notes on the interval of the design, which is not shown."""


def counter_design(
    kiosk: Column, day: Column | None = None, stratum: Column | None = None
) -> Design:
    """Return the design of counter data: the days of each kiosk are the clusters.

    Parameters
    ----------
    kiosk : (n,) label of the kiosk or counter
    day : (n,) label of the day; None makes the whole kiosk one cluster
    stratum : (n,) e.g. the office; None for one stratum of all

    Raises
    ------
    ShapeError
        If the columns have different lengths.
    DesignError
        If a kiosk, day or stratum is blank.
    """
    cluster = Codes.of(kiosk)
    office = None if stratum is None else Codes.of(stratum)
    if day is None:
        return Design.from_labels(stratum=office, psu=cluster)
    return Design.from_labels(stratum=office, psu=_crossed(cluster, Codes.of(day)))


def _crossed(one: Codes, other: Codes) -> Codes:
    same_length(len(one), other.codes, "day")
    width = max(len(other.labels), 1)
    key = one.codes.astype(np.int64) * width + other.codes
    blank = (one.codes < 0) | (other.codes < 0)
    found, place = np.unique(np.where(blank, -1, key), return_inverse=True)
    texts = [f"{one.labels[at // width]} {other.labels[at % width]}" for at in found if at >= 0]
    return Codes(place - np.count_nonzero(found < 0), tuple(texts))


@dataclass(frozen=True)
class Counters:
    """How figures of counters may be published.

    Parameters
    ----------
    biases : by node, as ``learn_biases``; a node without is indicative and has no interval
    confidence : of the intervals that lean on a bias
    transactions : (domain, number) pairs: all transactions on record, for the coverage; the
        domain None is the whole sample

    Raises
    ------
    PlanError
        If the confidence is not between 0 and 1, or a number of transactions is not above 0.
    """

    biases: Mapping[str, Bias]
    confidence: float = 0.95
    transactions: Sequence[tuple[Mapping[str, str] | None, float]] = ()

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise PlanError(f"{self.confidence} is not between 0 and 1", where="confidence")
        bad = next((domain for domain, number in self.transactions if not number > 0), ())
        if bad != ():
            raise PlanError(f"domain {bad} needs a number above 0", where="transactions")


def counter_result(result: Result, tree: IndexTree, counters: Counters) -> Result:
    """Turn estimates from counter data into what may be published of them.

    Parameters
    ----------
    result : as ``score_sample`` on counter data, weighted to service records by ``Calibration`` or
        ``propensity_weights``, clusters as ``counter_design``
    tree : IndexTree of the result
    counters : Counters

    Returns
    -------
    Result
        With a bias: estimate less its mean, se of bias and counters together, interval on the
        scale's logit, note ``counter-bias``. Without: estimate alone, note ``indicative``. Joint
        covariances are refused, since biases have none that is known. Figures from outside stay.

    Notes
    -----
    V = V_counters + sd^2 + mean_se^2, df the lesser of the counters' and places - 2. The
    difference of two domains has two biases, each with its sd; their common mean falls out. All
    this supposes that a place without a survey is like those with one.
    Source: Elliott and Valliant 2017; Meng 2018 (why the sampling error alone says nothing).
    """
    answered = {row.node for row in result.estimates if row.n is not None}
    known = {frozenset((domain or {}).items()): n for domain, n in counters.transactions}
    scales = {node.code: bounds(node) for node in tree.nodes}
    estimates = (
        _covered(_estimate(row, counters, scales[row.node]), known)
        if row.node in answered
        else row
        for row in result.estimates
    )
    differences = (
        _difference(row, counters) if row.node in answered else row for row in result.differences
    )
    return replace(
        result,
        estimates=tuple(estimates),
        differences=tuple(differences),
        known=np.zeros_like(result.known),
    )


def _estimate(row: Estimate, counters: Counters, scale: Ends) -> Estimate:
    if row.estimate is None:
        return row
    bias, notes = counters.biases.get(row.node), _kept(row.notes)
    bare = row._replace(se=None, low=None, high=None, df=None, deff=None)
    if bias is None or row.se is None or not row.df:
        fact = NO_BIAS if bias is None else NO_SPREAD
        return bare._replace(notes=(*notes, Note("indicative", fact)))
    value, (low, high) = row.estimate - bias.mean, scale
    said = Note("counter-bias", _words(bias))
    if not low < value < high:
        value = min(max(value, low), high)
        return bare._replace(estimate=value, notes=(*notes, said, Note("indicative", OFF_SCALE)))
    se, df = (row.se**2 + bias.variance) ** 0.5, min(row.df, bias.df)
    first, last = _ends(value, _half(se, df, counters), scale)
    return Estimate(row.domain, row.node, value, se, first, last, df, row.n, None, (*notes, said))


def _half(se: float, df: float, counters: Counters) -> float:
    return float(special.stdtrit(df, (1 + counters.confidence) / 2)) * se


def _ends(value: float, half: float, scale: Ends) -> Ends:
    """Return value -+ half on the logit of the scale, turned back: it never leaves the scale."""
    low, span = scale[0], scale[1] - scale[0]
    share = (value - low) / span
    step = half / span / (share * (1 - share))
    first, last = (special.expit(special.logit(share) + way * step) for way in (-1, 1))
    return float(low + span * first), float(low + span * last)


def _difference(row: Difference, counters: Counters) -> Difference:
    if row.estimate is None:
        return row
    bias, notes = counters.biases.get(row.node), _kept(row.notes)
    if bias is None or row.se is None or not row.df:
        fact = NO_BIAS if bias is None else NO_SPREAD
        bare = row._replace(se=None, low=None, high=None, df=None)
        return bare._replace(notes=(*notes, Note("indicative", fact)))
    se, df = (row.se**2 + 2 * bias.sd**2) ** 0.5, min(row.df, bias.df)
    half = _half(se, df, counters)
    said = Note("counter-bias", _words(bias))
    return row._replace(
        se=se, low=row.estimate - half, high=row.estimate + half, df=df, notes=(*notes, said)
    )


def _covered(row: Estimate, known: Mapping[frozenset[tuple[str, str]], float]) -> Estimate:
    """Say how many of the transactions on record the answers are."""
    whole = known.get(frozenset((row.domain or {}).items()))
    if whole is None or row.n is None:
        return row
    fact = f"{row.n} answers of {whole:.0f} transactions, {row.n / whole:.1%}"
    return row._replace(notes=(*row.notes, Note("coverage", fact)))


def _kept(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(note for note in notes if note.code not in STALE)


def _words(bias: Bias) -> str:
    return (
        f"{bias.mean:.3g} taken off, sd {bias.sd:.2g} from place to place, learnt in"
        f" {bias.places} places with a probability survey"
    )
