"""The bytes of a simulated response, and the ids by which it is known on every run."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from survey.queries.rounds import RoundFacts
from survey.simulate.answers import NOT_ASKED, Column
from survey.terms import Missing, ResponseState

SEED: Final = 20261121
SIMULATED_TEXT: Final = "(mô phỏng)"
OTHER: Final = "other"


@dataclass(frozen=True)
class Sheet:
    """What one person left: answers, reasons for missing ones, how far, when and how long."""

    answers: Mapping[str, object]
    missing: Mapping[str, str]
    state: ResponseState
    answered_hour: dt.datetime
    seconds: int
    is_assisted: bool


def body_of(facts: RoundFacts, sheet: Sheet) -> bytes:
    """Return the response as it is sent."""
    document = {
        "round": facts.code,
        "instrument": facts.instrument,
        "version": facts.instrument_version,
        "language": "vi",
        "answered_hour": sheet.answered_hour.isoformat(timespec="minutes"),
        "seconds": sheet.seconds,
        "assisted": sheet.is_assisted,
        "consent": facts.consent_version,
        "state": sheet.state.value,
        "answers": sheet.answers,
        "missing": sheet.missing,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def answers_and_missing(
    columns: Mapping[str, Column], person: int
) -> tuple[dict[str, object], dict[str, str]]:
    """Return one person's row of the columns as the two maps of a response."""
    answers: dict[str, object] = {}
    missing: dict[str, str] = {}
    for item, column in columns.items():
        code = int(column.codes[person])
        if code == NOT_ASKED:
            continue
        name = column.names[code]
        if name in set(Missing):
            missing[item] = name
        else:
            answers[item] = {"choice": OTHER, "text": SIMULATED_TEXT} if name == OTHER else name
    return answers, missing


def simulated_id(stream: int, number: int) -> str:
    """Return the id of a response: the same on every run."""
    rng = np.random.default_rng([SEED, 10 + stream, number])
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))
