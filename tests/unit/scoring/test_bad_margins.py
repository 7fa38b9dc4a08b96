"""Every mistake in a calibration is exit 2 and one line that names where."""

import pytest

from tests.unit.scoring.files import changed, plan, refused

SEX = {"0": 0.5, "1": 0.5}
PLACES = {"north": 3, "south": 3}


def block(kind: str = "raking", **changes) -> dict:
    """A plan with a calibration to the sexes, its keys changed."""
    return plan(calibration={"kind": kind, "margins": {"female": SEX}} | changes)


def filed(text: str) -> dict:
    """A plan whose margins come from a file."""
    named = plan(calibration={"kind": "raking", "margins_file": "margins.csv"})
    return {"plan.yaml": named, "margins.csv": text}


HEAD = "variable,value,total\n"
CASES = {
    "no mapping": ({"plan.yaml": plan(calibration="raking")}, "calibration: expected a mapping"),
    "no kind": ({"plan.yaml": plan(calibration={"margins": {"female": SEX}})}, "kind is missing"),
    "kind typo": ({"plan.yaml": block("rake")}, "kind: 'rake' is none of poststratify, raking"),
    "logit without bounds": ({"plan.yaml": block("logit")}, "calibration: bounds: is missing"),
    "bounds for raking": (
        {"plan.yaml": block(bounds=[0.5, 2])},
        "calibration: bounds: is for linear and logit, not raking",
    ),
    "bounds as number": ({"plan.yaml": block("linear", bounds=2)}, "bounds: expected a list"),
    "bounds that leave 1 out": (
        {"plan.yaml": block("linear", bounds=[1.1, 2])},
        "bounds: expected 0 <= low < 1 < high, got 1.1, 2",
    ),
    "bounds below 0": (
        {"plan.yaml": block("logit", bounds=[-1, 2])},
        "bounds: expected 0 <= low < 1 < high, got -1, 2",
    ),
    "bounds too narrow": (
        {"plan.yaml": block("linear", margins={"female": {"0": 1, "1": 12}}, bounds=[0.9, 1.1])},
        "cannot be met together by these respondents within 0.9..1.1",
    ),
    "unknown key": (
        {"plan.yaml": block(margin={})},
        "unknown key 'margin', did you mean 'margins",
    ),
    "nothing to meet": ({"plan.yaml": block(margins={})}, "calibration: names no margin"),
    "margins as list": ({"plan.yaml": block(margins=[1])}, "margins: expected a mapping"),
    "margin without values": ({"plan.yaml": block(margins={"female": {}})}, "female: expected"),
    "margin as number": ({"plan.yaml": block(margins={"female": 3})}, "female: expected"),
    "share as text": (
        {"plan.yaml": block(margins={"female": {"0": "half"}})},
        "margins: female: 0: expected a number",
    ),
    "value as truth": ({"plan.yaml": block(margins={"female": {True: 1}})}, "in quotes"),
    "value twice": (
        {"plan.yaml": block(margins={"female": {0: 0.5, "0": 0.5}})},
        "female: names a value twice",
    ),
    "negative": (
        {"plan.yaml": block(margins={"female": {"0": 1.5, "1": -0.5}})},
        "female=1: expected a number above 0, got -0.5",
    ),
    "shares of less than all": (
        {"plan.yaml": block(margins={"female": {"0": 0.5, "1": 0.4}})},
        "female: the shares add up to 0.9, not 1",
    ),
    "counts that differ": (
        {"plan.yaml": block(margins={"female": {"0": 3, "1": 3}, "region": {"north": 7}})},
        "female adds up to 6, region to 7; they must agree",
    ),
    "shares beside other counts": (
        {"plan.yaml": block(margins={"female": SEX, "region": PLACES})},
        "female adds up to 13, region to 6; they must agree",
    ),
    "both margins and file": (
        {"plan.yaml": block(margins_file="margins.csv")},
        "margins_file: stands beside margins",
    ),
    "two variables for post-stratification": (
        {"plan.yaml": block("poststratify", margins={"female": SEX, "region": PLACES})},
        "post-stratification takes one variable",
    ),
    "total for post-stratification": (
        {"plan.yaml": block("poststratify", totals={"w": 3})},
        "post-stratification takes one variable",
    ),
    "total that is no number": ({"plan.yaml": block(totals={"w": "x"})}, "totals: w: expected"),
    "total beside margins": (
        {"plan.yaml": block(totals={"female": 9})},
        "both margins and a total",
    ),
    "total of words": (
        {"plan.yaml": block(totals={"region": 9})},
        "'north' is not a number",
    ),
    "no such column": (
        {"plan.yaml": block(margins={"femal": SEX})},
        "data.csv: no column 'femal', did you mean 'female'",
    ),
    "value without respondents": (
        {"plan.yaml": block(margins={"female": {"0": 0.4, "1": 0.5, "2": 0.1}})},
        "female: value '2' has no respondents",
    ),
    "respondents without a margin": (
        {"plan.yaml": block(margins={"female": {"0": 1}})},
        "female: value '1' has respondents, but is not among the margins",
    ),
    "respondent without a value": (
        {"plan.yaml": block(), "data.csv": changed(3, "female", "")},
        "data row 3: 1 respondents have no value of the margin 'female'",
    ),
    "margins that cannot be met together": (
        {
            "plan.yaml": block(margins={"female": SEX, "twin": {"a": 0.9, "b": 0.1}}),
            "data.csv": "\n".join(
                ["stratum,psu,w,region,female,q1,q2,twin"]
                + [f"a,{psu},1,north,{sex},3,co,{'ab'[sex]}" for psu in (1, 2) for sex in (0, 1)]
            ),
        },
        "of its size away from margin twin=b",
    ),
    "without data": (
        {"plan.yaml": plan(data=None, design=None, calibration={"kind": "raking"})},
        "calibration: needs data",
    ),
    "no margins file": (
        {"plan.yaml": plan(calibration={"kind": "raking", "margins_file": "absent.csv"})},
        "absent.csv: no such file",
    ),
    "margins file without column": (filed("variable,value\n"), "margins.csv: no column 'total'"),
    "margins file empty": (filed(HEAD), "margins.csv: calibration: names no margin"),
    "margins file twice": (
        filed(HEAD + "female,0,1\nfemale,0,2\n"),
        "margins.csv: data row 2: female=0 stands there twice",
    ),
    "margins file blank value": (filed(HEAD + "female,,1\n"), "data row 1: variable or value is"),
    "margins file blank total": (
        filed(HEAD + "female,0,\n"),
        "female=0: expected a number above 0, got nan",
    ),
    "margins file words": (filed(HEAD + "female,0,many\n"), "column total: 'many' is not"),
    "margins file of shares": (
        filed(HEAD + "female,0,0.2\nfemale,1,0.2\n"),
        "margins.csv: calibration: female: the shares add up to 0.4",
    ),
}


@pytest.mark.parametrize(("files", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line_and_status_2(files, said, tmp_path, capsys):
    assert said in refused(tmp_path, files, capsys)
