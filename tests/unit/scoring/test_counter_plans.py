"""The plan's block of counter data: clusters, weights from service records, biases; from files."""

import pytest

from scoring import (
    BiasPair,
    Codes,
    Counters,
    IndexTree,
    Options,
    Sample,
    counter_design,
    counter_result,
    learn_biases,
    propensity_weights,
    score_sample,
)
from scoring.__main__ import main
from tests.unit.scoring.files import codes_of, leaf, refused, row_of, scored, write

VISITS = [
    ("n", "k1", "1", "f", "5"),
    ("n", "k1", "1", "m", "3"),
    ("n", "k1", "2", "f", "4"),
    ("n", "k2", "1", "f", "5"),
    ("n", "k2", "2", "m", "2"),
    ("s", "k3", "1", "f", "4"),
    ("s", "k3", "2", "m", "1"),
    ("s", "k3", "2", "f", "5"),
]
HEADER = "office,kiosk,day,sex,q1\n"
RECORDS = "sex,people\nf,50\nm,70\n"
PAIRS = [
    BiasPair("A", 70.0 + shift, 2.0, 64.0 + shift / 2, 2.5) for shift in (0.0, 4.0, -3.0, 8.0, 1.0)
]
PAIR_TEXT = "node,counter,counter_se,survey,survey_se\n" + "".join(
    ",".join(map(str, pair)) + "\n" for pair in PAIRS
)
BIAS_TEXT = "node,mean,mean_se,sd,places\nA,5,1,2,12\n"


def visits(rows=VISITS) -> str:
    return HEADER + "".join(",".join(row) + "\n" for row in rows)


def counter(design=None, more=None, **changes) -> dict:
    stratum = {"stratum": "office"} if design is None else design
    block = {"kiosk": "kiosk", "day": "day"} | changes
    return {
        "data": "data.csv",
        "index": "index.yaml",
        "design": stratum,
        "counter": block,
        "domains": ["sex"],
    } | (more or {})


def records(weights: str = "raking", **changes) -> dict:
    return {"file": "records.csv", "variables": "sex", "count": "people", "weights": weights} | (
        changes
    )


def files(plan: dict, **changes) -> dict:
    return {
        "plan_yaml": plan,
        "index_yaml": leaf(),
        "data_csv": visits(),
        "records_csv": RECORDS,
        "pairs_csv": PAIR_TEXT,
        "biases_csv": BIAS_TEXT,
    } | changes


def by_python(weight=None, counters=None):
    columns = dict(zip(HEADER.strip().split(","), zip(*VISITS, strict=True), strict=True))
    sample = Sample.from_columns(
        counter_design(list(columns["kiosk"]), list(columns["day"]), list(columns["office"])),
        weight=weight,
        items={"q1": Codes.of(list(columns["q1"]))},
        domains={"sex": Codes.of(list(columns["sex"]))},
    )
    tree = IndexTree.from_mapping(leaf())
    return counter_result(
        score_sample(sample, tree, Options([["sex"]])), tree, counters or Counters({})
    )


def test_without_a_bias_counters_are_indicative(tmp_path):
    document = scored(tmp_path, **files(counter(more={"compare": [[{"sex": "f"}, None]]})))
    for row in (*document["estimates"], *document["differences"]):
        assert row["se"] is row["low"] is row["high"] is row["df"] is None
        assert "indicative" in codes_of(row)
    assert row_of(document, "A")["estimate"] == by_python().get("A").estimate


def test_with_pairs_the_interval_holds_the_bias(tmp_path):
    row = row_of(scored(tmp_path, **files(counter(pairs="pairs.csv"))), "A")
    said = by_python(counters=Counters(learn_biases(PAIRS))).get("A")
    assert (row["estimate"], row["se"], row["low"], row["high"], row["df"]) == said[2:7]
    assert codes_of(row) == ["counter-bias"]


def test_learnt_biases_are_taken_as_they_stand(tmp_path):
    row = row_of(scored(tmp_path, **files(counter(biases="biases.csv"))), "A")
    plain = by_python().get("A").estimate
    assert row["estimate"] == pytest.approx(plain - 5)
    assert row["se"] > (1 + 4) ** 0.5


def test_propensity_weights_come_from_the_records(tmp_path):
    plan = counter(records=records("propensity"), biases="biases.csv", more={"df": "design"})
    document = scored(tmp_path, **files(plan))
    sex = [row[3] for row in VISITS]
    weight = propensity_weights({"sex": sex}, {"sex": ["f", "m"]}, [50, 70]).weight
    mean = sum(w * int(row[4]) for w, row in zip(weight, VISITS, strict=True)) / weight.sum()
    row = row_of(document, "A")
    assert row["estimate"] == pytest.approx(25 * (mean - 1) - 5)
    assert row["notes"][-1] == {"code": "coverage", "fact": "8 answers of 120 transactions, 6.7%"}
    hers = row_of(document, "A", {"sex": "f"})["notes"][-1]
    assert hers["fact"] == "5 answers of 50 transactions, 10.0%"


def test_raking_to_records_meets_their_numbers(tmp_path):
    each = "sex\n" + "f\n" * 5 + "m\n" * 7
    block = {key: value for key, value in records().items() if key != "count"}
    plan = counter(records=block, more={"domains": ["sex", "office"]})
    document = scored(tmp_path, **files(plan, records_csv=each))
    women, men = (row_of(document, "A", {"sex": sex})["estimate"] for sex in "fm")
    row = row_of(document, "A")
    assert row["estimate"] == pytest.approx((5 * women + 7 * men) / 12)
    assert codes_of(row) == ["calibrated", "indicative", "coverage"]
    assert "coverage" not in codes_of(row_of(document, "A", {"office": "n"}))


def test_a_crossing_that_no_record_holds_has_no_coverage(tmp_path):
    block = records("propensity", variables=["sex", "office"])
    plan = counter(records=block, more={"domains": [["office", "sex"]]})
    text = "sex,office,people\nf,n,50\nm,n,40\nf,s,60\n"
    document = scored(tmp_path, **files(plan, records_csv=text))
    assert "coverage" in codes_of(row_of(document, "A", {"office": "n", "sex": "m"}))
    assert "coverage" not in codes_of(row_of(document, "A", {"office": "s", "sex": "m"}))


def test_a_design_may_be_left_out_and_days_too(tmp_path):
    plan = counter(biases="biases.csv")
    del plan["design"], plan["counter"]["day"]
    assert row_of(scored(tmp_path, **files(plan)), "A")["df"] == 2


def test_counters_are_not_explained_as_a_probability_sample(tmp_path, capsys):
    texts = {key.replace("_", "."): value for key, value in files(counter()).items()}
    assert main([str(write(tmp_path, texts)), "--explain", "A"]) == 2
    assert "--explain: counter data have no arithmetic" in capsys.readouterr().err


CASES = {
    "key": (counter(kiosks="x"), {}, "counter: unknown key 'kiosks', did you mean 'kiosk'"),
    "no kiosk": (counter(kiosk=None), {}, "counter: kiosk is missing"),
    "no column": (counter(kiosk="booth"), {}, "data.csv: no column 'booth'"),
    "blank": (
        counter(),
        {"data.csv": visits([("n", "", "1", "f", "5"), *VISITS])},
        "data row 1: psu is blank",
    ),
    "two": (counter(biases="b.csv", pairs="p.csv"), {}, "pairs: stands beside biases"),
    "no data": (counter(more={"data": None}), {}, "counter: needs data of one file"),
    "rounds": (
        counter(more={"data": {"1": "data.csv", "2": "data.csv"}}),
        {},
        "counter: needs data of one file",
    ),
    "ranks": (
        counter(more={"ranks": [{"by": "sex", "node": "A"}], "seed": 1}),
        {},
        "ranks: does not go with counter",
    ),
    "psu": (counter(design={"psu": "kiosk"}), {}, "design: psu: does not go with counter"),
    "weight": (
        counter(design={"weight": "day"}, records=records("propensity")),
        {},
        "weight: does not go with counter",
    ),
    "margins": (
        counter(records=records(), more={"calibration": {"kind": "raking"}}),
        {},
        "calibration: stands beside counter: records",
    ),
    "record key": (counter(records=records(by="x")), {}, "records: unknown key 'by'"),
    "no variables": (counter(records=records(variables=None)), {}, "variables: is missing"),
    "kind": (
        counter(records=records("greg")),
        {},
        "weights: 'greg' is none of propensity, raking",
    ),
    "no records": (counter(records=records(file="r.csv")), {}, "r.csv: no such file"),
    "no rows": (
        counter(records=records()),
        {"records.csv": "sex,people\n"},
        "records.csv: has no rows",
    ),
    "record blank": (
        counter(records=records()),
        {"records.csv": "sex,people\nf,1\n,2\n"},
        "records.csv: data row 2: sex is blank",
    ),
    "nobody": (
        counter(records=records()),
        {"records.csv": "sex,people\nf,1\nm,0\n"},
        "data row 2, column people: a number of people is not above 0",
    ),
    "unlike": (
        counter(records=records("propensity")),
        {"records.csv": "sex,people\nf,100\nw,100\n"},
        "sex",
    ),
    "node": (
        counter(pairs="pairs.csv"),
        {"pairs.csv": PAIR_TEXT + "Z,1,1,1,1\n"},
        "pairs.csv: data row 6: 'Z' is no node of the index",
    ),
    "hole": (
        counter(pairs="pairs.csv"),
        {"pairs.csv": PAIR_TEXT + "A,1,,1,1\n"},
        "pairs.csv: data row 6: counter_se is blank",
    ),
    "negative": (
        counter(pairs="pairs.csv"),
        {"pairs.csv": PAIR_TEXT + "A,1,-1,1,1\n"},
        "pairs.csv: A: a pair needs four finite numbers",
    ),
    "few": (
        counter(biases="biases.csv"),
        {"biases.csv": BIAS_TEXT.replace("12", "4")},
        "biases.csv: A: needs mean_se and sd of 0 or above, and 5 or more whole places",
    ),
    "again": (
        counter(biases="biases.csv"),
        {"biases.csv": BIAS_TEXT + "A,5,1,2,12\n"},
        "biases.csv: A: stands there twice",
    ),
}


@pytest.mark.parametrize(("plan", "changed", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_clear_line(plan, changed, said, tmp_path, capsys):
    texts = {key.replace("_", "."): value for key, value in files(plan).items()} | changed
    assert said in refused(tmp_path, texts, capsys)
