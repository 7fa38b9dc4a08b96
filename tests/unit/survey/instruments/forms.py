"""Instruments made of values, without a workbook."""

from survey.instruments.expressions import parse
from survey.instruments.model import Instrument, Item, Option
from survey.terms import ItemKind

CODES = ("1", "2", "other", "dk")


def an_item(name: str, kind: str = "text", codes: tuple[str, ...] = (), **cells) -> Item:
    """Return an item; conditions are given as text."""
    trees = ("relevant", "constraint", "calculation", "choice_filter")
    return Item(
        name=name,
        kind=ItemKind(kind),
        label={"vi": name, "en": name},
        options=tuple(Option(c, {"vi": f"nhãn {c}", "en": f"label {c}"}) for c in codes),
        missing_options=tuple(c for c in codes if c in {"dk", "refused", "na"}),
        has_other=kind == "select_one" and "other" in codes,
        **{key: parse(cell) if key in trees else cell for key, cell in cells.items()},
    )


def an_instrument(*items: Item) -> Instrument:
    """Return an instrument of these items."""
    return Instrument("form", "1", "0" * 64, {"vi": "x", "en": "x"}, "vi", ("vi", "en"), (), items)
