"""What the player needs to know of an instrument: its logic, not its texts, which the page shows.

It must not know routes, rounds or the database.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from survey.instruments.document import Document, to_document
from survey.instruments.model import Instrument
from survey.instruments.piping import PIPE
from survey.terms import ItemKind

NEEDED: Final = (
    "name",
    "kind",
    "relevant",
    "calculation",
    "constraint",
    "required",
    "span",
    "missing_options",
    "choice_filter",
    "options",
)
"""What the player reads of an item's document."""


def player_document(instrument: Instrument) -> Document:
    """Return the logic of an instrument."""
    document = to_document(instrument)
    quoted = set(_quoted(document))
    items = [_of_item(item, quoted) for item in document["items"]]
    return {"default_language": instrument.default_language, "items": items}


def _of_item(item: Document, quoted: AbstractSet[str]) -> Document:
    """Return the logic of one item; choices only where a filter or a quotation needs them."""
    logic = {key: item[key] for key in NEEDED if key in item}
    if item["kind"] == ItemKind.CALCULATE.value:
        logic.pop("required", None)
    if item["name"] not in quoted and "options" in logic:
        bare = [
            {key: option[key] for key in option if key != "label"} for option in item["options"]
        ]
        logic["options"] = bare if "choice_filter" in item else []
    return {key: value for key, value in logic.items() if value != []}


def _quoted(part: object) -> Iterator[str]:
    """Yield the items that a text or an expression quotes in the words of their choices."""
    if isinstance(part, str):
        yield from PIPE.findall(part)
    elif isinstance(part, list):
        for one in part:
            yield from _quoted(one)
    elif isinstance(part, dict):
        if part.get("op") == "jr:choice-name":
            yield part["name"]
        yield from _quoted(list(part.values()))
