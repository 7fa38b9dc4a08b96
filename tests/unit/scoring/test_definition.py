"""A node may say whether its arithmetic is the official one or our own, and why."""

import pytest

from scoring.errors import PlanError
from scoring.tree import IndexTree


def tree_of(**marks):
    leaf = {"code": "q1", "item": "q1", "range": [1, 5], "scale": [0, 100], **marks}
    return IndexTree.from_mapping({"index": "small", "tree": leaf})


@pytest.mark.parametrize("definition", ["official", "own"])
def test_a_node_keeps_its_definition_and_its_note(definition):
    note = {"vi": "Định nghĩa riêng.", "en": "Our own definition."}
    node = tree_of(definition=definition, note=note).root
    assert (node.definition, node.note) == (definition, note)


def test_a_node_that_says_nothing_has_neither():
    node = tree_of().root
    assert (node.definition, node.note) == (None, {})


def test_another_word_for_the_definition_is_refused():
    with pytest.raises(PlanError, match="definition: 'ours' is none of official, own"):
        tree_of(definition="ours")


def test_a_note_is_text_by_language():
    with pytest.raises(PlanError, match="note"):
        tree_of(note="riêng")
