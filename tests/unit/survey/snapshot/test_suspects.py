"""Suspects from columns: floods, too fast, all the same; an honest busy day is left alone."""

import numpy as np
import pyarrow as pa
import pytest

from survey.instruments.loader import load_builtin
from survey.instruments.pace import reading_seconds
from survey.simulate.answers import Respondents, beliefs_of, drawn_answers
from survey.simulate.bodies import answers_and_missing
from survey.snapshot.layout import (
    ALIKE,
    ANSWERED_COUNT,
    HOUR,
    IS_COMPLETE,
    IS_DEVICE,
    PACE,
    PLACE,
    SECONDS,
    SOURCE,
)
from survey.snapshot.suspects import (
    ALIKE_AT_PLACE,
    ALIKE_AT_TABLET,
    LEAST_ANSWERS,
    PLACE_PER_HOUR,
    Reason,
    reasons_of,
)

PACE_SECONDS = 60.0
A_TABLET_HOUR = 40
"""What one tablet serves in an hour when a form takes a minute and the change half of one."""

FASTEST = 0.443 * PACE_SECONDS
NINE = 500_000


def rows(hours, *, is_device=True, place="00001", source="d", **columns) -> pa.Table:
    """Responses that nothing speaks against, each with other answers."""
    n = len(hours)
    plain = {
        SOURCE: [source] * n, PLACE: [place] * n, IS_DEVICE: [is_device] * n,
        IS_COMPLETE: [True] * n, SECONDS: [PACE_SECONDS] * n, ANSWERED_COUNT: [LEAST_ANSWERS] * n,
        HOUR: list(hours), PACE: [PACE_SECONDS] * n, ALIKE: list(range(n)),
    }  # fmt: skip
    types = {HOUR: pa.int32(), PLACE: pa.string(), SECONDS: pa.float32(), ALIKE: pa.int64()}
    return pa.table(
        {name: pa.array(data, types.get(name)) for name, data in {**plain, **columns}.items()}
    )


def found(table: pa.Table, reason: Reason) -> list[bool]:
    return reasons_of(table)[reason].tolist()


def test_an_hour_holds_what_a_tablet_can_serve_and_no_more():
    assert not any(found(rows([NINE] * A_TABLET_HOUR), Reason.BURST))
    assert all(found(rows([NINE] * (A_TABLET_HOUR + 1)), Reason.BURST))


def test_phones_of_one_place_are_counted_together():
    full = rows([NINE] * PLACE_PER_HOUR, is_device=False, source="slip")
    more = rows([NINE] * (PLACE_PER_HOUR + 1), is_device=False, source="slip")
    assert not any(found(full, Reason.BURST))
    assert all(found(more, Reason.BURST))


@pytest.mark.parametrize("before", range(0, 201, 5))
def test_a_flood_over_the_full_hour_is_caught_whole(before):
    flood = rows([NINE] * before + [NINE + 1] * (200 - before))
    assert all(found(flood, Reason.BURST))


def test_other_tablets_places_and_hours_are_left_alone():
    flood = rows([NINE] * 200)
    quiet = [
        rows([NINE] * 20, source="e"),
        rows([NINE] * 20, place="00004"),
        rows([NINE + 2, NINE - 2]),
    ]
    told = found(pa.concat_tables([flood, *quiet]), Reason.BURST)
    assert (sum(told), sum(told[200:])) == (200, 0)


def test_where_no_place_is_asked_nothing_is_a_flood():
    assert not any(found(rows([NINE] * 500, is_device=False, place=None), Reason.BURST))


def test_an_hour_that_nobody_can_read_is_no_flood():
    assert not any(found(rows([None] * 500), Reason.BURST))


def test_faster_than_the_fastest_reader_is_too_fast():
    table = rows([NINE] * 3, **{SECONDS: [FASTEST - 1, FASTEST + 1, None]})
    assert found(table, Reason.TOO_FAST) == [True, False, False]


def test_who_stopped_early_was_not_too_fast():
    table = rows([NINE], **{SECONDS: [1.0], IS_COMPLETE: [False]})
    assert found(table, Reason.TOO_FAST) == [False]


@pytest.mark.parametrize(
    ("is_device", "least"), [(True, ALIKE_AT_TABLET), (False, ALIKE_AT_PLACE)]
)
def test_the_same_answers_too_often_within_an_hour_are_alike(is_device, least):
    few = rows([NINE] * least, is_device=is_device, **{ALIKE: [7] * (least - 1) + [8]})
    many = rows([NINE] * (least + 1), is_device=is_device, **{ALIKE: [7] * least + [8]})
    assert not any(found(few, Reason.ALIKE))
    assert found(many, Reason.ALIKE) == [True] * least + [False]


def test_the_same_answers_on_another_day_or_to_few_questions_are_not_alike():
    spread = rows(range(NINE, NINE + 30), **{ALIKE: [7] * 30})
    short = rows([NINE] * 30, **{ALIKE: [7] * 30, ANSWERED_COUNT: [LEAST_ANSWERS - 1] * 30})
    assert not any(found(spread, Reason.ALIKE))
    assert not any(found(short, Reason.ALIKE))


def test_a_busy_day_of_simulated_counters_is_hardly_suspected(rng):
    """Twenty tablets, seven hours, 16 people an hour each on average: under one in a hundred."""
    instrument = load_builtin("one_stop")
    per_hour = rng.poisson(16, (20, 7))
    tablet, hour = (np.repeat(at.ravel(), per_hour.ravel()) for at in np.indices(per_hour.shape))
    n = len(tablet)
    mood = 0.25 * rng.standard_normal(20)[tablet] + 0.5 * rng.standard_normal(n)
    people = Respondents(
        opinion=mood[:, None].astype(np.float32),
        noise_sd=0.6,
        reticence=rng.gamma(1.0, 1.0, n).astype(np.float32),
        stops_at=np.full(n, np.nan, np.float32),
        known={},
    )
    drawn = drawn_answers(instrument, beliefs_of("one_stop"), people, rng)
    pace = reading_seconds(instrument)
    sheets = [answers_and_missing(drawn, at) for at in range(n)]
    median = np.array([sum(pace[name] for name in {**given, **gone}) for given, gone in sheets])
    table = rows(
        hour,
        **{
            SOURCE: [f"tablet {at}" for at in tablet],
            PACE: median,
            SECONDS: median * np.exp(0.35 * rng.standard_normal(n)),
            ANSWERED_COUNT: [len(given) for given, _ in sheets],
            ALIKE: [hash(str(sheet)) for sheet in sheets],
        },
    )
    share = {reason: told.mean() for reason, told in reasons_of(table).items()}

    assert n > 2000
    assert share[Reason.BURST] == 0
    assert share[Reason.ALIKE] == 0
    assert share[Reason.TOO_FAST] < 0.02
