"""Names as people type them: two spellings of one letter are one, marks of SQL mean nothing."""

import dataclasses
import json
import unicodedata

import pyarrow as pa

from survey.snapshot.encode import BODY, encode
from survey.snapshot.layout import AROUND, WENT, Layout, layout_of
from survey.terms import ItemKind
from tests.build import an_instrument, an_item


def encoded(layout: Layout, *bodies: str) -> dict[str, list]:
    around = dict.fromkeys(AROUND, [None] * len(bodies))
    schema = pa.schema([*AROUND.items(), (BODY, pa.string())])
    return encode(layout, pa.table({**around, BODY: list(bodies)}, schema=schema)).to_pydict()


def body(given: dict, missing: dict | None = None) -> str:
    return json.dumps({"answers": given, "missing": missing or {}}, ensure_ascii=False)


def test_text_in_nfd_is_read_in_nfc():
    layout = Layout({"câu": ("nhanh", "chậm")}, (), {})
    assert encoded(layout, unicodedata.normalize("NFD", body({"câu": "chậm"})))["câu"] == [1]


def test_names_with_quotes_are_only_names():
    layout = Layout({'it\'s "x"': ("a'b", 'c"d')}, (), {})
    assert encoded(layout, body({'it\'s "x"': 'c"d'}))['it\'s "x"'] == [1]


def test_an_instrument_without_scorable_items_has_no_columns():
    assert set(encoded(Layout({}, (), {}), body({"note": "x"}))) == {*AROUND, *WENT}


def test_what_was_answered_and_not_known_is_counted_once_for_each_item():
    layout = Layout({"a": ("x", "y"), "b": ("x",)}, ("age",), {"seen": ("tv", "loa"), "c": ("x",)})
    went = encoded(
        layout,
        body({"a": "y", "age": 40, "seen": ["loa"]}, {"b": "dk", "c": "refused"}),
        body({}, {"a": "dk", "age": "dk", "seen": "dk", "b": "na"}),
    )
    assert (went["@answered"], went["@unknown"]) == ([3, 0], [1, 3])


def test_the_length_of_an_interview_is_kept():
    assert encoded(Layout({}, (), {}), '{"seconds": 312.5}')["@seconds"] == [312.5]


def test_whether_a_person_helped_is_kept():
    layout = Layout({}, (), {})
    assert encoded(layout, '{"assisted": true}', '{"assisted": false}')["@assisted"] == [
        True,
        False,
    ]


def test_a_long_list_of_choices_needs_wider_codes():
    names = tuple(f"{at:05}" for at in range(200))
    layout = Layout({"commune": names}, (), {})
    assert layout.schema.field("commune").type == pa.int16()
    assert encoded(layout, body({"commune": "00199"}))["commune"] == [199]


def test_other_is_a_code_of_its_own_also_when_the_list_does_not_name_it():
    item = an_item("why", ItemKind.SELECT_ONE, "slow", has_other=True)
    instrument = an_instrument()
    instrument = dataclasses.replace(instrument, items=(item,))
    layout = layout_of(instrument)
    assert layout.choices["why"] == ("slow", "other")
    given = {"why": {"choice": "other", "text": "xa"}}
    assert encoded(layout, body(given), body({"why": "slow"}))["why"] == [1, 0]


def test_the_hour_is_counted_in_whatever_offset_it_was_told():
    hours = ("2026-11-21T12:00+07:00", "2026-11-21T05:00:00Z", "hôm qua")
    within = ("2026-11-21T11:00+05:30", "2026-11-21T02:00-03:45")
    told = encoded(
        Layout({}, (), {}), *(json.dumps({"answered_hour": hour}) for hour in (*hours, *within))
    )
    assert told["@hour"] == [498677, 498677, None, 498677, 498677]


def test_the_same_answers_have_the_same_hash_and_others_another():
    layout = Layout({"a": ("x", "y")}, ("age",), {"seen": ("tv", "loa")})
    same = {"a": "x", "age": 40, "seen": ["tv"]}
    others = [{**same, "a": "y"}, {**same, "age": 41}, {**same, "seen": ["tv", "loa"]}]
    first, again, *rest = encoded(layout, body(same), body(same), *map(body, others))["@alike"]
    assert first == again
    assert len({first, *rest}) == 4
    without = encoded(layout, body({"a": "x", "seen": ["tv"]}, {"age": "dk"}))["@alike"]
    assert without != [first]


def test_reading_takes_as_long_as_what_was_asked():
    layout = Layout({"a": ("x",), "b": ("x",)}, (), {}, {"a": 4.0, "b": 5.5})
    assert encoded(layout, body({"a": "x"}, {"b": "dk"}), body({"a": "x"}))["@pace"] == [9.5, 4.0]
