"""Where the questions of a round are read aloud, and what languages are called."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from flask import Flask

from survey.queries.recordings import recent_sounds
from survey.queries.rounds import RoundFacts
from survey.web.headers import SOUNDS
from survey.web.i18n import LANGUAGES, N_, translated
from survey.web.store import current_store

Addresses: TypeAlias = Mapping[str, Mapping[str, str]]
"""Item -> language -> address of the sound."""

TONGUES: Final = {
    "vi": N_("tiếng Việt"),
    "en": N_("tiếng Anh"),
    "blt": N_("tiếng Thái"),
    "cjm": N_("tiếng Chăm"),
    "hmn": N_("tiếng Mông"),
    "ium": N_("tiếng Dao"),
    "jra": N_("tiếng Gia Rai"),
    "kjg": N_("tiếng Khơ Mú"),
    "km": N_("tiếng Khmer"),
    "mtq": N_("tiếng Mường"),
    "nut": N_("tiếng Nùng"),
    "rad": N_("tiếng Ê Đê"),
    "tyz": N_("tiếng Tày"),
}
"""Languages of Vietnam by their ISO 639 codes; the locale data name few of them."""


def tongue(language: str, spoken_in: str) -> str:
    """Return what a language is called in another, its code if nobody knows."""
    return translated(TONGUES[language], spoken_in) if language in TONGUES else language


def tongue_text(language: str) -> dict[str, str]:
    """Return what a language is called in every language of the pages."""
    return {code: tongue(language, code) for code in LANGUAGES}


def init_recordings(app: Flask) -> None:
    """Let templates say what languages are called."""
    app.jinja_env.globals.update(tongue=tongue, tongue_text=tongue_text)


def sounds_of_round(facts: RoundFacts) -> Addresses:
    """Return the addresses of what is recorded of a round's questions."""
    store = current_store()
    found = recent_sounds(store.database, facts.instrument, facts.instrument_version)
    return {
        item: {language: f"{SOUNDS}/{sha256}" for language, sha256 in by_language.items()}
        for item, by_language in found.items()
    }
