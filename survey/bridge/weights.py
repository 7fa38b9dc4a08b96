"""From what is known of a sample and a population to weights: design, silence, margins.

It must not know where answers or margins are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import numpy as np

from scoring import Calibration, ScoringError, base_weights, respondents_weights
from survey.bridge.folding import EVERYBODY, Labels, Numbers
from survey.errors import StateError

Margins: TypeAlias = Mapping[str, Mapping[str, float]]
"""Variable -> value -> total; a value may join several codes by ``|``."""

BLANK: Final = "(blank)"
"""The margin of those who gave no answer: they keep the share that their weights give them."""

JOIN: Final = "|"
EVERYWHERE: Final = ""


@contextmanager
def weighable() -> Iterator[None]:
    """Turn the engine's complaint about weights into a StateError ``not-weighable``."""
    try:
        yield
    except ScoringError as error:
        raise StateError("not-weighable", str(error)) from error


def design_weight(probabilities: Sequence[float]) -> float:
    """Return the base weight of somebody drawn with these probabilities, stage by stage."""
    return float(base_weights(*([stage] for stage in probabilities))[0])


def class_factors(
    weights: Sequence[float],
    classes: Sequence[str | None],
    targets: Sequence[int | None],
    counts: Sequence[int],
) -> dict[str, float]:
    """Return by class what the weights of those who answered are multiplied by.

    Each of the four has one entry for each place. Where more answered than were listed, nobody is
    silent. Raises StateError when a class has no response.
    """
    listed = [
        max(target or 0, count) - count for target, count in zip(targets, counts, strict=True)
    ]
    weight = np.asarray(weights)
    named = [name or EVERYWHERE for name in classes]
    with weighable():
        found = respondents_weights(
            np.concatenate([weight * np.asarray(counts), weight * np.asarray(listed)]),
            np.asarray([*named, *named], dtype=object),
            np.repeat([True, False], len(named)),
        )
    return dict(found.factor)


def margin_labels(labels: Labels, margins: Margins) -> Labels:
    """Return the variables of the margins as columns of their own, by value of the margin."""
    return {
        column_of(variable): np.asarray(
            [_value(label, values) for label in labels[variable]], dtype=object
        )
        for variable, values in margins.items()
    }


def calibration_of(
    asked: Mapping[str, Any] | None, numbers: Numbers, labels: Labels
) -> Calibration | None:
    """Return the calibration that was asked for; None without one.

    ``labels`` are those of ``margin_labels``. Raises StateError when the margins contradict
    themselves.
    """
    if asked is None:
        return None
    margins = {
        column_of(variable): _with_blank(values, _blank_share(numbers, labels, variable))
        for variable, values in asked["margins"].items()
    }
    with weighable():
        return Calibration(asked["kind"], margins)


def column_of(variable: str) -> str:
    """Name the column of a margin: the same item may also make domains, by all its values."""
    return f"{variable} (margin)"


def _value(label: str | None, values: Mapping[str, float]) -> str:
    if label is None:
        return BLANK
    return next((value for value in values if label in value.split(JOIN)), label)


def _blank_share(numbers: Numbers, labels: Labels, variable: str) -> float:
    is_person = (numbers["leaf"] == EVERYBODY) & (numbers["unit"] >= 0)
    weight = numbers["d"][is_person]
    is_blank = labels[column_of(variable)][is_person] == BLANK
    return float(weight[is_blank].sum() / weight.sum()) if len(weight) else 0.0


def _with_blank(values: Mapping[str, float], blank: float) -> dict[str, float]:
    """Leave those without an answer their share, and the known values the rest."""
    if blank == 0:
        return dict(values)
    known = {value: total * (1 - blank) for value, total in values.items()}
    return {**known, BLANK: blank * sum(values.values())}
