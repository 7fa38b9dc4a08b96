"""Every fact that an explanation tells stands in the language that was asked for."""

import string

import pytest

from scoring.explain.facts import FACTS, in_vietnamese
from scoring.explain.words import LANGUAGES, NOTES, WORDS
from tests.unit.scoring.files import ROWS, changed, csv_text, design, index, leaf, plan, tree
from tests.unit.scoring.test_explain import CASES, explained, scored

FIGURE = {"code": "X", "given": "x", "range": [0, 1]}
SHARES = {"female": {"0": 0.49, "1": 0.51}}
BOUNDED = {"margins": SHARES, "bounds": [0.5, 2]}
ALONE = csv_text([(row[0] + row[1], *row[1:]) for row in ROWS])
FIRST_PSU = csv_text([(*row[:5], row[5] * (at < 2), row[6]) for at, row in enumerate(ROWS)])
ONE_LEAF = {"index.yaml": leaf(code="total")}
FURTHER = {
    "few": {"index.yaml": leaf(code="total") | {"min_n": 9}},
    "no figure": {"index.yaml": index(tree=FIGURE | {"code": "total"})},
    "not combined": {"index.yaml": tree(children=[FIGURE, leaf()["tree"]])},
    "figure without error": {
        "index.yaml": index(tree=FIGURE | {"code": "total"}),
        "given.csv": "code,value,se\nx,0.5,\n",
        "plan.yaml": plan(given="given.csv"),
    },
    "one PSU, no villages": ONE_LEAF | {"data.csv": FIRST_PSU},
    "strata of one PSU": {
        "plan.yaml": plan(design=design(lonely_psu="certainty")),
        "data.csv": ALONE,
    },
    "no df": {"plan.yaml": plan(design=design(lonely_psu="adjust")), "data.csv": ALONE},
    "post-strata": {"plan.yaml": plan(calibration={"kind": "poststratify", "margins": SHARES})},
    "linear, held": {"plan.yaml": plan(calibration=BOUNDED | {"kind": "linear"})},
    "logit, held": {"plan.yaml": plan(calibration=BOUNDED | {"kind": "logit"})},
    "at the end": ONE_LEAF | {"data.csv": csv_text([(*row[:5], "5", row[6]) for row in ROWS])},
    "outside": ONE_LEAF | {"data.csv": changed(1, "q1", "9")},
    "blank": {"data.csv": changed(1, "region", ""), "plan.yaml": plan(domains=["region"])},
}
HELD_ELSEWHERE = {
    # test_schemes.py, test_distances.py, test_weights.py make the engine say these
    "too-few-psus": "a replicate leaves no valid answer",
    "negative-weights": (
        "1 of 7 cells, the least -0.64 times its base weight; give bounds, or rake"
    ),
    "not-converged": "2e-07 from a margin after 5 iterations",
}


@pytest.mark.parametrize("files", (CASES | FURTHER).values(), ids=CASES | FURTHER)
def test_the_vietnamese_text_tells_every_fact_in_vietnamese(files, tmp_path):
    notes = [note for row in scored(tmp_path, files)["estimates"][:1] for note in row["notes"]]
    text = explained(tmp_path, files, language="vi")
    english = explained(tmp_path, files)
    for note in notes:
        told = in_vietnamese(note["fact"]).said
        assert told != note["fact"], note
        assert told in text
        assert note["fact"] not in text
        assert note["fact"] in english
        assert told not in english


def test_the_list_of_facts_holds_what_the_engine_says_and_nothing_else(tmp_path):
    said = {in_vietnamese(fact) for fact in HELD_ELSEWHERE.values()}
    for files in (CASES | FURTHER).values():
        for row in scored(tmp_path, files)["estimates"]:
            said |= {in_vietnamese(note["fact"]) for note in row["notes"]}
    templates = [list(string.Formatter().parse(template)) for template in FACTS.values()]
    heads = [next(text for text, *_ in parts if len(text) > 3) for parts in templates]
    assert [head for head in heads if not any(head in fact.said for fact in said)] == []


def test_a_fact_unknown_to_the_list_is_told_as_it_is():
    assert in_vietnamese("the moon is full") == ("the moon is full", True)


def test_numbers_have_a_decimal_comma_and_names_keep_their_point():
    assert in_vietnamese("1.1, D2 without a value: left out").said.startswith("1.1, D2 ")
    assert (
        in_vietnamese("2 answers outside -0.5..1.5").said
        == "2 câu trả lời ngoài khoảng -0,5 đến 1,5"
    )
    assert in_vietnamese(HELD_ELSEWHERE["negative-weights"]).said.startswith("1 trên 7 ô")


def blanks(text: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_blanks():
    pairs = [*WORDS.values(), *NOTES.values(), *FACTS.items()]
    assert len(LANGUAGES) == 2
    assert [pair for pair in pairs if blanks(pair[0]) != blanks(pair[1])] == []
