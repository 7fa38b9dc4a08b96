"""The player gets the logic of an instrument and only the choices that the logic needs."""

import dataclasses

import pytest

from survey.instruments.loader import load_builtin
from survey.instruments.model import Instrument, Item, Option
from survey.terms import ItemKind
from survey.web.player_logic import player_document

YES = Option("yes", {"vi": "Có", "en": "Yes"}, {"place": "here"})


def an_instrument(*items: Item) -> Instrument:
    small = load_builtin("petition")
    return dataclasses.replace(small, items=items, sections=())


def a_question(name: str, **facts: object) -> Item:
    return Item(
        **{
            "name": name,
            "kind": ItemKind.SELECT_ONE,
            "label": {"vi": name, "en": name},
            "options": (YES,),
            **facts,
        }
    )


def items_of(*items: Item) -> dict:
    return {item["name"]: item for item in player_document(an_instrument(*items))["items"]}


def test_choices_that_nothing_filters_or_quotes_stay_on_the_page() -> None:
    assert "options" not in items_of(a_question("q"))["q"]


def test_a_filter_gets_names_and_columns_without_words() -> None:
    item = items_of(a_question("q", choice_filter={"op": "true", "args": []}))["q"]
    assert item["options"] == [{"name": "yes", "extra": {"place": "here"}}]


@pytest.mark.parametrize(
    "quoting",
    [
        {"label": {"vi": "Vì sao ${q}?", "en": "Why ${ q }?"}},
        {"relevant": {"op": "jr:choice-name", "name": "q", "args": [{"op": "ref", "name": "q"}]}},
    ],
)
def test_choices_that_a_text_or_an_expression_quotes_go_along_with_their_words(quoting) -> None:
    found = items_of(a_question("q"), a_question("why", **quoting))
    assert found["q"]["options"][0]["label"] == YES.label
    assert "options" not in found["why"]


def test_texts_stay_on_the_page_and_logic_goes_along() -> None:
    item = items_of(a_question("q", required=False, hint={"vi": "gợi ý", "en": "hint"}))["q"]
    assert item == {"name": "q", "kind": "select_one", "required": False}
