"""The engine on files: ``python -m scoring PLAN.yaml [--out FILE]``, CSV or Parquet in, JSON out.

``--explain NODE [--domain prov=14]`` writes the arithmetic of one node in words instead;
``plan-sample`` says how many interviews a wanted precision takes.

Only here is yaml imported; tables are read in ``plan_files``. A mistake in plan or
data is exit 2 and one line on standard error.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import yaml
from typing_extensions import override

from scoring import (
    VERSION,
    Calibration,
    Given,
    IndexTree,
    Options,
    PlanError,
    Report,
    Result,
    ScoringError,
    counter_result,
    explain_node,
    nowcast_command,
    published,
    quality_command,
    report_sample,
    report_totals,
    totals_of_nothing,
)
from scoring.adjust_block import verdicts
from scoring.against_block import YEAR, AgainstRow, against
from scoring.counter_files import counters_of, read_records, weight_by_propensity
from scoring.document import as_json
from scoring.explain.words import LANGUAGES
from scoring.plan import Plan, Rounds, read_plan
from scoring.plan_files import (
    joined_totals,
    read_areas,
    read_calibration,
    read_given,
    read_official,
    read_sample,
)
from scoring.planned import options_of
from scoring.planning import sample_command
from scoring.rank_block import ranked
from scoring.small_area_block import AreaRow, modelled
from scoring.tables import read_bytes, read_header, speaking_of

MISTAKE = 2
COMMANDS = {
    "plan-sample": (sample_command.add_arguments, sample_command.plan_as_text),
    "nowcast": (nowcast_command.add_arguments, nowcast_command.forecasts_as_json),
    "quality": (quality_command.add_arguments, quality_command.quality_as_json),
}


class Parser(argparse.ArgumentParser):
    """Arguments whose faults are one line, like all others."""

    @override
    def error(self, message: str) -> NoReturn:
        """Raise PlanError instead of printing the usage."""
        raise PlanError(message, where="arguments")


class UniqueKeys(yaml.SafeLoader):
    """YAML in which a key stands once."""


def unique_mapping(loader: UniqueKeys, node: yaml.MappingNode) -> dict[object, object]:
    """Construct a mapping; refuse a key that stands twice."""
    own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    keys = [loader.construct_object(key, deep=True) for key in own]
    twice = next((key for at, key in enumerate(keys) if key in keys[:at]), None)
    if twice is not None:
        message = f"key {twice!r} stands there twice"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
    loader.flatten_mapping(node)
    return dict(loader.construct_mapping(node, deep=True))


UniqueKeys.add_constructor("tag:yaml.org,2002:map", unique_mapping)


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status."""
    try:
        run(arguments)
    except ScoringError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return MISTAKE
    return 0


def run(arguments: Sequence[str]) -> None:
    """Do what the first word says: a command, or else score the plan it names."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        run_plan(arguments)
        return
    add, text_of = command
    parser = Parser(prog=f"python -m scoring {arguments[0]}")
    add(parser)
    chosen = parser.parse_args(arguments[1:])
    write(text_of(chosen), chosen.out)


def run_plan(arguments: Sequence[str]) -> None:
    """Read the plan, score, and write the result."""
    chosen = plan_parser().parse_args(arguments)
    source = read_bytes(chosen.plan)
    plan = read_plan(load_yaml(source, chosen.plan), str(chosen.plan))
    if chosen.explain is not None:
        domain = named_domain(chosen.domain)
        write(explained(plan, chosen.plan, (chosen.explain, domain), chosen.language), chosen.out)
        return
    if chosen.domain:
        raise PlanError("goes with --explain", where="--domain")
    result, tree = score(plan, chosen.plan)
    tests = verdicts(result.differences, 1 - plan.confidence) if plan.is_adjusted else ()
    further = {
        "against": set_against(result, tree, plan, chosen.plan),
        "small_areas": small_areas(result, plan, chosen.plan),
    }
    with speaking_of(chosen.plan):
        further["ranks"] = ranked(result, plan.ranks, plan.variance.seed)
    sha256 = hashlib.sha256(source).hexdigest()
    write(as_json(result, VERSION, sha256, tests, further), chosen.out)


def plan_parser() -> Parser:
    """Return what the command understands beside a plan."""
    parser = Parser(prog="python -m scoring", description=__doc__)
    parser.add_argument("plan", type=Path, help="the scoring plan, a YAML file")
    parser.add_argument("--out", type=Path, help="write there instead of printing")
    parser.add_argument("--explain", metavar="NODE", help="write the arithmetic of one node")
    parser.add_argument("--domain", action="append", metavar="COLUMN=VALUE", default=[])
    parser.add_argument("--language", choices=LANGUAGES, default="vi")
    return parser


def named_domain(pairs: Sequence[str]) -> dict[str, str]:
    """Return a domain from COLUMN=VALUE texts."""
    odd = next((pair for pair in pairs if not pair.partition("=")[0] or "=" not in pair), None)
    if odd is not None:
        raise PlanError(f"{odd!r} is not COLUMN=VALUE", where="--domain")
    return {column: value for column, _, value in (pair.partition("=") for pair in pairs)}


def explained(plan: Plan, path: Path, at: tuple[str, dict[str, str]], language: str) -> str:
    """Return the arithmetic of a node in a domain, which the plan need not name."""
    if plan.counter is not None:
        message = "counter data have no arithmetic of a probability sample to explain"
        raise PlanError(message, where="--explain")
    node, domain = at
    wider = replace(plan, domains=(*plan.domains, tuple(domain))) if domain else plan
    return explain_node(reported(wider, path)[0], node, domain, language)


def write(text: str, path: Path | None) -> None:
    """Write the result as UTF-8, whatever the terminal speaks; raise PlanError if it cannot be."""
    written = text.encode() + b"\n"
    try:
        if path is None:
            sys.stdout.buffer.write(written)
            sys.stdout.buffer.flush()
        else:
            path.write_bytes(written)
    except OSError as error:
        if path is None:  # what stays in the buffer must not fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        where = str(path or "standard output")
        raise PlanError(error.strerror or "cannot be written", where=where) from error


def load_yaml(source: bytes, path: Path) -> object:
    """Parse YAML; a fault names file, line and column."""
    try:
        loaded: object = yaml.load(source, UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise PlanError(f"{line}{error.problem}", where=str(path)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PlanError(f"no readable YAML ({str(error)[:80]})", where=str(path)) from error
    return loaded


def score(plan: Plan, path: Path) -> tuple[Result, IndexTree]:
    """Score what the plan names; files are relative to the plan."""
    report, options = reported(plan, path)
    with speaking_of(path):
        result = published(report, options)
    if plan.counter is None:
        return result, report.tree
    counters = counters_of(plan.counter, path.parent, result, report.tree, plan.confidence)
    return counter_result(result, report.tree, counters), report.tree


def set_against(result: Result, tree: IndexTree, plan: Plan, path: Path) -> Sequence[AgainstRow]:
    """Set estimates against the official figures of the plan's file; nothing without one."""
    if plan.against is None:
        return ()
    file = path.parent / plan.against
    figures = read_official(file, plan)
    with speaking_of(file):
        is_dated = YEAR not in plan.domain_columns
        return against(result, tree, figures, plan.confidence, is_dated=is_dated)


def small_areas(result: Result, plan: Plan, path: Path) -> Sequence[AreaRow]:
    """Return the plan's tables of small areas; a fault names the file of the areas."""
    tables = []
    for block in plan.small_areas:
        if block.node not in result.nodes:
            message = f"{block.node!r} is no node of the index"
            raise PlanError(message, where=f"{path}: small_areas")
        file = path.parent / block.file
        areas = read_areas(file, block)
        with speaking_of(file):
            tables.append(modelled(result, block, areas, plan.confidence))
    return tables


def calibration_of(plan: Plan, path: Path) -> Calibration | None:
    """Return the calibration of a plan: its own, or to the service records of counter data."""
    raking = None if plan.counter is None else plan.counter.raking
    if raking is None:
        return read_calibration(plan.calibration, path)
    return Calibration("raking", read_records(raking, path.parent).margins)


def reported(plan: Plan, path: Path) -> tuple[Report, Options]:
    """Compute what the plan names, not yet written down."""
    index = path.parent / plan.index
    tree = IndexTree.from_mapping(load_yaml(read_bytes(index), index), where=str(index))
    given = Given()
    if plan.given is not None:
        given = read_given(path.parent / plan.given, plan)
    options = options_of(plan, given, calibration_of(plan, path))
    if plan.data is None or plan.design is None:
        if tree.item_leaves:
            where = f"leaf {tree.item_leaves[0].code}"
            raise PlanError(f"data is missing, and {where} needs answers", where=str(path))
        domains = given.domains_by(options.column_sets)
        with speaking_of(path):
            totals = totals_of_nothing(domains, options.column_sets)
            return report_totals(totals, tree, options), options
    records = None if plan.counter is None else plan.counter.propensity
    variables = () if records is None else records.variables
    groups = [*plan.domain_columns, *options.cells, *variables]
    if isinstance(plan.data, Rounds):
        totals = joined_totals(plan.data, plan.design, (path, groups), tree, options)
        with speaking_of(path):
            return report_totals(totals, tree, options), options
    data = path.parent / plan.data
    with speaking_of(data):
        replicates = plan.variance.columns(read_header(data))
        sample = read_sample(data, plan.design, (groups, replicates), tree)
        if records is not None:
            weight = weight_by_propensity(sample, records, path.parent)
            sample = replace(sample, weight=weight)
        return report_sample(sample, tree, options), options


if __name__ == "__main__":  # pragma: no cover - tests run it in a process of its own
    sys.exit(main(sys.argv[1:]))
