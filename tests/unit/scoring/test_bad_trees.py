"""Every mistake in an index tree is exit 2 and one line that names where."""

import pytest

from tests.unit.scoring.files import child, index, leaf, plan, refused, tree

DEEP = "index: s\nscale: [0, 1]\ntree: " + "{code: a, combine: sum, children: [" * 40 + "]}" * 40

CASES = {
    "no such tree": ({"plan.yaml": plan(index="x.yaml")}, "x.yaml: no such file"),
    "tree is a folder": ({"plan.yaml": plan(index=".")}, "cannot be read"),
    "tree is not yaml": ({"index.yaml": "{"}, "index.yaml: line"),
    "tree without tree": ({"index.yaml": {"index": "s"}}, "index.yaml: tree: is missing"),
    "tree without name": ({"index.yaml": index(index=None)}, "index is missing"),
    "tree unknown key": (
        {"index.yaml": index(scal=[0, 1])},
        "unknown key 'scal', did you mean 'scale'",
    ),
    "min_n zero": ({"index.yaml": index(min_n=0)}, "min_n: expected 1 or more"),
    "min_n fraction": ({"index.yaml": index(min_n=1.5)}, "min_n: expected a whole number"),
    "missing_codes number": (
        {"index.yaml": index(missing_codes=[1.5])},
        "missing_codes: write 1.5",
    ),
    "leaf typo": (
        {"index.yaml": leaf(rnage=[1, 5])},
        "tree > A: unknown key 'rnage', did you mean 'range'",
    ),
    "leaf no range": ({"index.yaml": leaf(range=None)}, "tree > A: range: is missing"),
    "leaf flat range": ({"index.yaml": leaf(range=[1, 1])}, "range: the two ends are equal"),
    "leaf long range": ({"index.yaml": leaf(range=[1, 2, 3])}, "range: expected two numbers"),
    "leaf text range": ({"index.yaml": leaf(range=["a", 5])}, "range: expected a number, got 'a'"),
    "leaf infinite range": (
        {"index.yaml": leaf(range=[0, float("inf")])},
        "expected a number, got inf",
    ),
    "leaf endless range": ({"index.yaml": leaf(range=[0, 10**400])}, "expected a number, got 100"),
    "leaf no scale": (
        {"index.yaml": leaf() | {"scale": None}},
        "scale: is missing here and at the top",
    ),
    "leaf two kinds": (
        {"index.yaml": leaf(constant=1)},
        "exactly one of item, given, constant, children; has item and constant",
    ),
    "leaf no kind": ({"index.yaml": index(tree={"code": "A"})}, "has none"),
    "leaf code number": (
        {"index.yaml": leaf(code=1.1)},
        "code: expected text (in quotes), got 1.1",
    ),
    "leaf values and share": (
        {"index.yaml": child(share=["co"])},
        "total > B: share: stands beside values",
    ),
    "leaf values list": ({"index.yaml": child(values=["co"])}, "values: expected a mapping"),
    "leaf values bool": (
        {"index.yaml": child(values={True: 1, False: 0})},
        "as text in quotes",
    ),
    "leaf values twice": ({"index.yaml": child(values={"1": 1, 1: 0})}, "names a code twice"),
    "leaf values text": (
        {"index.yaml": child(values={"co": "x"})},
        "values: co: expected a number",
    ),
    "leaf values equal": (
        {"index.yaml": child(values={"co": 1}, range=None)},
        "values do not differ",
    ),
    "leaf values missing": (
        {"index.yaml": child(values={"dk": 1, "co": 0})},
        "'dk', which missing_codes",
    ),
    "leaf share twice": ({"index.yaml": leaf(share=["4", "4"])}, "share: '4' stands there twice"),
    "leaf weight": ({"index.yaml": leaf(node_weight="x")}, "node_weight: expected a number"),
    "leaf title": ({"index.yaml": leaf(title="x")}, "title: expected a mapping"),
    "node combine": (
        {"index.yaml": tree(combine="median")},
        "tree > total: combine: 'median' is none of",
    ),
    "node no combine": ({"index.yaml": tree(combine=None)}, "combine is missing"),
    "node empty": ({"index.yaml": tree(children=[])}, "children: is empty"),
    "node missing": ({"index.yaml": tree(missing="skip")}, "missing: 'skip' is none of"),
    "node reweight sum": (
        {"index.yaml": tree(missing="drop_and_reweight", combine="sum")},
        "use drop",
    ),
    "node factor": ({"index.yaml": tree(factor=0)}, "factor: is zero"),
    "node negative": ({"index.yaml": child(node_weight=-1)}, "'B' has a negative node_weight"),
    "node all zero": (
        {
            "index.yaml": tree(
                children=[{"code": "A", "item": "q1", "range": [1, 5], "node_weight": 0}]
            )
        },
        "all have node_weight 0",
    ),
    "node mixed": (
        {"index.yaml": child(scale=[0, 1])},
        "a mean needs one scale, but 'A' is on 0..100 and 'B' is on 0..1",
    ),
    "node deep": ({"index.yaml": DEEP}, "deeper than 30 levels"),
    "node alias": (
        {"index.yaml": "index: s\ntree: &t {code: a, combine: sum, children: [*t]}"},
        "recursive",
    ),
    "child without code": (
        {"index.yaml": tree(children=[{"item": "q1"}])},
        "total > child 1: code is missing",
    ),
    "child is text": ({"index.yaml": tree(children=["x"])}, "total > child 1: expected a mapping"),
    "two faults": ({"index.yaml": tree(children=["x", {"code": "A", "item": 3}])}, "(and 1 more)"),
    "code twice": ({"index.yaml": child(code="A")}, "code 'A' stands there twice"),
    "present key": ({"index.yaml": leaf(present={"digits": 1})}, "present: unknown key 'digits'"),
    "present decimals": (
        {"index.yaml": leaf(present={"decimals": 12})},
        "decimals: expected 0 to 9",
    ),
    "present mean": (
        {"index.yaml": tree(present={"round_children": 1})},
        "round_children needs combine: sum",
    ),
    "present grades": (
        {"index.yaml": leaf(present={"grades": [{"from": 1, "title": {"vi": "a"}}] * 2})},
        "two grades start",
    ),
    "present title": (
        {"index.yaml": leaf(present={"grades": [{"from": 1}]})},
        "grades: 1: title: is missing",
    ),
}


@pytest.mark.parametrize(("files", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line_and_status_2(files, said, tmp_path, capsys):
    assert said in refused(tmp_path, files, capsys)
