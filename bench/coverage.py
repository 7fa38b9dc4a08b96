"""Do the intervals hold what they promise? A thousand simulated rounds against a known truth.

The truth is the whole made-up province asked the same questions and scored by the same tree. Each
round draws a fresh sample and fresh answers of the same people. Beside the design of this product
stands the official one of PAPI: 3 of 12 former districts, the provincial seat always, seat
communes and seat villages always, and all of them analysed as if they had been drawn.
Run: ``python -m bench.coverage [rounds]``.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from scoring import Codes, Design, IndexTree, Options, Result, Sample, score_sample
from survey.bridge.trees import index_tree
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.model import Instrument
from survey.instruments.tailor import tailor
from survey.instruments.trees import load_trees
from survey.simulate.answers import Column, beliefs_of, drawn_answers
from survey.simulate.bodies import SEED
from survey.simulate.draw import PER_VILLAGE, Drawn, brewer_pair, drawn_people, drawn_sample
from survey.simulate.people import People, respondents, seeded_people
from survey.simulate.province import Commune, Province

ROUNDS = 1000
CHUNK = 50
NODES = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "total")
PUBLISHED = (4.8918, 5.1034, 4.3282, 6.6088, 7.3132, 7.5906, 3.4311, 3.1295, 42.4066)
LOW, HIGH = 0.93, 0.97
CAPITAL = "TP Sơn La"
OFF = frozenset({"commune", "ethnic"})

Draw = Callable[[Province, np.random.Generator], Drawn]


@dataclass(frozen=True)
class Plan:
    """A design: how it is drawn, what an analyst takes for its strata, and its random stream."""

    title: str
    draw: Draw
    stratum: Callable[[Commune], str]
    stream: int


@dataclass(frozen=True)
class Rounds:
    """What the rounds of a plan gave, one row a round: (rounds, nodes), and mean deffs."""

    estimate: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    deff: np.ndarray

    def covered(self, truth: np.ndarray) -> np.ndarray:
        """Return the share of intervals that hold the truth, by node."""
        return ((self.low <= truth) & (truth <= self.high)).mean(axis=0)


@cache
def questionnaire() -> tuple[Instrument, IndexTree]:
    """Return the instrument as the round asks it, and its tree."""
    instrument = load_builtin("papi_like")
    tree = load_trees(BUILTIN / "papi_like", instrument)[0]
    return tailor(instrument, OFF, {}), index_tree(tree.mapping, tree.code)


@cache
def population() -> tuple[Province, People]:
    """Return the province and its adults, made once."""
    return seeded_people()


def asked(people: People, interviewer: np.ndarray, rng: np.random.Generator) -> dict[str, Column]:
    """Return everybody's answers to the whole questionnaire."""
    instrument, _ = questionnaire()
    return drawn_answers(
        instrument, beliefs_of("papi_like"), respondents(people, interviewer, rng), rng
    )


def truth(step: int = 1) -> np.ndarray:
    """Return the true score of each node: everybody (or each ``step``-th adult) is asked.

    A leaf that fewer than ``min_n`` of 240 people are expected to answer is not measured by such
    a survey: the tree drops it in every round, and so does the truth.
    """
    _, people = population()
    _, tree = questionnaire()
    everybody = people.take(np.arange(0, len(people.village), step))
    columns = asked(everybody, everybody.village, np.random.default_rng([SEED, 40]))
    items = {name: Codes(column.codes, column.names) for name, column in columns.items()}
    n_drawn = 12 * PER_VILLAGE
    for leaf in tree.item_leaves:
        unsaid = [items[leaf.item].labels.index(code) for code in tree.missing_codes]
        is_said = (items[leaf.item].codes >= 0) & ~np.isin(items[leaf.item].codes, unsaid)
        if is_said.mean() * n_drawn < tree.min_n:
            nobody = np.full(len(is_said), -1, dtype=np.int8)
            items[leaf.item] = Codes(nobody, items[leaf.item].labels)
    sample = Sample.from_columns(Design.from_labels(psu=everybody.village), items=items)
    result = score_sample(sample, tree, Options())
    return np.array([result.get(node).estimate for node in NODES])


def simulated(plan: Plan, n_rounds: int) -> Rounds:
    """Draw, ask and score as many rounds."""
    rows = [_row(result) for result in _results(plan, n_rounds)]
    figures = np.array([row for row, _ in rows])
    deff = np.array([mean for _, mean in rows])
    return Rounds(*(figures[:, :, at] for at in range(4)), deff)


def _results(plan: Plan, n_rounds: int) -> Iterator[Result]:
    province, people = population()
    rng = np.random.default_rng([SEED, plan.stream])
    for start in range(0, n_rounds, CHUNK):
        draws = [plan.draw(province, rng) for _ in range(min(CHUNK, n_rounds - start))]
        everybody = people.take(np.concatenate([draw.people.ravel() for draw in draws]))
        interviewer = np.arange(len(everybody.village)) // PER_VILLAGE
        columns = asked(everybody, interviewer, rng)
        n_people = 0
        for draw in draws:
            rows = np.arange(n_people, n_people + draw.people.size)
            n_people += draw.people.size
            yield _scored(plan, province, draw, {k: c.take(rows) for k, c in columns.items()})


def _scored(plan: Plan, province: Province, draw: Drawn, columns: dict[str, Column]) -> Result:
    _, tree = questionnaire()
    communes = [province.communes[province.commune_of[village]] for village in draw.villages]
    design = Design.from_labels(
        stratum=np.repeat([plan.stratum(commune) for commune in communes], PER_VILLAGE),
        psu=np.repeat([commune.code for commune in communes], PER_VILLAGE),
        ssu=np.repeat([str(village) for village in draw.villages], PER_VILLAGE),
    )
    items = {name: Codes(column.codes, column.names) for name, column in columns.items()}
    weight = np.repeat(draw.base_weight, PER_VILLAGE)
    return score_sample(Sample.from_columns(design, weight=weight, items=items), tree, Options())


def _row(result: Result) -> tuple[list[tuple[float, float, float, float]], float]:
    shown = [result.get(node) for node in NODES]
    deffs = [row.deff for row in result.estimates if row.deff is not None]
    return [(row.estimate, row.se, row.low, row.high) for row in shown], float(np.mean(deffs))


def official(province: Province, rng: np.random.Generator) -> Drawn:
    """Draw as the official design; the weights are those of the draw, certainties counting 1."""
    districts = sorted({commune.district for commune in province.communes} - {CAPITAL})
    sizes = np.array([_adults(province, district) for district in districts])
    drawn = [(CAPITAL, 1.0)]
    drawn += [(districts[k], 2 * sizes[k] / sizes.sum()) for k in brewer_pair(sizes, rng)]
    villages: list[int] = []
    weights: list[float] = []
    for district, chance in drawn:
        for commune, commune_chance in _seat_and_one(*_communes(province, district), rng):
            first, after = province.first_of[commune : commune + 2]
            inside = np.arange(first, after)
            for village, village_chance in _seat_and_one(inside, province.adults[inside], rng):
                person = PER_VILLAGE / province.adults[village]
                villages.append(int(village))
                weights.append(1 / (chance * commune_chance * village_chance * person))
    return Drawn(tuple(villages), tuple(weights), drawn_people(province, tuple(villages), rng))


def official_unweighted(province: Province, rng: np.random.Generator) -> Drawn:
    """Draw as the official design; everybody counts the same."""
    drawn = official(province, rng)
    return Drawn(drawn.villages, (1.0,) * len(drawn.villages), drawn.people)


def _adults(province: Province, district: str) -> int:
    return sum(commune.adults for commune in province.communes if commune.district == district)


def _communes(province: Province, district: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the communes of a former district, its seat first, with their adults."""
    inside = [at for at, commune in enumerate(province.communes) if commune.district == district]
    inside.sort(key=lambda at: not province.communes[at].is_seat)
    return np.array(inside), np.array([province.communes[at].adults for at in inside])


def _seat_and_one(
    units: np.ndarray, sizes: np.ndarray, rng: np.random.Generator
) -> list[tuple[int, float]]:
    """Return the first unit, surely, and one other drawn by size, with their probabilities."""
    p = sizes[1:] / sizes[1:].sum()
    other = int(rng.choice(len(p), p=p))
    return [(int(units[0]), 1.0), (int(units[1 + other]), float(p[other]))]


OURS = Plan("3 strata x 2 communes", drawn_sample, lambda commune: commune.stratum, 41)
OFFICIAL = (
    Plan("official, weighted", official, lambda commune: commune.district, 42),
    Plan("official, unweighted", official_unweighted, lambda commune: commune.district, 43),
)


def _print_table(plan: Plan, rounds: Rounds, true: np.ndarray) -> None:
    n_rounds = len(rounds.estimate)
    print(f"\n{plan.title}: {n_rounds} rounds, mean design effect {rounds.deff.mean():.2f}")
    print("node  | published | truth  | mean   | bias  | SD    | mean SE | covered | +- (2 MC)")
    covered = rounds.covered(true)
    for at, node in enumerate(NODES):
        share = covered[at]
        mean, sd = rounds.estimate[:, at].mean(), rounds.estimate[:, at].std(ddof=1)
        root = np.sqrt((rounds.se[:, at] ** 2).mean())
        print(
            f"{node:<5} | {PUBLISHED[at]:9.2f} | {true[at]:6.2f} | {mean:6.2f} "
            f"| {mean - true[at]:5.2f} | {sd:5.3f} | {root:7.3f} | {share:7.3f} "
            f"| {2 * np.sqrt(share * (1 - share) / n_rounds):.3f}"
        )


def main(n_rounds: int = ROUNDS) -> int:
    """Print the tables; fail when a node of our design is covered outside 93 to 97 %."""
    true = truth()
    ours = simulated(OURS, n_rounds)
    _print_table(OURS, ours, true)
    for plan in OFFICIAL:
        _print_table(plan, simulated(plan, n_rounds), true)
    covered = ours.covered(true)
    print(f"\ntarget: {LOW:.0%} to {HIGH:.0%} for each node of {OURS.title}")
    return int(not bool(((covered >= LOW) & (covered <= HIGH)).all()))


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:2])))
