"""The words of choices in one language, looked up only when they are needed."""

from collections.abc import Mapping

from survey.instruments.model import Instrument, in_language


def choice_labels(instrument: Instrument, language: str | None, name: str) -> Mapping[str, str]:
    """Return choice -> label of an item (language None: the instrument's own), {} without one."""
    tongue = language or instrument.default_language
    return {
        option.name: in_language(option.label, tongue)
        for item in instrument.items
        if item.name == name
        for option in item.options
    }
