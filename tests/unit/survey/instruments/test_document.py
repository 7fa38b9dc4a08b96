"""A compiled instrument survives JSON, and the API shows exactly what is promised."""

import json

import pytest

from survey.errors import InputError
from survey.instruments.document import api_view, canonical, from_document, to_document
from survey.instruments.loader import builtin_codes, load_builtin, load_instrument
from survey.instruments.tailor import tailor, variables_of
from tests.unit.survey.instruments.workbooks import write_folder


@pytest.fixture
def small(tmp_path):
    return load_instrument(write_folder(tmp_path))


@pytest.mark.parametrize("code", builtin_codes())
def test_a_built_in_instrument_survives_json(code) -> None:
    instrument = load_builtin(code)
    assert from_document(json.loads(canonical(to_document(instrument)))) == instrument


def test_a_document_is_plain_json_with_one_spelling(small) -> None:
    text = canonical(to_document(small))
    assert from_document(json.loads(text)) == small
    assert canonical(to_document(from_document(json.loads(text)))) == text
    assert "Giới tính" in text


def test_a_document_leaves_out_what_goes_without_saying(small) -> None:
    thanks = to_document(small)["items"][5]
    assert thanks == {
        "name": "thanks",
        "kind": "note",
        "label": {"vi": "Cảm ơn", "en": "Thank you"},
        "required": False,
    }


def test_the_api_shows_the_items_flat_and_in_form_order(small) -> None:
    view = api_view(small)
    assert list(view) == ["instrument", "version", "sha256", "languages", "items"]
    assert [item["name"] for item in view["items"]] == [item.name for item in small.items]
    sex = view["items"][1]
    assert sex == {
        "name": "sex",
        "type": "select_one",
        "label": {"vi": "Giới tính", "en": "Sex"},
        "required": True,
        "choices": [
            {"name": "1", "label": {"vi": "Nam", "en": "Man"}},
            {"name": "2", "label": {"vi": "Nữ", "en": "Woman"}},
        ],
        "relevant": None,
        "constraint": None,
    }
    assert json.loads(canonical(view)) == view


def test_a_round_may_switch_profile_items_off(small) -> None:
    tailored = tailor(small, frozenset({"sex"}), {})
    assert "sex" not in [item.name for item in tailored.items]
    assert len(tailored.items) == len(small.items) - 1


def test_a_round_may_name_its_places(small) -> None:
    assert variables_of(small) == {"place": "xã/phường"}
    tailored = tailor(small, frozenset(), {"place": "đặc khu"})
    assert variables_of(tailored) == {"place": "đặc khu"}
    assert small.item("place").calculation == {"op": "literal", "value": "xã/phường"}


@pytest.mark.parametrize(
    ("off", "variables", "where"),
    [({"remark"}, {}, "remark"), ({"none"}, {}, "none"), (set(), {"age": "x"}, "age")],
)
def test_nothing_else_can_be_switched_off_or_renamed(small, off, variables, where) -> None:
    with pytest.raises(InputError) as caught:
        tailor(small, frozenset(off), variables)
    assert caught.value.where == where
