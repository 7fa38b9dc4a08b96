"""The SIPAS-style form has the official structure: blocks, factors, items, scales, weights."""

import pytest

from tests.unit.survey.data.sheets import (
    LANGUAGES,
    choices,
    leaves,
    options,
    questions,
    sheet,
    tree,
)

FACTORS = {
    "I.A": ("Trách nhiệm giải trình của chính quyền về chính sách", 2),
    "I.B": (
        "Sự tham gia của người dân vào quá trình xây dựng, tổ chức thực hiện chính sách",
        2,
    ),
    "I.C": ("Chất lượng tổ chức thực hiện chính sách", 9),
    "I.D": ("Kết quả, tác động của chính sách", 10),
    "II.A": ("Tiếp cận dịch vụ", 3),
    "II.B": ("Thủ tục hành chính", 4),
    "II.C": ("Công chức trực tiếp giải quyết công việc", 3),
    "II.D": ("Kết quả", 3),
    "II.E": ("Việc tiếp nhận, xử lý phản ánh, kiến nghị của người dân", 3),
}
SCALES = {
    "c1_1": (
        "Không quan tâm theo dõi",
        "Khá quan tâm theo dõi",
        "Quan tâm theo dõi",
        "Rất quan tâm theo dõi",
    ),
    "c3_1": ("Không phù hợp", "Khá phù hợp", "Phù hợp", "Rất phù hợp"),
    "c5": ("Không có", "Có một số", "Có nhiều"),
    "c6": ("Không có", "Có một số", "Có nhiều"),
    "c7_1": ("Không phù hợp", "Khá phù hợp", "Phù hợp", "Rất phù hợp"),
    "c8_1": ("Có", "Không"),
    "s01": ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"),
    "c10_01": ("Không mong muốn", "Khá mong muốn", "Mong muốn", "Rất mong muốn"),
}
ITEM_TREES = ("sipas_mean5", "sipas_top2")


def groups():
    """Return the names asked in each group, by heading."""
    found, heading = {}, ""
    for row in sheet("sipas", "survey"):
        if row["type"] == "begin_group":
            heading = row[f"label::{LANGUAGES[0]}"]
            found[heading] = []
        elif row["name"] in questions("sipas"):
            found[heading].append(row["name"])
    return found


@pytest.mark.parametrize(
    ("prefix", "count"), [("c1_", 9), ("c3_", 7), ("c7_", 3), ("c8_", 7), ("s", 39), ("c10_", 10)]
)
def test_each_block_has_its_official_number_of_rows(prefix, count):
    names = [name for name in questions("sipas") if name.removeprefix(prefix).isdecimal()]
    assert len(names) == count


@pytest.mark.parametrize(("item", "words"), SCALES.items())
def test_scale_words_are_the_official_ones_in_the_official_order(item, words):
    assert tuple(o[f"label::{LANGUAGES[0]}"] for o in options("sipas", item)) == words


@pytest.mark.parametrize(
    ("item", "count"),
    [("c2", 7), ("c4", 4), ("sex", 2), ("age_band", 5), ("schooling", 6), ("work", 7)],
)
def test_single_questions_offer_the_official_number_of_answers(item, count):
    assert len(options("sipas", item)) == count


def test_the_profile_group_comes_first_with_the_place_at_its_head():
    (first, names), *_ = groups().items()
    assert first == "Thông tin chung"
    assert names == ["commune", "sex", "ethnic", "age_band", "schooling", "work"]


def test_the_place_list_holds_the_67_communes_and_8_wards_of_son_la():
    places = choices("sipas")["commune"]
    kinds = [place[f"label::{LANGUAGES[0]}"].split()[0] for place in places]
    assert (kinds.count("Xã"), kinds.count("Phường")) == (67, 8)
    assert len({place["name"] for place in places}) == 75
    assert all(len(place["name"]) == 5 and place["name"].isdecimal() for place in places)
    assert [p["name"] for p in places if p[f"label::{LANGUAGES[0]}"] == "Phường Chiềng An"] == [
        "03664"
    ]


def test_the_39_items_are_asked_of_everybody():
    asked = questions("sipas")
    assert all(asked[f"s{n:02d}"]["relevant"] == "" for n in range(1, 40))


def test_the_headings_carry_the_factor_names():
    headings = [heading for heading in groups() if heading.startswith("Câu 9")]
    assert [(h.split(". ", 2)[2], len(groups()[h])) for h in headings] == list(FACTORS.values())


@pytest.mark.parametrize("name", ITEM_TREES)
def test_both_trees_have_the_factors_with_their_items_as_weights(name):
    halves = tree("sipas", name)["tree"]["children"]
    factors = [factor for half in halves for factor in half["children"]]
    assert {f["code"]: (f["title"]["vi"], f["node_weight"]) for f in factors} == FACTORS
    assert all(f["node_weight"] == len(f["children"]) for f in factors)
    assert [half["node_weight"] for half in halves] == [23, 16]
    assert [
        half["node_weight"] == sum(f["node_weight"] for f in half["children"]) for half in halves
    ] == [True, True]


@pytest.mark.parametrize("name", ITEM_TREES)
def test_both_trees_hold_the_39_items_in_order_and_are_compared_with_sipas(name):
    root = tree("sipas", name)["tree"]
    assert root["official"] == "SIPAS"
    assert [leaf["item"] for leaf in leaves(root)] == [f"s{n:02d}" for n in range(1, 40)]


def test_every_tree_names_its_item_rule_in_its_title():
    assert "chia cho 5" in tree("sipas", "sipas_mean5")["title"]["vi"]
    assert "tỷ lệ" in tree("sipas", "sipas_top2")["title"]["vi"]


def test_the_item_rules_differ_only_in_what_one_answer_is_worth():
    mean5, top2 = (list(leaves(tree("sipas", name)["tree"])) for name in ITEM_TREES)
    for leaf in mean5:
        assert (leaf["values"], leaf["range"]) == ({str(k): k for k in range(1, 6)}, [0, 5])
    for leaf in top2:
        assert (leaf["share"], leaf["range"]) == (["4", "5"], [0, 1])
