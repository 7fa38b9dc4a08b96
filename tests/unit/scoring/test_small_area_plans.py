"""The plan's tables of small areas, from files."""

import numpy as np
import pytest
from scipy import stats

from scoring.modelled.fay_herriot import fay_herriot, smoothed_variances
from tests.unit.scoring.files import csv_text, index, leaf, plan, refused, row_of, scored

NAMES = [f"p{at}" for at in range(8)]
POOR = [0.9, 0.8, 0.7, 0.65, 0.4, 0.35, 0.2, 0.1, 0.5]
PEOPLE = [10, 20, 30, 40, 50, 60, 70, 80, 0]


def answers() -> str:
    """Eight areas of three communes, and one of them with a single commune."""
    random = np.random.default_rng(3)
    rows = [
        (f"h{p}", str(c), "1", name, "0", str(min(5, 1 + p // 2 + random.integers(0, 2))), "co")
        for p, name in enumerate(NAMES)
        for c in range(3)
        for _ in range(4)
        if p or not c
    ]
    return csv_text([("h1" if row[0] == "h0" else row[0], *row[1:]) for row in rows])


def areas(names=(*NAMES, "p8")) -> str:
    rows = zip(names, POOR, PEOPLE, strict=False)
    return "region,poor,people\n" + "".join(f"{at},{x},{n}\n" for at, x, n in rows)


def table(**changes) -> dict:
    block = {"by": "region", "node": "A", "file": "areas.csv", "covariates": ["poor"]} | changes
    return plan(domains=["region"], small_areas=[block])


def files(changed: dict, **more) -> dict:
    return {
        "plan_yaml": changed,
        "index_yaml": leaf(),
        "data_csv": answers(),
        "areas_csv": areas(),
    } | more


def expected(document: dict):
    rows = [row_of(document, "A", {"region": name}) for name in NAMES]
    direct = [row["estimate"] for row in rows]
    se = np.asarray([row["se"] for row in rows], dtype=float)
    n, df = [row["n"] for row in rows], [row["df"] or 0 for row in rows]
    variance = smoothed_variances(se**2, n, df)
    x = np.c_[np.ones(9), POOR]
    return fay_herriot([*direct, np.nan], [*variance, np.nan], x)


def test_areas_are_strengthened_as_in_python(tmp_path):
    document = scored(tmp_path, **files(table()))
    (found,) = document["small_areas"]
    said = expected(document)
    rows = found["areas"]
    assert [row["domain"]["region"] for row in rows] == [*NAMES, "p8"]
    assert [row["estimate"] for row in rows] == pytest.approx(said.estimate)
    assert [row["se"] for row in rows] == pytest.approx(np.sqrt(said.mse))
    assert [row["borrowed"] for row in rows] == pytest.approx(said.borrowed)
    assert list(found["coefficients"].values()) == pytest.approx(said.coefficients)
    assert list(found["coefficients"]) == ["constant", "poor"]
    assert (found["between"], found["benchmark"]) == (pytest.approx(said.between), 1)
    reach = stats.norm.ppf(0.975) * rows[3]["se"]
    assert rows[3]["high"] - rows[3]["estimate"] == pytest.approx(reach)


def test_an_area_without_answers_leans_on_the_regression_alone(tmp_path):
    *_, last = scored(tmp_path, **files(table()))["small_areas"][0]["areas"]
    assert (last["borrowed"], last["direct"], last["n"]) == (1, None, 0)


def test_areas_meet_the_estimate_of_the_whole(tmp_path):
    document = scored(tmp_path, **files(table(share="people")))
    (found,) = document["small_areas"]
    mean = np.average([row["estimate"] for row in found["areas"]], weights=PEOPLE)
    assert mean == pytest.approx(row_of(document, "A")["estimate"])
    plain = expected(document).estimate
    assert found["areas"][0]["estimate"] == pytest.approx(found["benchmark"] * plain[0])


def test_without_covariates_areas_are_drawn_to_their_mean(tmp_path):
    bare = table()
    del bare["small_areas"][0]["covariates"]
    (found,) = scored(tmp_path, **files(bare))["small_areas"]
    assert list(found["coefficients"]) == ["constant"]


def test_a_whole_without_an_estimate_cannot_be_met(tmp_path, capsys):
    tree = index()
    tree["tree"]["children"][1] = {"code": "G", "given": "g", "range": [0, 1]}
    given = "code,value,se,region\n" + "".join(f"g,0.5,0.1,{name}\n" for name in NAMES)
    changed = table(node="total", share="people") | {"given": "given.csv"}
    texts = {key.replace("_", "."): value for key, value in files(changed).items()}
    texts |= {"index.yaml": tree, "given.csv": given}
    assert "share: the whole sample has no estimate" in refused(tmp_path, texts, capsys)


CASES = {
    "key": (table(cov="x"), {}, "small_areas: unknown key 'cov'"),
    "no list": (plan(small_areas={"by": "region"}), {}, "small_areas: expected a list"),
    "node": (table(node="Z"), {}, "small_areas: 'Z' is no node of the index"),
    "file": (table(file="none.csv"), {}, "none.csv: no such file"),
    "column": (table(covariates="rich"), {}, "areas.csv: no column 'rich'"),
    "lone": (
        table(),
        {"areas.csv": areas(NAMES[:7])},
        "areas.csv: small_areas: area {'region': 'p7'} is not in the file",
    ),
    "twice": (
        table(),
        {"areas.csv": areas() + "p8,1,1\n"},
        "areas.csv: data row 10: {'region': 'p8'} stands there twice",
    ),
    "blank": (
        table(),
        {"areas.csv": areas().replace("p3,0.65", "p3,")},
        "areas.csv: area 4: a covariate is not finite",
    ),
    "by": (table(by="female"), {"areas.csv": "female,poor\n0,1\n"}, "fewer than 3 areas"),
    "share": (
        table(share="people"),
        {"areas.csv": areas().replace("p3,0.65,40", "p3,0.65,-4")},
        "share: must be finite, not negative",
    ),
}


@pytest.mark.parametrize(("changed", "more", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line(changed, more, said, tmp_path, capsys):
    texts = {key.replace("_", "."): value for key, value in files(changed).items()} | more
    assert said in refused(tmp_path, texts, capsys)
