"""The engine on random surveys: what R is asked for, in the same order.

A number that the engine does not show (null, or the variance within the one PSU that answered,
which R does not know) is NaN. Knows nothing of R.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from bench.random_surveys import Case
from scoring import (
    AnswerTotals,
    Codes,
    Design,
    Difference,
    Estimate,
    IndexTree,
    Options,
    Result,
    Sample,
    ScoringError,
    score_sample,
    sum_answers,
    totals_of,
)

Domain: TypeAlias = Mapping[str, str] | None
Key: TypeAlias = tuple[str, Domain]
Parts: TypeAlias = Mapping[str, Any]
Numbers: TypeAlias = dict[tuple[str, str, str], list[float] | str]
"""(quantity, of what, part) -> numbers, or why they are refused (part ``refused``)."""

ITEMS = ("a", "b", "c", "d", "x")
RANGES = {"a": (0, 1), "b": (1, 5), "c": (1, 5), "d": (0, 1), "x": (0, 10), "z": (0, 10)}
NODES = ("one", "two", "index")


def plain(*items: str) -> IndexTree:
    """Return the tree whose leaves leave their items as they are."""
    leaves = [
        {"code": item, "item": item, "range": list(RANGES[item]), "scale": list(RANGES[item])}
        for item in items
    ]
    root = {"code": "all", "combine": "sum", "children": leaves}
    return IndexTree.from_mapping({"index": "plain", "min_n": 1, "tree": root})


PLAIN = plain(*ITEMS)
TOTALS = plain(*ITEMS, "z")
TREE = IndexTree.from_mapping(
    {
        "index": "small",
        "min_n": 1,
        "scale": [0, 10],
        "tree": {
            "code": "index",
            "combine": "sum",
            "children": [
                {
                    "code": "one",
                    "combine": "mean",
                    "node_weight": 0.6,
                    "children": [
                        {"code": "ia", "item": "a", "range": [0, 1], "node_weight": 2},
                        {"code": "ic", "item": "c", "range": [1, 5]},
                    ],
                },
                {
                    "code": "two",
                    "combine": "geometric_mean",
                    "node_weight": 0.4,
                    "children": [
                        {"code": "ib", "item": "b", "range": [0, 5]},
                        {"code": "ix", "item": "x", "range": [0, 10], "node_weight": 3},
                    ],
                },
            ],
        },
    }
)


def floats(texts: Iterable[str]) -> np.ndarray:
    """Read numbers; blank is NaN."""
    return np.asarray([float(text) if text else np.nan for text in texts])


def rows_of(texts: Iterable[str]) -> np.ndarray:
    """Read cells of several numbers each."""
    return np.asarray([[float(each) for each in text.split()] for text in texts])


def sample_of(case: Case) -> Sample:
    """Read a case as its design says."""
    people = case.people
    if case.design == "elements":
        design = Design.from_labels(stratum=people["stratum"])
        design = design.without_replacement(floats(people["psus"]))
    else:
        ssu = people["ssu"] if case.design == "two" else None
        design = Design.from_labels(stratum=people["stratum"], psu=people["psu"], ssu=ssu)
    if case.design == "wor":
        design = design.without_replacement(floats(people["psus"]))
    if case.design == "two":
        sizes = floats(people["psus"]), floats(people["ssus"])
        design = design.without_replacement(*sizes)
    return Sample.from_columns(
        design,
        weight=floats(people["weight"]),
        items={item: Codes.of(people[item]) for item in (*ITEMS, "z")},
        domains={name: people[name] for name in ("g", "s", "place", "v1", "v2", "z", "year")},
    )


def shown(row: Estimate | Difference) -> bool:
    """Whether an SE is of a kind that R knows."""
    return row.se is not None and all(note.code != "within-psu" for note in row.notes)


def number(value: float | None) -> float:
    """Return a number; NaN for null."""
    return np.nan if value is None else float(value)


def numbers(values: Iterable[float | None]) -> list[float]:
    """Return numbers; NaN for null."""
    return [number(value) for value in values]


def covariance(result: Result, keys: Sequence[Key]) -> list[float]:
    """Return the joint covariance, NaN for what is not shown."""
    known = [at for at, key in enumerate(keys) if shown(result.get(*key))]
    found = np.full((len(keys), len(keys)), np.nan)
    if known:
        found[np.ix_(known, known)] = result.covariance([keys[at] for at in known])
    return found.ravel().tolist()


@dataclass
class Asked:
    """What R is asked for, computed by the engine."""

    case: Case
    sample: Sample
    numbers: Numbers = field(default_factory=dict)

    def attempt(self, quantity: str, work: Callable[[], Parts], of: str = "") -> None:
        """Keep the numbers of a quantity, or why the engine refuses them."""
        try:
            parts = work()
        except ScoringError as refused:
            self.numbers[quantity, of, "refused"] = str(refused)
            return
        for part, values in parts.items():
            self.numbers[quantity, of, part] = np.ravel(np.asarray(values, dtype=float)).tolist()

    def options(self, **changes: Any) -> Options:  # noqa: ANN401 - handed on
        """Return the options of the case: its policy for lonely strata, t intervals."""
        given = {"interval": "t", "lonely_psu": self.case.policy, **changes}
        return Options(**given)

    def scored(self, tree: IndexTree, **changes: Any) -> Result:  # noqa: ANN401 - handed on
        """Score the case."""
        return score_sample(self.sample, tree, self.options(**changes))

    def summed(self, tree: IndexTree, **changes: Any) -> AnswerTotals:  # noqa: ANN401 - handed on
        """Sum the answers of the case."""
        options = self.options(**changes)
        totals = totals_of(self.sample, tree, options.column_sets, cells=options.cells)
        return sum_answers(totals, tree, options)

    def domains(self, column: str) -> list[dict[str, str]]:
        """Return the domains of a column, values sorted as text."""
        return [{column: value} for value in sorted(set(self.case.people[column]) - {""})]


def means(result: Result, domains: Sequence[Domain] = (None,)) -> dict[str, list[float]]:
    """Return means of every item in these domains, one after the other."""
    rows = [result.get(item, domain) for domain in domains for item in ITEMS]
    known = np.asarray([shown(row) for row in rows])
    parts = {
        "est": [row.estimate for row in rows],
        "se": np.where(known, numbers(row.se for row in rows), np.nan),
        "deff": np.where(known, numbers(row.deff for row in rows), np.nan),
        "df": [result.get(ITEMS[0], domain).df for domain in domains],
    }
    return {part: numbers(values) for part, values in parts.items()}


def index(result: Result, domains: Sequence[Domain] = (None,)) -> dict[str, list[float]]:
    """Return the nodes of the small index in these domains, one after the other."""
    rows = [result.get(node, domain) for domain in domains for node in NODES]
    return {
        "est": numbers(row.estimate for row in rows),
        "se": numbers(row.se if shown(row) else None for row in rows),
    }


def basics(asked: Asked) -> None:
    """Compute what every case is asked for."""
    by = Options(domains=[["g"], ["place"], ["s"]]).domains
    asked.attempt("mean", lambda: _means_and_ends(asked.scored(PLAIN)))
    for quantity, items in (("mean of complete items", "abx"), ("mean with gaps", "abcd")):
        keys: list[Key] = [(item, None) for item in items]
        asked.attempt(quantity, lambda keys=keys: {"cov": covariance(asked.scored(PLAIN), keys)})
    asked.attempt("index", lambda: _index_and_covariance(asked.scored(TREE)))
    asked.attempt("total", lambda: totals(asked.summed(PLAIN), ITEMS))
    crossed = [(above, below) for below in ("z", "x") for above in ("x", "b")]
    asked.attempt("ratio", lambda: ratios(asked.summed(TOTALS), crossed))
    for column in ("g", "place") if asked.case.block in ("trimming", "rounds") else ("g",):
        asked.attempt(
            f"domain {column}",
            lambda column=column: means(asked.scored(PLAIN, domains=by), asked.domains(column)),
        )
    every = asked.domains("g")
    asked.attempt("domain index", lambda: index(asked.scored(TREE, domains=by), every))
    asked.attempt(
        "domain ratio", lambda: ratios(asked.summed(TOTALS, domains=by), [("x", "b")], every)
    )
    asked.attempt("domains jointly", lambda: jointly(asked.scored(PLAIN, domains=by), every))
    pair = [({"s": "f"}, {"s": "m"})]
    asked.attempt("difference", lambda: differences(asked.scored(PLAIN, compare=pair), "ab"))
    groups = [({"g": "g1"}, {"g": "g2"})]
    asked.attempt(
        "difference of groups", lambda: differences(asked.scored(PLAIN, compare=groups), "ab")
    )
    asked.attempt(
        "difference of index",
        lambda: {
            part: values
            for part, values in differences(asked.scored(TREE, compare=pair), NODES).items()
            if part != "df"
        },
    )


def _means_and_ends(result: Result) -> dict[str, list[float]]:
    rows = [result.get(item) for item in ITEMS]
    low, high = (
        numbers(getattr(row, end) if shown(row) else None for row in rows)
        for end in ("low", "high")
    )
    return {**means(result), "ends": low + high}


def _index_and_covariance(result: Result) -> dict[str, list[float]]:
    return {**index(result), "cov": covariance(result, [(node, None) for node in NODES])}


def totals(found: AnswerTotals, items: Sequence[str]) -> dict[str, Any]:
    """Return totals of items, and the covariance of those without gaps."""
    rows = [found.get(item) for item in items]
    keys: list[Key] = [(item, None) for item in "abx"]
    return {
        "est": [row.estimate for row in rows],
        "se": [row.se for row in rows],
        "cov": found.covariance(keys),
    }


def ratios(
    found: AnswerTotals, pairs: Sequence[tuple[str, str]], domains: Sequence[Domain] = (None,)
) -> dict[str, Any]:
    """Return ratios of totals in these domains, one after the other."""
    rows = [found.ratio(*pair, domain) for domain in domains for pair in pairs]
    return {
        "est": [row.estimate for row in rows],
        "se": numbers(row.se for row in rows),
    }


def jointly(result: Result, domains: Sequence[Domain]) -> dict[str, Any]:
    """Return two items in several domains with their joint covariance."""
    keys: list[Key] = [(item, domain) for item in "ab" for domain in domains]
    return {
        "est": numbers(result.get(*key).estimate for key in keys),
        "cov": covariance(result, keys),
    }


def differences(result: Result, nodes: Sequence[str]) -> dict[str, Any]:
    """Return the differences of the one pair of domains that is compared."""
    row = {each.node: each for each in result.differences}
    return {
        "est": numbers(row[node].estimate for node in nodes),
        "se": numbers(row[node].se if shown(row[node]) else None for node in nodes),
        "df": [number(row[nodes[0]].df)],
    }
