"""10,000 random instruments and answers, walked by Python and by JavaScript."""

import datetime as dt
import json
import random

import pytest

from survey.instruments.document import to_document
from survey.instruments.evaluate import Scope, holds
from survey.instruments.flow import reached, reading_of
from survey.instruments.model import Instrument
from survey.instruments.piping import spoken
from tests.twins.generator import an_interview
from tests.twins.reading import TOLD, told

SEED = 20261121
N_INTERVIEWS = 10_000
BATCH = 1_000
TODAY = dt.date(2026, 11, 21)
RUN = f"""(batch) => {{
  const told = {TOLD};
  return JSON.stringify(JSON.parse(batch).map(([instrument, answers, missing, language]) => {{
    const walk = twin.reached(instrument, answers, missing, '2026-11-21', language);
    const reached = instrument.items.filter((item) => walk.path.includes(item.name));
    return {{
      path: walk.path,
      values: Object.entries(walk.values).map(([name, value]) => [name, ...told(value)]),
      options: walk.options,
      spoken: twin.spoken(instrument, answers, walk, language),
      kept: reached.map((item) => twin.keeps(item, answers[item.name], walk, '2026-11-21')),
    }};
  }}));
}}"""


def walked(instrument: Instrument, answers: dict, missing: dict, language: str) -> dict:
    walk = reached(instrument, answers, missing, TODAY, language)
    return {
        "path": list(walk.path),
        "values": [[name, *told(value)] for name, value in walk.values.items()],
        "options": {name: list(options) for name, options in walk.options.items()},
        "spoken": spoken(instrument, answers, walk, language),
        "kept": [
            keeps(instrument, name, answers.get(name), dict(walk.values)) for name in walk.path
        ],
    }


def keeps(instrument: Instrument, name: str, answer: object, values: dict) -> bool:
    own = reading_of(answer)
    scope = Scope(TODAY.isoformat(), values, own)
    return own == "" or holds(instrument.item(name).constraint, scope)


@pytest.mark.browser
def test_both_walk_the_same_route(twin) -> None:
    dice = random.Random(SEED)
    for _ in range(N_INTERVIEWS // BATCH):
        cases = [(*an_interview(dice), dice.choice(("vi", "en"))) for _ in range(BATCH)]
        batch = [(to_document(instrument), *rest) for instrument, *rest in cases]
        found = json.loads(twin.evaluate(RUN, json.dumps(batch)))
        for case, got in zip(cases, found, strict=True):
            assert got == walked(*case), case


def test_the_generator_reaches_every_corner() -> None:
    dice = random.Random(SEED)
    walks = [walked(*an_interview(dice), "vi") for _ in range(500)]
    values = [value for walk in walks for value in walk["values"]]
    assert {kind for _, kind, _ in values} == {"text", "number", "boolean"}
    assert {True, False} == {kept for walk in walks for kept in walk["kept"]}
    assert any(walk["options"] for walk in walks)
