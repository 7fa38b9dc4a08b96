"""The Vietnamese order and search, against ICU and against what people type."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from vietnam_provinces import Ward

from survey.vietnamese import compare, fold, sort_key, spelling, tidy

IN_ORDER = (
    "An", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Co Mạ", "Da", "dz", "Dz", "đa", "Đa", "Đá",
    "Ê Đê", "Hoa", "Hoạ", "Hoà Bình", "Tô", "Tổ 2", "Tổ 10", "Tơ", "Xã",
)  # fmt: skip
"""Letters before tones, tones before case, đ after d, numbers by their size."""

TRICKY = (
    "Tổ 02", "tổ 2", "Hoà", "Hòa", "Bản 1-2", "Bản (1)", "Bản, x", "Bản/Tổ", "M'Đrắk", "M’Đrắk",
    "Bản Nậm 1A", "Bản Nậm", "Bản – Nậm", "Zô", "Wa", "Fa", "Ja",
)  # fmt: skip

vietnamese_text = st.text("aăâbdđeêoôơuưyAĐÔ áàảãạấầốờữịỹ 0129-'", max_size=12)


def test_the_dictionary_order_holds() -> None:
    shuffled = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=sort_key) == list(IN_ORDER)


@pytest.mark.postgres
def test_the_key_orders_as_icu_in_postgresql(cluster) -> None:
    names = {ward.name for ward in Ward.iter_all()} | set(IN_ORDER) | set(TRICKY)
    engine = create_engine(cluster.new_database())
    with engine.begin() as connection:
        connection.execute(text("CREATE COLLATION v (provider = icu, locale = 'vi-u-kn-true')"))
        connection.execute(text("CREATE TABLE names (name text)"))
        rows = [{"name": name} for name in sorted(names)]
        connection.execute(text("INSERT INTO names VALUES (:name)"), rows)
        by_icu = list(connection.scalars(text("SELECT name FROM names ORDER BY name COLLATE v")))
    engine.dispose()
    assert sorted(names, key=lambda name: (sort_key(name), name)) == by_icu


@given(vietnamese_text)
def test_both_unicode_forms_are_one_text(name) -> None:
    composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    for one_form in (sort_key, fold, spelling, tidy):
        assert one_form(composed) == one_form(decomposed)


@given(vietnamese_text, vietnamese_text)
def test_the_comparison_is_an_order(left, right) -> None:
    assert compare(left, right) == -compare(right, left)
    assert compare(left, left) == 0


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Sơn La", "son la"),
        ("Sơn La", "SƠN  LA"),
        ("Đắk Lắk", "dak lak"),
        ("M’Đrắk", "m'drak"),
        ("Phan Rang - Tháp Chàm", "phan rang-thap cham"),
    ],
)
def test_search_reads_what_people_type(name, typed) -> None:
    assert fold(name) == fold(typed)


def test_a_spelling_keeps_marks_but_not_the_seat_of_the_tone() -> None:
    assert spelling("Quý Hoà") == spelling("quý hòa")
    assert spelling("Thuỷ") == spelling("Thủy")
    assert spelling("Hoa") != spelling("Hòa")
    assert spelling("Tô") != spelling("Tơ")


def test_tidy_text_has_single_spaces() -> None:
    assert tidy("  Xã\u00a0 Bắc  Đông Quan ") == "Xã Bắc Đông Quan"
