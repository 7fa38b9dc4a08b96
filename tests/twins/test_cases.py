"""One file of expressions and values, walked by Python and by JavaScript."""

import json
import math
from pathlib import Path

import pytest

from survey.instruments.evaluate import Scope, Value, evaluate
from survey.instruments.expressions import FUNCTIONS, parse, walk
from tests.twins.reading import TOLD, told

FILE = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(case["expression"], case["value"], id=f"{group}: {case['expression'][:60]}")
    for group, cases in FILE["groups"].items()
    for case in cases
]
VALUES = {
    name: float(value) if type(value) is int else value
    for name, value in FILE["scope"]["values"].items()
}
LABELS = FILE["scope"]["labels"]
SCOPE = Scope(**FILE["scope"] | {"values": VALUES, "labels": lambda name: LABELS.get(name, {})})
RUN = f"""([trees, scope]) => {{
  const told = {TOLD};
  return trees.map((tree) => told(twin.evaluate(tree, scope)));
}}"""


def expected(value: object) -> Value:
    if isinstance(value, dict):
        return float(value["number"])
    return value if isinstance(value, str | bool) else float(value)


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_python_finds_the_value(expression, value) -> None:
    found, right = evaluate(parse(expression), SCOPE), expected(value)
    assert told(found) == told(right)
    assert type(found) is type(right)
    if isinstance(right, float) and not math.isnan(right):
        assert found == right


@pytest.mark.browser
def test_javascript_finds_every_value(twin) -> None:
    trees = [parse(case.values[0]) for case in CASES]
    found = twin.evaluate(RUN, [trees, FILE["scope"]])
    wrong = [
        (case.values[0], got, told(expected(case.values[1])))
        for case, got in zip(CASES, found, strict=True)
        if got != told(expected(case.values[1]))
    ]
    assert wrong == []


def test_every_function_and_operator_has_a_case() -> None:
    used = {node["op"] for case in CASES for node in walk(parse(case.values[0]))}
    operators = {"or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "neg"}
    assert operators | set(FUNCTIONS) == used - {"literal", "ref", "self", "column"}
