"""Every mistake in a plan is exit 2 and one line that names where."""

import pytest

from scoring.__main__ import main
from tests.unit.scoring.files import design, plan, refused, write

CASES = {
    "no such plan": ({"plan.yaml": None}, "plan.yaml: no such file"),
    "plan is a list": ({"plan.yaml": [1]}, "expected a mapping"),
    "plan is empty": ({"plan.yaml": ""}, "expected a mapping, got None"),
    "plan is not yaml": ({"plan.yaml": "a: [1\nb: 2"}, "plan.yaml: line 2"),
    "plan is not text": ({"plan.yaml": b"\x80a: 1"}, "no readable YAML"),
    "plan has control characters": ({"plan.yaml": "a: \x01"}, "no readable YAML"),
    "plan has an impossible date": ({"plan.yaml": "seed: 2024-13-45"}, "no readable YAML"),
    "plan is too deep": ({"plan.yaml": "[" * 3000}, "no readable YAML"),
    "key twice": ({"plan.yaml": "data: a\ndata: b\n"}, "key 'data' stands there twice"),
    "key is no text": ({"plan.yaml": {1: 2}}, "key 1 must be text"),
    "unknown key": (
        {"plan.yaml": plan(domain=["q"])},
        "unknown key 'domain', did you mean 'domains'",
    ),
    "strange key": ({"plan.yaml": plan(zzz=1)}, "unknown key 'zzz'"),
    "no index": ({"plan.yaml": plan(index=None)}, "index is missing"),
    "index is blank": ({"plan.yaml": plan(index=" ")}, "index: is blank"),
    "index is a number": ({"plan.yaml": plan(index=1)}, "index: expected text"),
    "no design": ({"plan.yaml": plan(design=None)}, "design is missing"),
    "no data": ({"plan.yaml": plan(data=None)}, "data is missing"),
    "design is text": ({"plan.yaml": plan(design="x")}, "design: expected a mapping"),
    "unknown design key": (
        {"plan.yaml": plan(design=design(strata="x"))},
        "unknown key 'strata', did",
    ),
    "no fpc column": ({"plan.yaml": plan(design=design(fpc="N"))}, "no column 'N'"),
    "ssu_fpc alone": (
        {"plan.yaml": plan(design=design(ssu_fpc="M"))},
        "ssu_fpc: needs ssu and fpc",
    ),
    "lonely typo": (
        {"plan.yaml": plan(design=design(lonely_psu="x"))},
        "lonely_psu: 'x' is none of",
    ),
    "variance typo": ({"plan.yaml": plan(variance="jack")}, "variance: 'jack' is none of"),
    "weights of nobody": (
        {"plan.yaml": plan(replicate_weights="r")},
        "replicate_weights: does not go with variance taylor",
    ),
    "interval typo": ({"plan.yaml": plan(interval="tt")}, "interval: 'tt' is none of"),
    "confidence 95": ({"plan.yaml": plan(confidence=95)}, "confidence: 95 is not between 0 and 1"),
    "confidence text": ({"plan.yaml": plan(confidence="x")}, "confidence: expected a number"),
    "seed text": ({"plan.yaml": plan(seed="x")}, "seed: expected a whole number"),
    "domains text": ({"plan.yaml": plan(domains="region")}, "domains: expected a list"),
    "domains empty set": ({"plan.yaml": plan(domains=[[]])}, "domains: []"),
    "domains number": ({"plan.yaml": plan(domains=[3])}, "domains: 3"),
    "domains twice": ({"plan.yaml": plan(domains=[["region", "region"]])}, "domains:"),
    "compare text": ({"plan.yaml": plan(compare="x")}, "compare: expected a list"),
    "compare single": ({"plan.yaml": plan(compare=[[{"female": "1"}]])}, "no pair of domains"),
    "compare itself": (
        {"plan.yaml": plan(compare=[[{"female": 1}, {"female": "1"}]])},
        "with itself",
    ),
    "compare bool": ({"plan.yaml": plan(compare=[[{"female": True}, None]])}, "in quotes"),
    "compare empty": ({"plan.yaml": plan(compare=[[{}, {"female": "1"}]])}, "without a column"),
    "compare absent value": (
        {"plan.yaml": plan(compare=[[{"female": "7"}, None]])},
        "{'female': '7'} is empty",
    ),
    "compare absent column": (
        {"plan.yaml": plan(compare=[[{"sex": "1"}, None]])},
        "no column 'sex'",
    ),
}


@pytest.mark.parametrize(("files", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line_and_status_2(files, said, tmp_path, capsys):
    assert said in refused(tmp_path, files, capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "arguments: the following arguments are required: plan"),
        (["a.yaml", "--outt", "x"], "arguments: unrecognized arguments"),
        (["nowcast", "--official", "x.csv"], "arguments: the following arguments are required"),
    ],
)
def test_wrong_arguments_are_one_line_too(arguments, said, capsys):
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert printed.startswith(said)


def test_an_unwritable_result_is_said(tmp_path, capsys):
    out = tmp_path / "absent" / "out.json"
    assert main([str(write(tmp_path, {})), "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"{out}: No such file or directory\n"
