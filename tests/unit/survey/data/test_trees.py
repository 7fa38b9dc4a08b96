"""Every built-in index tree is plain, complete data about questions and codes that exist."""

import pytest
import yaml

from scoring.nodes import bounds
from scoring.tree import IndexTree
from survey.terms import Missing
from tests.unit.survey.data.sheets import leaves, options, questions, tree, tree_paths

PATHS = tree_paths()
MISSING = {member.value for member in Missing}


def nodes(node):
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


def worth(leaf, scale):
    """Return what the worst and the best answer of a leaf are worth on the scale."""
    low, high = leaf["range"]
    values = leaf["values"].values() if "values" in leaf else (0, 1)
    ends = [scale[0] + (scale[1] - scale[0]) * (v - low) / (high - low) for v in values]
    return min(ends), max(ends)


@pytest.fixture(params=PATHS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def index(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_trees_are_the_eight_that_the_read_me_files_describe():
    assert [f"{path.parent.name}/{path.stem}" for path in PATHS] == [
        "one_stop/index.officer",
        "one_stop/index.one_stop",
        "one_stop/index.satisfaction",
        "petition/index.petition",
        "sipas/index.sipas_interest",
        "sipas/index.sipas_mean5",
        "sipas/index.sipas_top2",
        "sipas/index.sipas_wishes",
    ]
    for path in PATHS:
        assert path.stem in (path.parent / "README.md").read_text(encoding="utf-8")


def test_a_tree_is_called_by_its_file_and_titled_in_both_languages(index, path):
    assert path.name == f"index.{index['index']}.yaml"
    titles = [index["title"], *(node["title"] for node in nodes(index["tree"]))]
    assert [title for title in titles if not (title["vi"] and title["en"])] == []


def test_node_codes_are_unique_texts(index):
    codes = [node["code"] for node in nodes(index["tree"])]
    assert len(codes) == len(set(codes))
    assert all(isinstance(code, str) for code in codes)


def test_every_leaf_scores_exactly_the_codes_that_can_be_answered(index, path):
    asked = questions(path.parent.name)
    for leaf in leaves(index["tree"]):
        if "given" in leaf:
            continue
        assert leaf["item"] in asked
        codes = {option["name"] for option in options(path.parent.name, leaf["item"])} - MISSING
        if "share" in leaf:
            assert set(leaf["share"]) < codes
        else:
            assert set(leaf["values"]) == codes


def test_no_leaf_counts_the_ways_out_as_an_answer(index):
    assert set(index["missing_codes"]) == MISSING


def test_answers_stay_on_the_scale_and_the_best_one_reaches_its_end(index):
    for leaf in leaves(index["tree"]):
        if "item" in leaf:
            low, high = worth(leaf, index["scale"])
            assert low >= index["scale"][0]
            assert high == index["scale"][1]


@pytest.mark.parametrize(("name", "worst"), [("sipas_mean5", 20), ("sipas_top2", 0)])
def test_the_worst_sipas_answer_is_worth_what_its_rule_says(name, worst):
    (path,) = [path for path in PATHS if path.name == f"index.{name}.yaml"]
    index = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {worth(leaf, index["scale"]) for leaf in leaves(index["tree"])} == {(worst, 100)}


def test_the_engine_accepts_every_tree(index, path):
    tree = IndexTree.from_mapping(index, where=path.name)
    assert tree.missing_codes == MISSING
    assert {leaf.item for leaf in tree.item_leaves} <= set(questions(path.parent.name))


@pytest.mark.parametrize(
    ("code", "name", "ends"),
    [
        ("one_stop", "one_stop", (0, 18)),
        ("one_stop", "officer", (0, 10)),
        ("one_stop", "satisfaction", (0, 100)),
        ("petition", "petition", (0, 100)),
        ("sipas", "sipas_mean5", (0, 100)),
        ("sipas", "sipas_top2", (0, 100)),
    ],
)
def test_a_total_ends_where_its_source_says(code, name, ends):
    assert bounds(IndexTree.from_mapping(tree(code, name)).root) == ends


@pytest.mark.parametrize("name", ["sipas_mean5", "sipas_top2"])
def test_a_sipas_tree_has_the_51_satisfaction_figures_that_are_published(name):
    """39 items, 9 factors, 2 halves and the total."""
    assert len(IndexTree.from_mapping(tree("sipas", name)).nodes) == 51
