"""The files that a scoring plan names, as what the engine takes: sample, margins, figures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from scoring.against_block import YEAR
from scoring.arrays import BoolArray, FloatArray
from scoring.calibration_block import CalibrationBlock
from scoring.columns import Codes
from scoring.design import Design
from scoring.design_block import DesignColumns
from scoring.errors import DataError, PlanError
from scoring.estimates.comparisons import join_rounds
from scoring.given import Given
from scoring.index.tally import totals_of
from scoring.modelled.nonprobability import counter_design
from scoring.pipeline import Options
from scoring.plan import Plan, Rounds
from scoring.sample import Sample
from scoring.small_area_block import AreaBlock, Areas
from scoring.tables import answers, labels, numbers, read_header, read_table, speaking_of
from scoring.totals import PsuTotals
from scoring.tree import IndexTree
from scoring.weights.base import base_weights
from scoring.weights.margins import Calibration
from scoring.weights.nonresponse import respondents_weights

FIGURE = ("code", "value", "se")
ANSWERED = {"1": True, "true": True, "0": False, "false": False}


def joined_totals(
    rounds: Rounds,
    design: DesignColumns,
    at: tuple[Path, Sequence[str]],
    tree: IndexTree,
    options: Options,
) -> PsuTotals:
    """Sum the answers of each round by itself, and bring the rounds into one frame."""
    (path, groups), column = at, rounds.column
    rest = [[name for name in names if name != column] for names in options.column_sets]
    found = {}
    for name, file in rounds.files.items():
        data = path.parent / file
        with speaking_of(data):
            columns = [each for each in groups if each != column]
            found[name] = totals_of(read_sample(data, design, (columns, ()), tree), tree, rest)
    with speaking_of(path):
        return join_rounds(found, column).totals


def read_calibration(block: CalibrationBlock | None, path: Path) -> Calibration | None:
    """Return the calibration of a plan, its margins from the plan or their file."""
    if block is None:
        return None
    source = path if block.margins_file is None else path.parent / block.margins_file
    with speaking_of(source):
        margins = block.margins if block.margins_file is None else read_margins(source)
        return Calibration(block.kind, margins, block.totals, bounds=block.bounds)


def read_margins(path: Path) -> dict[str, dict[str, float]]:
    """Read margins: one row for each value of each variable, with its share or count."""
    table = read_table(path, ["variable", "value", "total"])
    variable, value = labels(table, "variable"), labels(table, "value")
    margins: dict[str, dict[str, float]] = {}
    for row, total in enumerate(numbers(table, "total").tolist()):
        name, label = (column.text(row, "variable or value") for column in (variable, value))
        known = margins.setdefault(name, {})
        if label in known:
            raise DataError(f"{name}={label} stands there twice", where=f"data row {row + 1}")
        known[label] = total
    return margins


def read_sample(
    path: Path,
    design: DesignColumns,
    named: tuple[Sequence[str], Sequence[str]],
    tree: IndexTree,
) -> Sample:
    """Read what design and tree name, the columns of domains and cells, and replicate weights."""
    items = dict.fromkeys(leaf.item for leaf in tree.item_leaves)
    groups, replicates = named
    every = [*design.named, *groups, *replicates, *items]
    table = read_table(path, list(dict.fromkeys(every)))
    if not table.num_rows:
        raise DataError("has no rows")
    weights = [numbers(table, name) for name in replicates]
    return Sample.from_columns(
        read_design(table, design),
        weight=read_weight(table, design),
        items={name: answers(table, name) for name in items},
        domains={name: labels(table, name) for name in dict.fromkeys(groups)},
        replicates=np.stack(weights, axis=1) if weights else None,
    )


def read_design(table: pa.Table, names: DesignColumns) -> Design:
    """Return where each row stands in the design, and what its units were drawn from."""
    stratum, psu, ssu = (
        None if name is None else labels(table, name)
        for name in (names.stratum, names.psu, names.ssu)
    )
    if psu is not None and names.day is not None:
        return counter_design(psu, labels(table, names.day), stratum)
    design = Design.from_labels(stratum=stratum, psu=psu, ssu=ssu, n=table.num_rows)
    if names.fpc is None:
        return design
    ssu_fpc = None if names.ssu_fpc is None else numbers(table, names.ssu_fpc)
    return design.without_replacement(numbers(table, names.fpc), ssu_fpc)


def read_weight(table: pa.Table, design: DesignColumns) -> FloatArray | None:
    """Return the weight of each row, the silent's shared among their class; None for 1 each."""
    weight = None if design.weight is None else numbers(table, design.weight)
    if design.probabilities:
        weight = base_weights(*(numbers(table, name) for name in design.probabilities))
    if design.response is None:
        return weight
    base = np.ones(table.num_rows) if weight is None else weight
    responded = read_responded(table, design.response.responded)
    return respondents_weights(
        base, read_classes(table, design.response.classes), responded
    ).weight


def read_responded(table: pa.Table, name: str) -> BoolArray:
    """Return which rows responded: 1 or true, 0 or false."""
    column = labels(table, name)
    texts = [column.text(row, name) for row in range(len(column))]
    odd = next((row for row, text in enumerate(texts) if text not in ANSWERED), None)
    if odd is not None:
        where = f"data row {odd + 1}, column {name}"
        raise DataError(f"{texts[odd]!r} is neither 1 nor 0", where=where)
    return np.asarray([ANSWERED[text] for text in texts], dtype=np.bool_)


def read_classes(table: pa.Table, names: Sequence[str]) -> Codes:
    """Return the crossing of columns as one label for each row; no cell may be blank."""
    columns = {name: labels(table, name) for name in names}
    rows = range(table.num_rows)
    return Codes.of([", ".join(of.text(row, at) for at, of in columns.items()) for row in rows])


def read_given(path: Path, plan: Plan) -> Given:
    """Read figures from outside: code, value, se, and domain columns."""
    names = [name for name in read_header(path) if name not in FIGURE]
    if plan.domains or plan.data is not None:
        refuse_stray(path, names, plan.domain_columns)
    needed = plan.domain_columns if plan.data is None else ()
    return read_figures(path, [*names, *needed])


def read_official(path: Path, plan: Plan) -> Given:
    """Read official figures: code, value, se, domain columns, and the year if it is said."""
    names = [name for name in read_header(path) if name not in FIGURE]
    refuse_stray(path, names, (YEAR, *plan.domain_columns))
    return read_figures(path, names)


def read_areas(path: Path, block: AreaBlock) -> Areas:
    """Read all areas of a block: their domains, covariates beside a constant, and shares."""
    with speaking_of(path):
        share = () if block.share is None else (block.share,)
        table = read_table(path, list(dict.fromkeys([*block.by, *block.covariates, *share])))
        columns = {name: labels(table, name) for name in block.by}
        rows = range(table.num_rows)
        domains = [{name: of.text(row, name) for name, of in columns.items()} for row in rows]
        first: dict[tuple[str, ...], int] = {}
        keys = [tuple(domain.values()) for domain in domains]
        twice = next((row for row in rows if first.setdefault(keys[row], row) != row), None)
        if twice is not None:
            raise DataError(f"{domains[twice]} stands there twice", where=f"data row {twice + 1}")
        covariates = [numbers(table, name) for name in block.covariates]
        constant = np.ones(table.num_rows)
        shares = None if block.share is None else numbers(table, block.share)
        return Areas(domains, np.stack([constant, *covariates], axis=1), shares)


def read_figures(path: Path, names: Sequence[str]) -> Given:
    """Read code, value and se, and these columns of their domains."""
    with speaking_of(path):
        table = read_table(path, list(dict.fromkeys([*FIGURE, *names])))
        columns = {name: labels(table, name) for name in dict.fromkeys(names)}
        value, se = (numbers(table, name) for name in ("value", "se"))
        return Given.of_columns(labels(table, "code"), columns, value, se)


def refuse_stray(path: Path, names: Sequence[str], known: Sequence[str]) -> None:
    """Raise PlanError for a column of figures that is no domain column of the plan."""
    stray = [name for name in names if name not in known]
    if stray:
        raise PlanError(f"column {stray[0]!r} is no domain column of the plan", where=str(path))
