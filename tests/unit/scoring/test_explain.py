"""An explanation: its arithmetic, done by hand, gives the numbers of the estimate."""

import json

import pytest

from scoring import PlanError
from scoring.__main__ import main
from scoring.explain.sheet import Sheet
from tests.unit.scoring.arithmetic import equations, told
from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    child,
    codes_of,
    csv_text,
    design,
    index,
    leaf,
    plan,
    row_of,
    tree,
    write,
)

WIDE = (*HEADER, "village", "psus", "villages")
TWO_STAGES = csv_text([(*row, str(at % 2), "9", "5") for at, row in enumerate(ROWS)], WIDE)
ALONE = csv_text(
    [
        (*row[:5], row[5] if row[:2] == ("a", "1") else "", *row[6:], str(at % 2), "9", "5")
        for at, row in enumerate(ROWS)
    ],
    WIDE,
)
MANY = csv_text([(f"h{at}", str(c), "1", "x", "0", str(1 + at % 5), "co" if c else "khong")
                 for at in range(16) for c in (0, 1)])  # fmt: skip
THIRD = (*ROWS, ("c", "1", "2", "north", "1", "2", "co"))
APART = csv_text(
    [
        (
            *row[:2],
            "1",
            *row[3:5],
            "51"[at % 2] if at < 2 else "",
            ("khong", "co")[at % 2],
            str(at),
        )
        for at, row in enumerate(ROWS)
    ],
    (*HEADER, "village"),
)
WEIGHED = csv_text([(*row[:2], "40" if at == 0 else "1", *row[3:]) for at, row in enumerate(ROWS)])
GIVEN = "code,value,se,region\nX,0.5,0.1,\nX,0.7,,north\n"
CHILDREN = index()["tree"]["children"]
FIGURE = {"code": "X", "given": "x", "range": [0, 1]}


def of(*children: dict, **changes) -> dict:
    return tree(children=[*CHILDREN, *children], **changes)


def raked(kind: str = "raking", **changes) -> dict:
    margins = {"female": {"0": 0.4, "1": 0.6}}
    return {"calibration": {"kind": kind, "margins": margins}} | changes


PROPORTION = {"index.yaml": leaf(code="total", range=[1, 0], share=["2", "3"])}
FIXED = {"code": "K", "constant": 50}
DEAD = {"code": "Z", "item": "q1", "range": [1, 5], "node_weight": 0}
CASES = {
    "mean": {},
    "sum": {"index.yaml": tree(combine="sum", factor=-2)},
    "geometric mean": {"index.yaml": tree(combine="geometric_mean", factor=0.5)},
    "constant and shown child": {"index.yaml": of(FIXED, DEAD)},
    "leaf that counts the other way": {"index.yaml": leaf(code="total", range=[5, 1])},
    "share": {"index.yaml": leaf(code="total", range=None, share=["4", "5"])},
    "inner children": {
        "index.yaml": tree(children=[{"code": "in", "combine": "mean", "children": CHILDREN}])
    },
    "given": {
        "index.yaml": of(FIGURE | {"given": "X"}),
        "given.csv": GIVEN,
        "plan.yaml": plan(given="given.csv", domains=["region"]),
    },
    "dropped": {"index.yaml": of(FIGURE, missing="drop", combine="mean")},
    "reweighted": {"index.yaml": of(FIGURE, missing="drop_and_reweight")},
    "two stages": {
        "plan.yaml": plan(design=design(ssu="village", fpc="psus", ssu_fpc="villages")),
        "data.csv": TWO_STAGES,
    },
    "all PSUs drawn": {
        "plan.yaml": plan(design=design(fpc="two")),
        "data.csv": csv_text([(*row, "2") for row in ROWS], (*HEADER, "two")),
    },
    "one PSU": {"plan.yaml": plan(design=design(ssu="village")), "data.csv": ALONE},
    "one PSU, least": {
        "plan.yaml": plan(design=design(ssu="village")),
        "data.csv": APART,
    },
    "raked": {"plan.yaml": plan(**raked())},
    "raked, linear": {"plan.yaml": plan(**raked("linear"))},
    "jackknife": {"plan.yaml": plan(variance="jackknife")},
    "bootstrap": {"plan.yaml": plan(variance="bootstrap", replicates=2, seed=1)},
    "lonely certainty": {
        "plan.yaml": plan(design=design(lonely_psu="certainty")),
        "data.csv": csv_text(THIRD),
    },
    "lonely average": {
        "plan.yaml": plan(design=design(lonely_psu="average")),
        "data.csv": csv_text(THIRD),
    },
    "lonely adjust": {
        "plan.yaml": plan(design=design(lonely_psu="adjust")),
        "data.csv": csv_text(THIRD),
    },
    "trimmed": {"plan.yaml": plan(design=design(trim=6)), "data.csv": WEIGHED},
    "satterthwaite": {"plan.yaml": plan(df="satterthwaite", confidence=0.9)},
    "logit": {"plan.yaml": plan(interval="logit")},
    **{
        f"interval {kind}": PROPORTION | {"plan.yaml": plan(interval=kind)}
        for kind in ("beta", "wilson", "likelihood", "asin")
    },
    "many strata": {"data.csv": MANY},
    "no spread": {
        "index.yaml": leaf(code="total"),
        "data.csv": csv_text([(*row[:5], "3", row[6]) for row in ROWS]),
    },
}


def explained(folder, files, *arguments: str, language: str = "en") -> str:
    path, out = write(folder, files), folder / "told.txt"
    words = ["--explain", "total", "--language", language, *arguments, "--out", str(out)]
    assert main([str(path), *words]) == 0
    return out.read_text(encoding="utf-8")


def scored(folder, files) -> dict:
    out = folder / "out.json"
    assert main([str(write(folder, files)), "--out", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
def test_every_line_of_arithmetic_gives_what_it_says(files, language, tmp_path):
    found = equations(explained(tmp_path, files, language=language), language)
    assert len(found) >= 4
    for line, value, said in found:
        assert value == pytest.approx(said, rel=1e-6, abs=1e-6), line


@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
def test_the_arithmetic_ends_in_the_numbers_of_the_estimate(files, tmp_path):
    text, row = explained(tmp_path, files), row_of(scored(tmp_path, files), "total")
    results = [said for _, _, said in equations(text)]
    if "likelihood interval" in text:  # its ends come from no formula of one line
        results += [row["low"], row["high"]]
    for name, number in told(text).items():
        assert float(number) == pytest.approx(row[name], rel=1e-8)
        assert any(said == pytest.approx(row[name], rel=1e-8, abs=1e-9) for said in results), name
    assert [line for code in codes_of(row) if f"  {code}: " not in text for line in [code]] == []


def test_psus_of_two_strata_with_one_label_are_told_apart(tmp_path):
    text = explained(tmp_path, CASES["two stages"], language="vi")
    assert all(f"  {label}: m = 2" in text for label in ("a / 1", "a / 2", "b / 1", "b / 2"))


def test_what_is_alone_or_drawn_whole_and_what_counts_the_other_way_is_said(tmp_path):
    assert "a: the share not drawn is 0" in explained(tmp_path, CASES["all PSUs drawn"])
    assert "c: one unit only, as lonely_psu" in explained(tmp_path, CASES["lonely adjust"])
    turned = explained(tmp_path, CASES["leaf that counts the other way"])
    assert "5 is the worst, 1 the best" in turned


def test_a_domain_need_not_be_in_the_plan(tmp_path):
    text = explained(tmp_path, {}, "--domain", "female=1")
    files = {"plan.yaml": plan(domains=["female"])}
    row = row_of(scored(tmp_path, files), "total", {"female": "1"})
    assert float(told(text)["estimate"]) == pytest.approx(row["estimate"])
    assert "Domain: female = 1" in text
    crossed = explained(tmp_path, {}, "--domain", "female=0", "--domain", "region=south")
    assert "Domain: female = 0, region = south" in crossed


def test_strata_and_children_share_the_variance_out(tmp_path):
    text = explained(tmp_path, {}, language="vi")
    assert "b: m = 2, 97,9 % phương sai" in text
    assert "A: sai số chuẩn 18,7823441, 59,7 % phương sai" in text


def test_a_variance_held_from_below_is_no_sum_over_children(tmp_path):
    text = explained(tmp_path, CASES["one PSU, least"])
    assert "within one PSU" in text
    assert "parts by child" not in text


def test_of_many_strata_the_smallest_are_added_up(tmp_path):
    assert "4 other groups together" in explained(tmp_path, CASES["many strata"])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"index.yaml": leaf(code="total") | {"min_n": 9}}, "fewer than the minimum of 9"),
        ({"index.yaml": of(FIGURE)}, "one missing child leaves no value"),
        ({"index.yaml": of(FIGURE)}, "X: no value, node weight 1"),
        ({"index.yaml": index(tree=FIGURE | {"code": "total"})}, "there is no figure"),
        ({"data.csv": ALONE}, "The standard error is unknown."),
        ({"data.csv": ALONE}, "standard error none; no 95 % interval"),
        (CASES["raked"], "deviations are residuals of the regression on the margins"),
        ({"plan.yaml": CASES["trimmed"]["plan.yaml"], "data.csv": WEIGHED}, "trimmed: large"),
        ({"index.yaml": of(FIXED | {"title": {"en": "Fifty"}})}, "K (Fifty): constant 50"),
        ({"index.yaml": tree(title={"en": "All"})}, "Node total: All"),
        (CASES["satterthwaite"], "Satterthwaite's rule, at most 2"),
        (CASES["bootstrap"], "no more than the replicates carry, 1"),
        (CASES["one PSU"] | {"index.yaml": leaf(code="total")}, "units with answers less 1"),
        ({"plan.yaml": plan(interval="wilson"), "index.yaml": child(code="total2") | {
            "tree": CHILDREN[1] | {"code": "total"}}}, "p is the estimate on 0 to 1 of the scale"),
    ],
)  # fmt: skip
def test_doubts_and_rules_are_said(files, said, tmp_path):
    assert said in explained(tmp_path, files)


def test_figures_from_outside_alone_have_the_normal_quantile(tmp_path):
    files = {
        "plan.yaml": {"index": "index.yaml", "given": "given.csv"},
        "index.yaml": index(tree=FIGURE | {"code": "total", "given": "X"}),
        "given.csv": "code,value,se\nX,0.5,0.1\n",
    }
    text = explained(tmp_path, files)
    assert "the normal quantile" in text
    assert all(value == pytest.approx(said) for _, value, said in equations(text))


def test_a_proportion_on_which_all_agree_has_its_ends_told(tmp_path):
    files = PROPORTION | {"data.csv": csv_text([(*row[:5], "2", row[6]) for row in ROWS])}
    text, row = explained(tmp_path, files), row_of(scored(tmp_path, files), "total")
    assert (row["estimate"], row["low"]) == (0, 0)
    assert f"from 0 to {row['high']:.9g}" in text
    assert "effective size" not in text


def test_a_sheet_has_one_of_two_languages():
    with pytest.raises(PlanError, match="'fr' is none of vi, en"):
        Sheet("fr")


def test_one_interval_of_no_degrees_is_none(tmp_path):
    rows = [row for row in ROWS if row[:2] == ("a", "1")]
    files = {
        "plan.yaml": plan(design=design(lonely_psu="adjust", stratum="psu")),
        "data.csv": csv_text([*rows, ("a", "2", "1", "x", "1", "4", "co")]),
    }
    text = explained(tmp_path, files)
    assert "No interval." in text
    assert "; no 95 % interval" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--explain", "zz"], "--explain: 'zz' is no node of the index"),
        (["--explain", "total", "--domain", "female"], "--domain: 'female' is not COLUMN=VALUE"),
        (["--explain", "total", "--domain", "=1"], "--domain: '=1' is not COLUMN=VALUE"),
        (["--explain", "total", "--domain", "female=7"], "domain {'female': '7'} is empty"),
        (["--explain", "total", "--domain", "sex=1"], "no column 'sex'"),
        (["--domain", "female=1"], "--domain: goes with --explain"),
        (["--explain", "total", "--language", "fr"], "arguments: argument --language"),
    ],
)
def test_a_mistake_is_one_line(arguments, said, tmp_path, capsys):
    assert main([str(write(tmp_path, {})), *arguments]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert said in printed.err
