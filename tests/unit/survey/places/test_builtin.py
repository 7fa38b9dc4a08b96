"""The places that ship with the program: how many, which codes, how sure."""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from survey.models import Place, PlaceAlias, PlaceSuccessor
from survey.operations.places import Brought, bring_builtin_places, import_successors
from survey.places.builtin import builtin_places
from survey.terms import PlaceKind
from survey.vietnamese import tidy

COMMUNES = (PlaceKind.COMMUNE, PlaceKind.WARD, PlaceKind.SPECIAL_ZONE)


@pytest.fixture(scope="module")
def builtin():
    return builtin_places()


def test_there_are_34_provinces_and_3321_communes(builtin) -> None:
    kinds = Counter(place.kind for place in builtin.places)
    assert kinds[PlaceKind.PROVINCE] == 34 + 52
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
    assert all(code.replace("-2025", "").isdigit() for code in codes)
    assert all(tidy(place.name) == place.name for place in builtin.places)
    first_words = {place.name.split()[0] for place in builtin.places}
    assert not first_words & {"Tỉnh", "Xã", "Phường", "Huyện"}


def test_the_six_other_codes_of_the_package_are_aliases(builtin) -> None:
    codes = {a.place: a.alias for a in builtin.aliases if a.system == "vietnam-provinces"}
    assert codes == {
        "03664": "03667", "06004": "06016", "06124": "06214", "06196": "06202",
        "06211": "06193", "06436": "06421",
    }  # fmt: skip
    assert not set(codes.values()) & {place.code for place in builtin.places}


def test_the_63_provinces_are_kept_by_their_codes_and_lie_in_the_34(builtin) -> None:
    old_codes = {a.alias: a.place for a in builtin.aliases if a.system == "gso-2024"}
    by_code = {place.code: place for place in builtin.places}
    assert len(old_codes) == 63
    assert len(set(old_codes.values())) == 63
    left_alone = [code for code, place in old_codes.items() if code == place]
    assert len(left_alone) == 11
    ended = {place for place in old_codes.values() if by_code[place].valid_until is not None}
    assert ended == {code for code in old_codes.values() if code.endswith("-2025")}
    merged = {s.old: s.new for s in builtin.successors if s.old in ended}
    assert merged.keys() == ended
    assert len(set(merged.values())) == 34 - 11
    assert all(by_code[new].valid_until is None for new in merged.values())
    assert merged["15-2025"] == merged["10-2025"] == "15"
    assert (by_code["15-2025"].name, by_code["15"].name) == ("Yên Bái", "Lào Cai")


def test_each_commune_of_the_two_provinces_follows_one_district_of_its_own(builtin) -> None:
    by_code = {place.code: place for place in builtin.places}
    heirs = [s for s in builtin.successors if by_code[s.old].kind is PlaceKind.DISTRICT]
    ours = {place.code for place in builtin.places if place.parent in {"14", "20"}}
    assert {heir.new for heir in heirs} == {code for code in ours if len(code) == 5}
    assert len(heirs) == 75 + 65
    assert all(by_code[heir.old].parent == by_code[heir.new].parent for heir in heirs)
    wholly = {heir.new for heir in heirs if heir.extent == "inside"}
    assert wholly == {p.code for p in builtin.places if p.valid_from is None and p.code in ours
                      and p.kind is not PlaceKind.DISTRICT}  # fmt: skip


def test_districts_end_with_the_last_day_before_the_reform(builtin) -> None:
    ends = {place.valid_until for place in builtin.places if place.kind is PlaceKind.DISTRICT}
    assert ends == {dt.date(2025, 6, 30)}


def test_what_the_reform_left_alone_is_older_than_it(builtin) -> None:
    older = {p.name for p in builtin.places if p.valid_from is None and p.valid_until is None}
    assert older == {
        "Hà Nội", "Cao Bằng", "Điện Biên", "Lai Châu", "Sơn La", "Lạng Sơn", "Quảng Ninh",
        "Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Huế", "Mường Lạn", "Phiêng Khoài", "Suối Tọ",
        "Ngọc Chiến", "Tân Yên",
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
    assert first == Brought(34 + 52 + 23 + 3321, 0)
    assert second == Brought(0, 0)
    assert third == Brought(0, 1)
    assert count == 6 + 63 + 6


def test_what_an_operator_checked_is_not_overruled(database) -> None:
    file = b"old,new,extent,source\n118,03694,inside,checked on paper\n"
    with database.writing() as connection:
        bring_builtin_places(connection)
        import_successors(connection, file, "checked.csv")
        bring_builtin_places(connection)
        is_it = (PlaceSuccessor.old == "118") & (PlaceSuccessor.new == "03694")
        assert connection.scalar(select(PlaceSuccessor.extent).where(is_it)) == "inside"
