"""The places that ship with the program: how many, which codes, how sure."""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from survey.models import Place, PlaceAlias
from survey.operations.places import Brought, bring_builtin_places
from survey.places.builtin import builtin_places
from survey.terms import PlaceKind
from survey.vietnamese import tidy

COMMUNES = (PlaceKind.COMMUNE, PlaceKind.WARD, PlaceKind.SPECIAL_ZONE)


@pytest.fixture(scope="module")
def builtin():
    return builtin_places()


def test_there_are_34_provinces_and_3321_communes(builtin) -> None:
    kinds = Counter(place.kind for place in builtin.places)
    assert kinds[PlaceKind.PROVINCE] == 34
    assert sum(kinds[kind] for kind in COMMUNES) == 3321
    assert kinds[PlaceKind.DISTRICT] == 12 + 11


@pytest.mark.parametrize(("province", "n_communes", "n_wards"), [("14", 67, 8), ("20", 61, 4)])
def test_the_two_provinces_have_the_units_of_their_resolutions(
    builtin, province, n_communes, n_wards
) -> None:
    kinds = Counter(place.kind for place in builtin.places if place.parent == province)
    assert (kinds[PlaceKind.COMMUNE], kinds[PlaceKind.WARD]) == (n_communes, n_wards)


def test_codes_and_names_are_clean(builtin) -> None:
    codes = [place.code for place in builtin.places]
    assert len(codes) == len(set(codes))
    assert all(code.isdigit() for code in codes)
    assert all(tidy(place.name) == place.name for place in builtin.places)
    first_words = {place.name.split()[0] for place in builtin.places}
    assert not first_words & {"Tỉnh", "Xã", "Phường", "Huyện"}


def test_the_six_other_codes_of_the_package_are_aliases(builtin) -> None:
    codes = {alias.place: alias.alias for alias in builtin.aliases if alias.system != "spelling"}
    assert codes == {
        "03664": "03667", "06004": "06016", "06124": "06214", "06196": "06202",
        "06211": "06193", "06436": "06421",
    }  # fmt: skip
    assert not set(codes.values()) & {place.code for place in builtin.places}


def test_districts_end_with_the_last_day_before_the_reform(builtin) -> None:
    ends = {place.valid_until for place in builtin.places if place.kind is PlaceKind.DISTRICT}
    assert ends == {dt.date(2025, 6, 30)}


def test_what_the_reform_left_alone_is_older_than_it(builtin) -> None:
    older = {p.name for p in builtin.places if p.valid_from is None and p.valid_until is None}
    assert older == {
        "Sơn La", "Lạng Sơn", "Mường Lạn", "Phiêng Khoài", "Suối Tọ", "Ngọc Chiến", "Tân Yên",
        "Mường Bám", "Mường Lèo",
    }  # fmt: skip


def test_bringing_them_twice_changes_nothing_and_mends_what_differs(database) -> None:
    with database.writing() as connection:
        first = bring_builtin_places(connection)
    with database.writing() as connection:
        second = bring_builtin_places(connection)
        connection.execute(update(Place).where(Place.code == "03694").values(name="Muong Gion"))
        third = bring_builtin_places(connection)
        count = connection.scalar(select(func.count()).select_from(PlaceAlias))
    assert first == Brought(34 + 23 + 3321, 0)
    assert second == Brought(0, 0)
    assert third == Brought(0, 1)
    assert count == 7
