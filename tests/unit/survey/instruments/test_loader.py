"""A good questionnaire becomes an instrument; a workbook and its CSV sheets say the same."""

from dataclasses import replace

import pytest

from survey.errors import InstrumentError
from survey.instruments.loader import builtin_codes, load_builtin, load_instrument
from survey.instruments.sheets import read_workbook
from survey.instruments.xform import to_xform
from survey.terms import ItemKind
from tests.unit.survey.instruments.workbooks import (
    SETTINGS,
    SURVEY,
    changed,
    write_folder,
    write_xlsx,
)


@pytest.fixture
def small(tmp_path):
    return load_instrument(write_folder(tmp_path / "small"))


def test_an_instrument_knows_its_settings(small) -> None:
    assert (small.code, small.version, small.default_language) == ("small", "1", "vi")
    assert small.title == {"vi": "Phiếu nhỏ", "en": "Small form"}
    assert small.languages == ("vi", "en")
    assert len(small.sha256) == 64


def test_items_stand_in_the_order_of_the_form(small) -> None:
    assert [item.name for item in small.items] == [
        "place", "sex", "age", "channels", "best", "thanks", "seen_on", "hours", "remark",
    ]  # fmt: skip
    assert [section.name for section in small.sections] == ["profile", "media"]
    assert small.sections[1].appearance == "field-list"
    assert small.item("age").section == "profile"


def test_groups_fold_their_condition_into_their_items(small) -> None:
    group = {"op": ">=", "args": [{"op": "ref", "name": "age"}, {"op": "literal", "value": 20}]}
    assert small.item("channels").relevant == group
    assert small.item("best").relevant["op"] == "and"
    assert small.item("best").relevant["args"][0] == group


def test_an_item_of_the_profile_group_or_with_the_tag_is_a_profile_item(tmp_path) -> None:
    rows = changed(SURVEY, "hours", tags="profile")
    instrument = load_instrument(write_folder(tmp_path, rows))
    assert [item.name for item in instrument.items if item.is_profile] == ["sex", "age", "hours"]


def test_required_is_no_unless_the_sheet_says_yes(small) -> None:
    assert small.item("sex").required
    assert not small.item("age").required


def test_choices_keep_their_further_columns_and_missing_codes(small) -> None:
    channels = small.item("channels")
    assert [option.name for option in channels.options] == ["tv", "zalo", "other", "dk"]
    assert channels.options[1].extra == {"area": "1"}
    assert channels.missing_options == ("dk",)


def test_other_belongs_to_a_single_choice_only(small) -> None:
    assert small.item("best").has_other
    assert not small.item("channels").has_other


def test_or_other_adds_a_bilingual_choice(tmp_path) -> None:
    rows = changed(SURVEY, "sex", type="select_one sex or_other")
    sex = load_instrument(write_folder(tmp_path, rows)).item("sex")
    assert sex.has_other
    assert sex.options[-1].name == "other"
    assert set(sex.options[-1].label) == {"vi", "en"}


def test_a_further_language_is_one_more_column(tmp_path) -> None:
    rows = changed(SURVEY, "sex", **{"label::Tiếng Thái (blt)": "Pết"})
    instrument = load_instrument(write_folder(tmp_path, rows))
    assert instrument.languages == ("vi", "en", "blt")
    assert instrument.item("sex").label["blt"] == "Pết"


def test_a_workbook_says_the_same_as_its_sheets(small, tmp_path) -> None:
    book = tmp_path / "small.xlsx"
    book.write_bytes(write_xlsx())
    assert replace(load_instrument(book), sha256=small.sha256) == small


def test_decomposed_letters_are_read_as_composed(tmp_path) -> None:
    rows = changed(SURVEY, "remark", vi="Go\u0301p y\u0301")
    assert load_instrument(write_folder(tmp_path, rows)).item("remark").label["vi"] == "Góp ý"


def test_blank_rows_private_columns_and_empty_spare_columns_are_passed_over(tmp_path) -> None:
    rows = [*SURVEY[:5], {}, *changed(SURVEY[5:], "thanks", _who="Lan"), {"guidance": ""}]
    assert len(load_instrument(write_folder(tmp_path, rows)).items) == 9


def test_a_title_in_one_language_serves_for_both(tmp_path) -> None:
    settings = [{"form_id": "x", "version": "010", "form_title": "Phiếu"}]
    instrument = load_instrument(write_folder(tmp_path, settings=settings))
    assert instrument.title == {"vi": "Phiếu", "en": "Phiếu"}
    assert instrument.version == "010"


def test_the_hash_changes_with_any_byte(tmp_path, small) -> None:
    other = changed(SURVEY, "remark", en="Remark")
    assert load_instrument(write_folder(tmp_path / "o", other)).sha256 != small.sha256
    assert load_instrument(write_folder(tmp_path / "s")).sha256 == small.sha256


def test_collect_gets_the_same_questionnaire(tmp_path) -> None:
    xform = to_xform(read_workbook(write_folder(tmp_path)))
    assert 'nodeset="/data/profile/age" type="int"' in xform
    assert "selected" not in xform.split("</model>")[1]


@pytest.mark.parametrize("code", builtin_codes())
def test_every_built_in_instrument_loads_and_asks_something(code) -> None:
    instrument = load_builtin(code)
    assert instrument.code == code
    assert any(item.is_asked for item in instrument.items)


def test_an_unknown_built_in_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_builtin("nothing")


FILTERED = {"type": "select_one channel or_other", "choice_filter": "area = 'all'"}
COLLECT = [
    (changed(SURVEY, "remark", name="meta"), {}, "collect-name-meta", "survey", 14),
    (changed(SURVEY, "age", vi="Tuổi ${sex"), {}, "collect-reference", "survey", 5),
    (changed(SURVEY, "best", **FILTERED), {}, "collect-other-filter", "survey", 9),
    (SURVEY, {"instance_name": "${agee}"}, "reference-unknown", "settings", 2),
    (SURVEY, {"instance_name": "${age"}, "collect-reference", "settings", 2),
]


@pytest.mark.parametrize(("survey", "setting", "code", "sheet", "row"), COLLECT)
def test_what_only_pyxform_minds_is_translated_and_placed(
    tmp_path, survey, setting, code, sheet, row
) -> None:
    with pytest.raises(InstrumentError) as caught:
        load_instrument(write_folder(tmp_path, survey, settings=[{**SETTINGS[0], **setting}]))
    assert [(f.code, f.sheet, f.row) for f in caught.value.faults] == [(code, sheet, row)]


def test_what_pyxform_says_in_other_words_is_handed_on(tmp_path) -> None:
    rows = changed(SURVEY, "media", appearance="table-list")
    with pytest.raises(InstrumentError) as caught:
        load_instrument(write_folder(tmp_path, rows))
    fault = caught.value.faults[0]
    assert (fault.code, fault.sheet, fault.row) == ("collect-refuses", "survey", 8)
    assert "table-list" in fault.vi


def test_kinds_are_read_from_the_type_column(small) -> None:
    assert small.item("seen_on").kind is ItemKind.DATE
    assert small.item("place").calculation == {"op": "literal", "value": "xã/phường"}
