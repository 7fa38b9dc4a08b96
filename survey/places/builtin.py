"""The places that ship with the program, from our own lists and from vietnam-provinces.

Sơn La and Lạng Sơn are read from our lists, whose codes win; the package's other code of the same
commune, found by (province, kind, name), is kept as an alias. Every other province of today is
the package's. What the reform ended, and what followed it, are lists of our own.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from vietnam_provinces import Province, Ward, __version__

from survey.places.model import (
    SPELLING,
    AliasRow,
    Gazetteer,
    PlaceRow,
    SuccessorRow,
    bare_name,
    data_rows,
)
from survey.terms import Extent, PlaceKind
from survey.vietnamese import spelling, tidy

PACKAGE: Final = "vietnam-provinces"
REFORM: Final = dt.date(2025, 7, 1)
"""Since this day there are provinces and communes, and no districts between them."""

OLD_CODES: Final = "gso-2024"
"""The codes of the 63 provinces; the reform gave some of them to provinces with other borders."""

_RESOLUTION: Final = "NQ 202/2025/QH15"
_PROVINCE_DIGITS: Final = 2

_KINDS: Final = {
    "xã": PlaceKind.COMMUNE,
    "phường": PlaceKind.WARD,
    "đặc khu": PlaceKind.SPECIAL_ZONE,
}


def builtin_places() -> Gazetteer:
    """Return every place that ships with the program, what followed what, and other names."""
    packaged = tuple(_packaged_commune(ward) for ward in Ward.iter_all())
    listed = tuple(_listed_commune(row) for row in data_rows("communes"))
    ours = {commune.parent for commune in listed}
    others = tuple(commune for commune in packaged if commune.parent not in ours)
    districts = tuple(
        _ended(row, PlaceKind.DISTRICT, "GSO 2025-01") for row in data_rows("districts")
    )
    communes = (_dated(commune) for commune in (*listed, *others))
    spellings = (AliasRow(r["place"], SPELLING, r["spelling"]) for r in data_rows("spellings"))
    return Gazetteer(
        (*builtin_provinces(), *districts, *communes),
        (*_merged_provinces(), *_heirs_of_districts()),
        (*_other_codes(listed, packaged), *_old_codes(), *spellings),
    )


def builtin_provinces() -> tuple[PlaceRow, ...]:
    """Return the provinces alone: those of today, then those that were merged into them."""
    today = (_dated(_province(province)) for province in Province.iter_all())
    former = (_ended(r, PlaceKind.PROVINCE, _RESOLUTION) for r in data_rows("former_provinces"))
    return (*today, *former)


def _province(province: Province) -> PlaceRow:
    designation = "tỉnh" if province.division_type.value == "tỉnh" else "thành phố"
    return PlaceRow(
        code=f"{province.code.value:02}",
        kind=PlaceKind.PROVINCE,
        designation=designation,
        name=bare_name(tidy(province.name), designation),
        parent=None,
        source=f"{PACKAGE} {__version__}",
        valid_from=REFORM,
    )


def _packaged_commune(ward: Ward) -> PlaceRow:
    designation = str(ward.division_type.value)
    return PlaceRow(
        code=f"{ward.code.value:05}",
        kind=_KINDS[designation],
        designation=designation,
        name=bare_name(tidy(ward.name), designation),
        parent=f"{ward.province_code.value:02}",
        source=f"{PACKAGE} {__version__}",
        valid_from=REFORM,
    )


def _listed_commune(row: dict[str, str]) -> PlaceRow:
    return PlaceRow(
        code=row["code"],
        kind=_KINDS[row["designation"]],
        designation=row["designation"],
        name=row["name"],
        parent=row["province"],
        source=row["source"],
        valid_from=REFORM,
    )


def _ended(row: dict[str, str], kind: PlaceKind, source: str) -> PlaceRow:
    return PlaceRow(
        code=row["code"],
        kind=kind,
        designation=row["designation"],
        name=row["name"],
        parent=row.get("province"),
        source=source,
        valid_until=dt.date.fromisoformat(row["valid_until"]),
    )


@lru_cache(maxsize=1)
def _older_than_reform() -> frozenset[str]:
    return frozenset(row["code"] for row in data_rows("older_than_reform"))


def _dated(place: PlaceRow) -> PlaceRow:
    """Return a place without its first day where the reform left it alone."""
    return replace(place, valid_from=None) if place.code in _older_than_reform() else place


def _merged_provinces() -> Iterator[SuccessorRow]:
    for row in data_rows("former_provinces"):
        yield SuccessorRow(row["code"], row["now"], Extent.CONTAINS, _RESOLUTION)


def _heirs_of_districts() -> Iterator[SuccessorRow]:
    for row in data_rows("district_heirs"):
        yield SuccessorRow(row["old"], row["new"], Extent(row["extent"]), row["source"])


def _old_codes() -> Iterator[AliasRow]:
    """Return the code of each of the 63 provinces as it was before the reform."""
    codes = [row["code"] for row in data_rows("former_provinces")]
    same = [code for code in _older_than_reform() if len(code) == _PROVINCE_DIGITS]
    for code in (*codes, *same):
        yield AliasRow(code, OLD_CODES, code[:_PROVINCE_DIGITS])


def _other_codes(listed: Iterable[PlaceRow], packaged: Iterable[PlaceRow]) -> list[AliasRow]:
    in_package = {_identity(commune): commune.code for commune in packaged}
    pairs = [(commune.code, in_package.get(_identity(commune))) for commune in listed]
    return [AliasRow(code, PACKAGE, other) for code, other in pairs if other not in (None, code)]


def _identity(commune: PlaceRow) -> tuple[str | None, PlaceKind, str]:
    return commune.parent, commune.kind, spelling(commune.name)
