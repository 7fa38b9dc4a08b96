"""What an item asks, as lists show it: its label with the place nouns put in."""

import re
from typing import Final

from survey.instruments.model import Instrument, Item
from survey.instruments.tailor import variables_of
from survey.web.i18n import in_language

PIPED: Final = re.compile(r"\$\{(\w+)\}")


def plain_label(item: Item, instrument: Instrument) -> str:
    """Return the label of an item; what depends on answers is three dots."""
    nouns = variables_of(instrument)
    return PIPED.sub(lambda piped: nouns.get(piped[1], "..."), in_language(item.label))
