"""The sentences that tell an author or a sender what is wrong: a code and facts in, vi and en out.

The sentences themselves stand in messages.yaml, one entry per stable code.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from survey.errors import SurveyError

_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = yaml.safe_load(
    Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Mistake:
    """One mistake in words; whoever knows the place turns it into a Fault or a Refusal."""

    code: str
    vi: str
    en: str


class MistakeFound(SurveyError):
    """A cell cannot be read; ``mistake`` says why. The loader catches it and names the place."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.code, mistake.en)
        self.mistake = mistake


def say(code: str, known: Iterable[str] = (), **facts: object) -> Mistake:
    """Return the mistake of that code; ``known`` names are searched for one close to ``got``."""
    sentence = _SENTENCES[code]
    hint = _SENTENCES["nearest"]
    got = str(facts.get("got", ""))
    near = nearest(got, (name for name in known if name != got))
    tails = {language: " " + hint[language].format(near=near) if near else "" for language in hint}
    return Mistake(
        code,
        sentence["vi"].format(**facts) + tails["vi"],
        sentence["en"].format(**facts) + tails["en"],
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like ``name``, or None where none comes close."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None
