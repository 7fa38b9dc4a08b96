"""Index trees are read with their names as written, and faults carry file and line."""

import hashlib

import pytest

from survey.errors import InstrumentError
from survey.instruments.loader import BUILTIN, builtin_codes, load_builtin
from survey.instruments.trees import load_trees
from tests.unit.survey.instruments.forms import an_instrument, an_item

FORM = an_instrument(
    an_item("q1", "select_one", ("1", "2", "dk")),
    an_item("q2", "select_one", ("co", "khong")),
    an_item("q3", "integer"),
    an_item("q4", "select_multiple", ("a", "b")),
)
GOOD = """\
index: small
title: {vi: "Điểm", en: "Score"}
scale: [0, 100]
missing_codes: [dk]
tree:
  code: total
  combine: mean
  children:
    - {code: 1.10, item: q1, range: [1, 2]}
    - {code: 1.20, item: q2, values: {co: 1, khong: 0}}
    - {code: "3", item: q1, share: [2]}
    - {code: 4, item: q3, range: [0, 10]}
    - {code: 5, given: par, range: [0, 1]}
    - {code: 6, constant: 0}
"""


def trees_of(folder, text: str):
    (folder / "index.small.yaml").write_text(text, encoding="utf-8")
    return load_trees(folder, FORM)


def faults_of(folder, text: str):
    with pytest.raises(InstrumentError) as caught:
        trees_of(folder, text)
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_names_and_codes_stay_as_written(tmp_path) -> None:
    (tree,) = trees_of(tmp_path, GOOD)
    assert (tree.code, tree.title) == ("small", {"vi": "Điểm", "en": "Score"})
    assert tree.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    children = tree.mapping["tree"]["children"]
    assert [child["code"] for child in children] == ["1.10", "1.20", "3", "4", "5", "6"]
    assert children[0]["range"] == [1, 2]
    assert children[1]["values"] == {"co": 1, "khong": 0}
    assert children[2]["share"] == ["2"]


def test_words_that_yaml_takes_for_truth_stay_words(tmp_path) -> None:
    form = an_instrument(an_item("q", "select_one", ("yes", "no")))
    text = "index: x\ntitle: {vi: x}\ntree: {code: a, item: q, values: {yes: 1, no: 0}}\n"
    (tmp_path / "index.x.yaml").write_text(text)
    (tree,) = load_trees(tmp_path, form)
    assert tree.mapping["tree"]["values"] == {"yes": 1, "no": 0}


@pytest.mark.parametrize("code", builtin_codes())
def test_every_tree_of_a_built_in_instrument_fits_it(code) -> None:
    assert load_trees(BUILTIN / code, load_builtin(code))


CHANGES = [
    ("item: q3", "item: q33", "tree-item", 12, "item"),
    ("code: 4", "code: 1.10", "node-twice", 12, "code"),
    ("{code: 4, ", "{", "tree-key-missing", 12, "code"),
    ("khong: 0", "không: 0", "tree-code", 10, "values"),
    ("share: [2]", "share: [3]", "tree-code", 11, "share"),
    (", range: [0, 10]", "", "leaf-scale", 12, "item"),
    ("values: {co: 1, khong: 0}", "range: [0, 1]", "leaf-words", 10, "range"),
    ("item: q3, range: [0, 10]", "item: q3, share: [1]", "leaf-codes", 12, "item"),
    ("item: q3, range: [0, 10]", "item: q4, share: [a]", "leaf-multiple", 12, "item"),
    ("given: par,", "given: par, item: q1,", "node-kind", 13, None),
    ("constant: 0", "constnt: 0", "node-kind", 14, None),
    ("constant: 0", "constant: 0, combine: sum", "tree-key", 14, "combine"),
    ("constant: 0", "constant: 0, constant: 1", "yaml-twice", 14, "constant"),
    ("scale:", "scal:", "tree-key", 3, "scal"),
    ("index: small\n", "", "tree-key-missing", 1, "index"),
    ("    - {code: 6, constant: 0}", "    - 6", "node-shape", 14, None),
    ("{code: 6, constant: 0}", "{code: 6, children: []}", "node-childless", 14, "children"),
    ("code: total", "code: total\n  bad: [1", "yaml", 8, None),
    ("constant: 0", "constant: !!python/object:os.system 0", "yaml", 14, None),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "key"), CHANGES)
def test_a_fault_names_its_line_and_key(tmp_path, old, new, code, line, key) -> None:
    assert (code, line, key) in faults_of(tmp_path, GOOD.replace(old, new))


def test_all_faults_of_all_trees_come_at_once(tmp_path) -> None:
    other = GOOD.replace("q3", "q9").replace("index: ", "index: other_")
    (tmp_path / "index.a.yaml").write_text(other, encoding="utf-8")
    text = GOOD.replace("q3", "q8").replace("share: [2]", "share: [7]")
    assert faults_of(tmp_path, text) == [
        ("tree-item", 12, "item"), ("tree-code", 11, "share"), ("tree-item", 12, "item"),
    ]  # fmt: skip


def test_a_mistyped_item_gets_its_nearest_name(tmp_path) -> None:
    with pytest.raises(InstrumentError) as caught:
        trees_of(tmp_path, GOOD.replace("item: q3", "item: q3a"))
    assert "«q3»" in caught.value.faults[0].vi


BOMBS = [
    ("[" * 5000, "yaml-deep"),
    ("a: &a [1,1]\nb: &b [*a,*a]\n" + "\n".join(
        f"{chr(n + 1)}: &{chr(n + 1)} [{','.join(['*' + chr(n)] * 9)}]" for n in range(98, 110)
    ), "yaml-large"),
    ("x" * (2 * 1024 * 1024 + 1), "too-large"),
    ("- 1\n- 2\n", "tree-shape"),
    ("index: \x01\n", "yaml"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"), BOMBS, ids=["deep", "laughs", "heavy", "list", "control"]
)
def test_a_bomb_is_refused(tmp_path, text, code) -> None:
    assert [fault[0] for fault in faults_of(tmp_path, text)] == [code]


def test_a_tree_in_another_encoding_is_refused(tmp_path) -> None:
    (tmp_path / "index.small.yaml").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(InstrumentError) as caught:
        load_trees(tmp_path, FORM)
    assert caught.value.faults[0].code == "not-utf8-yaml"


def test_what_only_looks_like_a_date_or_a_number_stays_text(tmp_path) -> None:
    text = GOOD.replace("code: 4", "code: 2026-99-99").replace("official", "x")
    assert trees_of(tmp_path, text)[0].mapping["tree"]["children"][3]["code"] == "2026-99-99"
