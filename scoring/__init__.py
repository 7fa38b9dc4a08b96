"""The engine: design-based estimates of composite indices from PSU totals.

It knows numpy and scipy only: no web, no database, no clock, no file.
"""

from scoring.cells import Cells
from scoring.columns import Codes
from scoring.design import Design, Frame
from scoring.disclosure.groups import Splits
from scoring.disclosure.release import Policy, Proof, Released, Table, release
from scoring.errors import (
    CodeError,
    ConvergenceError,
    DataError,
    DesignError,
    EmptyDomainError,
    MarginError,
    PlanError,
    ScoringError,
    ShapeError,
    SingletonStratumError,
    WeightError,
)
from scoring.estimates.comparisons import Joined, join_rounds
from scoring.estimates.contrasts import Contrast, against_figure
from scoring.estimates.multiplicity import adjusted_p, p_values, told_apart
from scoring.estimates.ranks import (
    GROUPS,
    Draws,
    EdgeRule,
    Ranks,
    groups_of,
    rank_places,
    ranks_of,
    shrunken,
)
from scoring.estimates.schemes import (
    BalancedHalves,
    Bootstrap,
    Brewer,
    GivenFactors,
    GivenWeights,
    Jackknife,
)
from scoring.estimates.sums import AnswerTotals, Ratio, Total
from scoring.explain.node import explain_node
from scoring.given import Figure, Given
from scoring.index.tally import totals_of
from scoring.modelled.nonprobability import Counters, counter_design, counter_result
from scoring.modelled.nonprobability_bias import Bias, BiasPair, learn_biases, pairs_of
from scoring.modelled.nonprobability_weights import Propensity, propensity_weights
from scoring.pipeline import (
    Options,
    published,
    report_sample,
    report_totals,
    score_sample,
    score_totals,
    sum_answers,
)
from scoring.planning.sample_size import (
    Assumptions,
    SampleSize,
    interviews_for,
    margin_of,
    textbook_size,
)
from scoring.presentation import Presented, present
from scoring.quantiles import Quantile, quantile_of, weighted_quantile
from scoring.report import Report
from scoring.result import Difference, Estimate, Note, Result
from scoring.sample import Domain, Sample
from scoring.totals import PsuTotals, totals_of_nothing
from scoring.tree import IndexTree
from scoring.weights.base import base_weights
from scoring.weights.calibration import Calibrated, calibrate, recalibrated
from scoring.weights.diagnostics import (
    Distribution,
    MarginRow,
    cell_distributions,
    margin_table,
    weight_distribution,
)
from scoring.weights.margins import Calibration
from scoring.weights.nonresponse import Response, respondents_weights
from scoring.weights.trimming import Trimmed, trim_weights

VERSION = "0.1.0"

__all__ = [
    "GROUPS",
    "VERSION",
    "AnswerTotals",
    "Assumptions",
    "BalancedHalves",
    "Bias",
    "BiasPair",
    "Bootstrap",
    "Brewer",
    "Calibrated",
    "Calibration",
    "Cells",
    "CodeError",
    "Codes",
    "Contrast",
    "ConvergenceError",
    "Counters",
    "DataError",
    "Design",
    "DesignError",
    "Difference",
    "Distribution",
    "Domain",
    "Draws",
    "EdgeRule",
    "EmptyDomainError",
    "Estimate",
    "Figure",
    "Frame",
    "Given",
    "GivenFactors",
    "GivenWeights",
    "IndexTree",
    "Jackknife",
    "Joined",
    "MarginError",
    "MarginRow",
    "Note",
    "Options",
    "PlanError",
    "Policy",
    "Presented",
    "Proof",
    "Propensity",
    "PsuTotals",
    "Quantile",
    "Ranks",
    "Ratio",
    "Released",
    "Report",
    "Response",
    "Result",
    "Sample",
    "SampleSize",
    "ScoringError",
    "ShapeError",
    "SingletonStratumError",
    "Splits",
    "Table",
    "Total",
    "Trimmed",
    "WeightError",
    "adjusted_p",
    "against_figure",
    "base_weights",
    "calibrate",
    "cell_distributions",
    "counter_design",
    "counter_result",
    "explain_node",
    "groups_of",
    "interviews_for",
    "join_rounds",
    "learn_biases",
    "margin_of",
    "margin_table",
    "p_values",
    "pairs_of",
    "present",
    "propensity_weights",
    "published",
    "quantile_of",
    "rank_places",
    "ranks_of",
    "recalibrated",
    "release",
    "report_sample",
    "report_totals",
    "respondents_weights",
    "score_sample",
    "score_totals",
    "shrunken",
    "sum_answers",
    "textbook_size",
    "told_apart",
    "totals_of",
    "totals_of_nothing",
    "trim_weights",
    "weight_distribution",
    "weighted_quantile",
]
