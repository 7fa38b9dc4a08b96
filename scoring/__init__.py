"""The engine: design-based estimates of composite indices from PSU totals.

It knows numpy and scipy only: no web, no database, no clock, no file.
"""

from scoring.columns import Codes
from scoring.design import Design, Frame
from scoring.errors import (
    CodeError,
    DataError,
    DesignError,
    EmptyDomainError,
    PlanError,
    ScoringError,
    ShapeError,
    SingletonStratumError,
    WeightError,
)
from scoring.estimates.contrasts import Contrast, against_figure
from scoring.given import Figure, Given
from scoring.index.tally import totals_of
from scoring.pipeline import Options, score_sample, score_totals
from scoring.presentation import Presented, present
from scoring.result import Difference, Estimate, Note, Result
from scoring.sample import Domain, Sample
from scoring.totals import PsuTotals, totals_of_nothing
from scoring.tree import IndexTree

VERSION = "0.1.0"

__all__ = [
    "VERSION",
    "CodeError",
    "Codes",
    "Contrast",
    "DataError",
    "Design",
    "DesignError",
    "Difference",
    "Domain",
    "EmptyDomainError",
    "Estimate",
    "Figure",
    "Frame",
    "Given",
    "IndexTree",
    "Note",
    "Options",
    "PlanError",
    "Presented",
    "PsuTotals",
    "Result",
    "Sample",
    "ScoringError",
    "ShapeError",
    "SingletonStratumError",
    "WeightError",
    "against_figure",
    "present",
    "score_sample",
    "score_totals",
    "totals_of",
    "totals_of_nothing",
]
