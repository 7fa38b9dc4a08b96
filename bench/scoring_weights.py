"""Time calibration beside the totals it works on, in one run, on the golden composite survey.

Raking to three margins is to cost far less than summing the answers once: it works on cells. The
table also says what the finer sums and the residuals add to a whole run of 63 provinces.
Run: ``python -m bench.scoring_weights``.
"""

import sys

from bench.scoring import SIZES, best, enlarged
from scoring import Calibration, Options, Sample, calibrate, score_sample, totals_of
from tests.golden.reference import papi_sample, papi_tree

MARGINS = {
    "female": {"0": 0.49, "1": 0.51},
    "kinh": {"0": 0.15, "1": 0.85},
    "under_30": {"0": 0.8, "1": 0.2},
}
TARGET = 0.05
TITLES = (
    "interviews",
    "totals, s",
    "by cell, s",
    "raking, s",
    "raking/totals",
    "run, s",
    "raked, s",
)


def line(sample: Sample) -> tuple[str, float]:
    """Measure one size; return the table's line and what raking costs beside the totals."""
    tree, calibration = papi_tree(), Calibration("raking", MARGINS)
    domains = [["prov"]]
    totals = totals_of(sample, tree, domains, cells=calibration.columns)
    plain, by_cell, raking, run, raked = best(
        lambda: totals_of(sample, tree, domains),
        lambda: totals_of(sample, tree, domains, cells=calibration.columns),
        lambda: calibrate(totals, calibration),
        lambda: score_sample(sample, tree, Options(domains)),
        lambda: score_sample(sample, tree, Options(domains, calibration=calibration)),
    )
    times = (f"{seconds:.4f}" for seconds in (plain, by_cell, raking))
    cells = [f"{len(sample.weight):,}", *times, f"{raking / plain:.4f}"]
    cells += [f"{run:.3f}", f"{raked:.3f}"]
    text = " | ".join(cell.rjust(len(title)) for cell, title in zip(cells, TITLES, strict=True))
    return text, raking / plain


def main() -> int:
    """Print one line for each size; fail when raking is no small part of the totals."""
    print(" | ".join(TITLES))
    lines = [line(enlarged(papi_sample(), times)) for times in SIZES]
    for text, _ in lines:
        print(text)
    print(f"target: raking/totals <= {TARGET}")
    return int(any(share > TARGET for _, share in lines))


if __name__ == "__main__":
    sys.exit(main())
