"""The places that ship with the program, from our own lists and from vietnam-provinces.

Sơn La and Lạng Sơn are read from our lists, whose codes win; the package's other code of the same
commune, found by (province, kind, name), is kept as an alias. Every other province is the
package's.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from vietnam_provinces import Province, Ward, __version__

from survey.places.model import SPELLING, AliasRow, Gazetteer, PlaceRow, bare_name, data_rows
from survey.terms import PlaceKind
from survey.vietnamese import spelling, tidy

PACKAGE: Final = "vietnam-provinces"
REFORM: Final = dt.date(2025, 7, 1)
"""Since this day there are provinces and communes, and no districts between them."""

_KINDS: Final = {
    "xã": PlaceKind.COMMUNE,
    "phường": PlaceKind.WARD,
    "đặc khu": PlaceKind.SPECIAL_ZONE,
}


def builtin_places() -> Gazetteer:
    """Return every place that ships with the program, and the other names they go by."""
    provinces = builtin_provinces()
    packaged = tuple(_packaged_commune(ward) for ward in Ward.iter_all())
    listed = tuple(_listed_commune(row) for row in data_rows("communes"))
    ours = {commune.parent for commune in listed}
    others = tuple(commune for commune in packaged if commune.parent not in ours)
    districts = tuple(_district(row) for row in data_rows("districts"))
    older = {row["code"] for row in data_rows("older_than_reform")}
    places = (*provinces, *districts, *listed, *others)
    spellings = (AliasRow(r["place"], SPELLING, r["spelling"]) for r in data_rows("spellings"))
    return Gazetteer(
        tuple(replace(p, valid_from=None) if p.code in older else p for p in places),
        (*_other_codes(listed, packaged), *spellings),
    )


def builtin_provinces() -> tuple[PlaceRow, ...]:
    """Return the provinces alone."""
    return tuple(_province(province) for province in Province.iter_all())


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


def _district(row: dict[str, str]) -> PlaceRow:
    return PlaceRow(
        code=row["code"],
        kind=PlaceKind.DISTRICT,
        designation=row["designation"],
        name=row["name"],
        parent=row["province"],
        source="GSO 2025-01",
        valid_until=dt.date.fromisoformat(row["valid_until"]),
    )


def _other_codes(listed: Iterable[PlaceRow], packaged: Iterable[PlaceRow]) -> list[AliasRow]:
    in_package = {_identity(commune): commune.code for commune in packaged}
    pairs = [(commune.code, in_package.get(_identity(commune))) for commune in listed]
    return [AliasRow(code, PACKAGE, other) for code, other in pairs if other not in (None, code)]


def _identity(commune: PlaceRow) -> tuple[str | None, PlaceKind, str]:
    return commune.parent, commune.kind, spelling(commune.name)
