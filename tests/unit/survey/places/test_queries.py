"""Lists in Vietnamese order, search, and the way from names to codes and back."""

import datetime as dt
import unicodedata

import pytest
from sqlalchemy import insert

from survey.errors import InputError, NotFound
from survey.models import Place, PlaceAlias
from survey.operations.places import import_villages
from survey.queries.places import (
    communes,
    place_of_code,
    place_path,
    provinces,
    resolve_place,
    search_places,
    villages,
)
from survey.terms import PlaceKind
from survey.vietnamese import fold, sort_key

TODAY = dt.date(2026, 11, 21)
BEFORE = dt.date(2025, 6, 30)


def test_provinces_stand_in_vietnamese_order(connection) -> None:
    names = [province.name for province in provinces(connection, TODAY)]
    assert len(names) == 34
    assert names == sorted(names, key=sort_key)
    assert names.index("Cần Thơ") < names.index("Đà Nẵng") < names.index("Đồng Nai")
    assert names.index("Lâm Đồng") > names.index("Lạng Sơn")


def test_communes_of_a_province_stand_in_vietnamese_order(connection) -> None:
    found = communes(connection, "14", TODAY)
    assert len(found) == 75
    assert [place.title for place in found[:3]] == ["Xã Bắc Yên", "Xã Bình Thuận", "Xã Bó Sinh"]
    assert [place.name for place in found] == sorted((p.name for p in found), key=sort_key)


def test_a_list_is_that_of_its_day(connection) -> None:
    assert len(communes(connection, "14", BEFORE)) == 7
    assert [p.code for p in search_places(connection, "quynh nhai", BEFORE)] == ["118"]
    assert len(provinces(connection, BEFORE)) == 63
    assert place_path(connection, "15-2025") == "Tỉnh Yên Bái"


def test_an_old_name_leads_to_what_stands_there_now(connection) -> None:
    def found(typed):
        return [place.code for place in search_places(connection, typed, TODAY)]

    assert found("quynh nhai") == ["03703", "03688", "03694", "03712"]
    assert found("Yên Bái")[-1] == "15"  # after the wards of that name
    assert "79" in found("bình dương")
    assert found("thua thien hue") == ["46"]
    assert "03979" in found("Huyện Mộc Châu")
    assert [p.code for p in search_places(connection, "yen bai", BEFORE)] == ["15-2025"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["Sơn La", "son la", "SON  LA"])
def test_search_ignores_marks_case_and_form(connection, typed, form) -> None:
    found = search_places(connection, unicodedata.normalize(form, typed), TODAY)
    assert found[0].code == "14"


def test_search_puts_whole_names_before_beginnings_before_the_rest(connection) -> None:
    found = [fold(place.name) for place in search_places(connection, "an phu", TODAY, limit=99)]
    places = [0 if n == "an phu" else 1 if n.startswith("an phu") else 2 for n in found]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2}
    both = {place.code for place in search_places(connection, "doan ket", TODAY)}
    assert both >= {"04000", "06001"}


def test_search_knows_other_spellings_and_codes_and_takes_signs_as_they_are(connection) -> None:
    assert search_places(connection, "huyen moc chau", BEFORE)[0].code == "123"
    assert [p.code for p in search_places(connection, "03694", TODAY)] == ["03694"]
    assert search_places(connection, "%", TODAY) == []
    assert search_places(connection, "s_n la", TODAY) == []


def test_a_name_is_resolved_within_its_province_and_kind(connection) -> None:
    def code(province, kind, name, on=TODAY):
        return resolve_place(connection, province, kind, name, on)

    assert code(None, PlaceKind.PROVINCE, "Tỉnh Sơn La") == "14"
    assert code("14", PlaceKind.COMMUNE, "Đoàn Kết") == "04000"
    assert code("20", PlaceKind.COMMUNE, "xã Đoàn Kết") == "06001"
    assert code("20", PlaceKind.COMMUNE, "Quý Hoà") == code("20", PlaceKind.COMMUNE, "Quý Hòa")
    assert code("14", PlaceKind.WARD, "Phường Chiềng An") == "03664"
    assert code("14", PlaceKind.DISTRICT, "Huyện Mộc Châu", BEFORE) == "123"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (PlaceKind.WARD, "Mường Giôn"),
        (PlaceKind.COMMUNE, "Muong Gion"),
        (PlaceKind.DISTRICT, "Mai Sơn"),
    ],
)
def test_another_kind_other_marks_or_another_time_is_another_place(connection, kind, name) -> None:
    with pytest.raises(NotFound):
        resolve_place(connection, "14", kind, name, TODAY)


def test_a_name_of_two_places_resolves_to_neither(connection) -> None:
    alias = {"place": "03694", "system": "spelling", "alias": "Bắc Yên", "folded": "bac yen"}
    connection.execute(insert(PlaceAlias).values(alias))
    with pytest.raises(InputError, match="03694"):
        resolve_place(connection, "14", PlaceKind.COMMUNE, "Bắc Yên", TODAY)


def test_the_code_of_another_system_leads_to_the_place(connection) -> None:
    assert place_of_code(connection, "vietnam-provinces", "03667") == "03664"
    assert place_of_code(connection, "gso-2024", "15") == "15-2025"
    assert place_of_code(connection, "gso-2024", "14") == "14"
    with pytest.raises(NotFound):
        place_of_code(connection, "vietnam-provinces", "03664")


def test_a_path_names_what_the_place_lies_in(connection) -> None:
    file = "commune,code,kind,name\n03694,02,bản,Ca\n03694,01,tổ,10\n03694,03,tổ,9\n"
    import_villages(connection, file.encode(), "t.csv")
    assert place_path(connection, "03694") == "Xã Mường Giôn, tỉnh Sơn La"
    assert place_path(connection, "03694.02") == "Bản Ca, xã Mường Giôn, tỉnh Sơn La"
    assert place_path(connection, "79") == "Thành phố Hồ Chí Minh"
    assert [v.name for v in villages(connection, "03694", TODAY)] == ["9", "10", "Ca"]
    with pytest.raises(NotFound):
        place_path(connection, "99")


def test_every_place_of_the_two_provinces_has_a_path(connection) -> None:
    for code in connection.scalars(
        Place.__table__.select().with_only_columns(Place.code).limit(80)
    ):
        assert place_path(connection, code)
