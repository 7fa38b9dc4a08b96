"""Do 95 % intervals cover in 95 of 100 samples? Ten thousand draws of small designs.

An index of eight items on a five-point scale, item by item with missing answers; two-stage samples
of 20 people in each PSU. The truth is known in closed form. Every draw has strata and PSUs of its
own and is one domain of a large sample, so that one call of ``score_sample`` scores hundreds of
draws; calibrated draws are scored one by one, because each has margins of its own to meet.
Run: ``python -m bench.intervals [draws]``.
"""

import sys
from dataclasses import dataclass

import numpy as np
from scipy import special

from scoring import Calibration, Codes, Design, IndexTree, Options, Sample, score_sample
from scoring.estimates.method import DfRule

DRAWS = 10_000
CHUNK = 200
RAKED = 5
"""Draws scored by one call: as they are, and raked."""

SEED = 20261121
PEOPLE = 20
"""Respondents in each PSU."""

CODES = ("0", "1", "2", "3", "4")
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
LEVEL = np.linspace(-0.6, 0.6, 8)
"""What makes an item easy or hard; answers are cut from a normal at ``CUTS``."""

LOST = np.linspace(0.05, 0.35, 8)
"""Share of missing answers of each item."""

BETWEEN, WITHIN = 0.3, 1.0
"""SD between PSUs of a stratum, and between answers of a PSU."""

SEX = np.array([0.49, 0.51])
AGE = np.array([0.25, 0.45, 0.30])
BY_SEX = np.array([-0.2, 0.2])
BY_AGE = np.array([-0.4, 0.0, 0.4])
LEAVES = [{"code": f"q{at}", "item": f"q{at}", "range": [0, 4]} for at in range(8)]
TREE = IndexTree.from_mapping(
    {
        "index": "eight",
        "scale": [0, 100],
        "min_n": 1,
        "tree": {"code": "index", "combine": "mean", "children": LEAVES},
    }
)
LOW, HIGH = 0.93, 0.97


@dataclass(frozen=True)
class Plan:
    """Strata, their shares of the people, and how many PSUs are drawn in each."""

    shares: tuple[float, ...]
    psus: int

    @property
    def df(self) -> int:
        """Return PSUs less strata."""
        return len(self.shares) * (self.psus - 1)

    @property
    def effects(self) -> np.ndarray:
        """Return how far each stratum lies from the others, in SD of an answer."""
        return np.linspace(-0.3, 0.3, len(self.shares))


EVEN = (
    Plan((1 / 3,) * 3, 2),
    Plan((1 / 6,) * 6, 2),
    Plan((1 / 3,) * 3, 5),
    Plan((1 / 20,) * 20, 3),
)
UNEVEN = (Plan((0.5, 0.3, 0.2), 2), Plan((0.6, 0.3, 0.1), 2), Plan((0.8, 0.15, 0.05), 2))


def truth(plan: Plan) -> float:
    """Return the index of the population: the mean of the items' expected scores."""
    centre = (
        plan.effects[:, None, None, None]
        + BY_SEX[None, :, None, None]
        + BY_AGE[None, None, :, None]
        + LEVEL
    )
    sd = float(np.hypot(BETWEEN, WITHIN))
    above = special.ndtr((centre[..., np.newaxis] - CUTS) / sd).sum(axis=-1) / len(CUTS)
    share = np.einsum("h,s,a->hsa", np.array(plan.shares), SEX, AGE)
    return float(100 * np.einsum("hsaj,hsa->", above, share) / len(LEVEL))


def drawn(plan: Plan, draws: int, rng: np.random.Generator) -> Sample:
    """Return a sample that holds as many draws, each with strata and PSUs of its own."""
    shape = (draws, len(plan.shares), plan.psus, PEOPLE)
    sex = (rng.random(shape) < SEX[1]).astype(np.int8)
    age = (rng.random(shape)[..., np.newaxis] > np.cumsum(AGE)[:-1]).sum(axis=-1)
    centre = plan.effects[:, np.newaxis, np.newaxis] + BY_SEX[sex] + BY_AGE[age]
    centre = centre + rng.normal(0, BETWEEN, shape[:3])[..., np.newaxis]
    items = {}
    for at, (level, lost) in enumerate(zip(LEVEL, LOST, strict=True)):
        answer = np.searchsorted(CUTS, (centre + level + rng.normal(0, WITHIN, shape)).ravel())
        answer[rng.random(answer.size) < lost] = -1
        items[f"q{at}"] = Codes(answer.astype(np.int8), CODES)
    draw, stratum, psu, _ = (at.ravel() for at in np.indices(shape))
    numbered = [str(at) for at in range(draws * len(plan.shares))]
    return Sample.from_columns(
        Design.from_labels(
            stratum=Codes(draw * len(plan.shares) + stratum, tuple(numbered)),
            psu=Codes(psu, tuple(str(at) for at in range(plan.psus))),
        ),
        weight=np.array(plan.shares)[stratum],
        items=items,
        domains={
            "draw": Codes(draw, tuple(str(at) for at in range(draws))),
            "sex": _within(draw, sex.ravel(), len(SEX), draws),
            "age": _within(draw, age.ravel(), len(AGE), draws),
        },
    )


def _within(draw: np.ndarray, group: np.ndarray, size: int, draws: int) -> Codes:
    """Return groups told apart by draw, so that every draw has its own margins."""
    return Codes(draw * size + group, tuple(str(at) for at in range(draws * size)))


def margins(draws: int) -> Calibration:
    """Return the known shares of the people, for every draw."""
    shares = {"sex": np.tile(SEX, draws) / draws, "age": np.tile(AGE, draws) / draws}
    known = {
        name: {str(at): value for at, value in enumerate(of.tolist())}
        for name, of in shares.items()
    }
    return Calibration("raking", known)


def scored(sample: Sample, options: Options) -> np.ndarray:
    """Return (draws, 4): estimate, SE, low and high of the index in each draw."""
    result = score_sample(sample, TREE, options)
    rows = [row for row in result.estimates if row.node == "index" and row.domain is not None]
    return np.array([(row.estimate, row.se, row.low, row.high) for row in rows])


def simulated(plan: Plan, draws: int, *, is_raked: bool) -> dict[DfRule, np.ndarray]:
    """Draw and score; return (draws, 4) by rule for df; when raked, only the design's."""
    rng = np.random.default_rng([SEED, plan.df, int(1000 * max(plan.shares)), is_raked])
    chunk = RAKED if is_raked else CHUNK
    calibration = margins(chunk) if is_raked else None
    samples = (drawn(plan, chunk, rng) for _ in range(draws // chunk))
    rules: tuple[DfRule, ...] = ("design",) if is_raked else ("design", "satterthwaite")
    found: dict[DfRule, list[np.ndarray]] = {rule: [] for rule in rules}
    for sample in samples:
        for rule, parts in found.items():
            parts.append(scored(sample, Options([["draw"]], df=rule, calibration=calibration)))
    return {rule: np.concatenate(parts) for rule, parts in found.items()}


def covers(rows: np.ndarray, true: float) -> float:
    """Return the share of intervals that hold the truth."""
    return float(((rows[:, 2] <= true) & (true <= rows[:, 3])).mean())


def line(plan: Plan, draws: int, *, is_raked: bool) -> float:
    """Measure one design, print it, and return the coverage of the t interval."""
    true, found = truth(plan), simulated(plan, draws, is_raked=is_raked)
    value, se, low, high = found["design"].T
    covered = {rule: covers(rows, true) for rule, rows in found.items()}
    z = float((np.abs(value - true) <= special.ndtri(0.975) * se).mean())
    other = "- | -"
    if "satterthwaite" in found:
        wider = np.median(np.diff(found["satterthwaite"][:, 2:], axis=1)[:, 0] / (high - low))
        other = f"{covered['satterthwaite']:.3f} | {wider:.2f}"
    shares = " ".join(f"{share:.2g}" for share in dict.fromkeys(plan.shares))
    print(
        f"{len(plan.shares)} x {plan.psus} | {plan.df} | {shares} | {'raked' if is_raked else '-'}"
        f" | {value.mean() - true:.3f} | {value.std():.3f} | {np.sqrt((se**2).mean()):.3f}"
        f" | {z:.3f} | {covered['design']:.3f} | {other}",
        flush=True,
    )
    return covered["design"]


def main(draws: int = DRAWS) -> int:
    """Print the table; fail when strata of like size are covered outside 93 to 97 %."""
    print(
        "strata x PSUs | df | shares | weights | bias | SD | root mean square SE"
        " | z | t | t, Satterthwaite | its median width to t"
    )
    covered = [line(plan, draws, is_raked=is_raked) for is_raked in (False, True) for plan in EVEN]
    for plan in UNEVEN:
        line(plan, draws, is_raked=False)
    print(f"{draws:,} draws; Monte Carlo error {np.sqrt(0.05 * 0.95 / draws):.4f}")
    return int(not all(LOW <= share <= HIGH for share in covered))


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:2])))
