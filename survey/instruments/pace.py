"""How long reading a question takes: the model by which an answer is called too fast.

It must not know any response, nor what is done with one that is too fast.
"""

import re
from typing import Final

from survey.instruments.model import Instrument, Item

SYLLABLES_A_MINUTE: Final = 200
"""A calm reader of Vietnamese, in which a syllable stands between blanks."""

TAP_SECONDS: Final = 1.5
"""To find the answer and touch it. The answers themselves are not counted as read: whoever has
seen a scale once does not read it again."""

_SYLLABLE: Final = re.compile(r"\w+")


def reading_seconds(instrument: Instrument) -> dict[str, float]:
    """Return how many seconds the median respondent needs for each item, by name."""
    return {item.name: _seconds(item, instrument.default_language) for item in instrument.items}


def _seconds(item: Item, language: str) -> float:
    syllables = len(_SYLLABLE.findall(item.label.get(language, "")))
    return syllables * 60 / SYLLABLES_A_MINUTE + TAP_SECONDS
