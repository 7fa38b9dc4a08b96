"""The files behind counter data of a plan: service records, biases, pairs they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.arrays import FloatArray, sums_at
from scoring.columns import Codes
from scoring.counter_block import CounterBlock, RecordBlock
from scoring.errors import DataError
from scoring.modelled.nonprobability import Counters
from scoring.modelled.nonprobability_bias import FEWEST, Bias, BiasPair, learn_biases
from scoring.modelled.nonprobability_weights import propensity_weights
from scoring.result import Result
from scoring.sample import Sample
from scoring.tables import labels, numbers, read_table, speaking_of
from scoring.tree import IndexTree

BIAS = ("mean", "mean_se", "sd", "places")
PAIR = ("counter", "counter_se", "survey", "survey_se")


@dataclass(frozen=True, eq=False)
class Records:
    """Records of everybody who was served.

    Parameters
    ----------
    variables : name -> (m,) labels
    people : (m,) number of people in each row
    """

    variables: Mapping[str, Codes]
    people: FloatArray

    @property
    def margins(self) -> Mapping[str, Mapping[str, float]]:
        """Number of people by value of each variable."""
        return {
            name: dict(
                zip(
                    of.labels, sums_at(of.codes, self.people, len(of.labels)).tolist(), strict=True
                )
            )
            for name, of in self.variables.items()
        }

    def number(self, domain: Mapping[str, str]) -> float:
        """Return how many people of a domain were served; 0 where the records cannot say."""
        if not set(domain) <= set(self.variables):
            return 0.0
        inside = np.ones(len(self.people), dtype=np.bool_)
        for name, value in domain.items():
            column = self.variables[name]
            inside &= np.asarray(column.labels)[column.codes] == value
        return float(self.people[inside].sum())


def read_records(block: RecordBlock, folder: Path) -> Records:
    """Read the records; every value must be there, every count above 0.

    Raises
    ------
    PlanError
        Naming file, row and column.
    """
    path = folder / block.file
    with speaking_of(path):
        named = [*block.variables, *(() if block.count is None else (block.count,))]
        table = read_table(path, list(dict.fromkeys(named)))
        if not table.num_rows:
            raise DataError("has no rows")
        variables = {name: labels(table, name) for name in block.variables}
        for name, column in variables.items():
            column.text(int(np.argmin(column.codes)), name)
        people = np.ones(len(table)) if block.count is None else numbers(table, block.count)
        wrong = ~(people > 0)
        if wrong.any():
            where = f"data row {int(np.argmax(wrong)) + 1}, column {block.count}"
            raise DataError("a number of people is not above 0", where=where)
        return Records(variables, people)


def weight_by_propensity(sample: Sample, block: RecordBlock, folder: Path) -> FloatArray:
    """Return the propensity weights of a sample whose domain columns hold the variables."""
    records = read_records(block, folder)
    here = {name: sample.domains[name] for name in block.variables}
    return propensity_weights(here, records.variables, records.people).weight


def counters_of(
    block: CounterBlock, folder: Path, result: Result, tree: IndexTree, confidence: float
) -> Counters:
    """Return how the figures of a result may be published.

    Raises
    ------
    PlanError
        If a file of biases, pairs or records cannot be used; names it.
    """
    biases = read_biases(block, folder, tree)
    if block.records is None:
        return Counters(biases, confidence)
    records = read_records(block.records, folder)
    domains = {frozenset((row.domain or {}).items()): row.domain for row in result.estimates}
    known = ((domain, records.number(domain or {})) for domain in domains.values())
    return Counters(biases, confidence, [(at, number) for at, number in known if number])


def read_biases(block: CounterBlock, folder: Path, tree: IndexTree) -> Mapping[str, Bias]:
    """Read learnt biases, or learn them from a file of pairs; none without a file."""
    if block.biases is not None:
        return _learnt(folder / block.biases, tree)
    if block.pairs is None:
        return {}
    path = folder / block.pairs
    with speaking_of(path):
        return learn_biases(BiasPair(node, *row) for node, row in _rows(path, PAIR, tree))


def _learnt(path: Path, tree: IndexTree) -> Mapping[str, Bias]:
    with speaking_of(path):
        biases: dict[str, Bias] = {}
        for node, (mean, mean_se, sd, places) in _rows(path, BIAS, tree):
            if node in biases:
                raise DataError("stands there twice", where=node)
            if min(mean_se, sd) < 0 or places < FEWEST or not places.is_integer():
                message = f"needs mean_se and sd of 0 or above, and {FEWEST} or more whole places"
                raise DataError(message, where=node)
            biases[node] = Bias(mean, mean_se, sd, int(places))
        return biases


def _rows(
    path: Path, names: Iterable[str], tree: IndexTree
) -> Iterable[tuple[str, tuple[float, ...]]]:
    """Yield node and numbers of each row; every cell must be filled."""
    columns = tuple(names)
    table = read_table(path, ["node", *columns])
    node, values = labels(table, "node"), [numbers(table, name) for name in columns]
    for at, row in enumerate(zip(*(of.tolist() for of in values), strict=True)):
        code = node.text(at, "node")
        if code not in tree.position:
            raise DataError(f"{code!r} is no node of the index", where=f"data row {at + 1}")
        blank = next((name for name, of in zip(columns, row, strict=True) if of != of), None)  # noqa: PLR0124 - NaN
        if blank is not None:
            raise DataError(f"{blank} is blank", where=f"data row {at + 1}")
        yield code, row
