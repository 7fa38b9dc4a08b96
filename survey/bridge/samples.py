"""From columns of coded answers to the engine's sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring import Codes, Design, Sample

Coded: TypeAlias = tuple[npt.NDArray[np.signedinteger], tuple[str, ...]]
"""Codes by row and the name of each code; negative codes are missing answers."""

Numbers: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Placement:
    """Where each row stands in the design of a round, and how many persons it speaks for."""

    stratum: Sequence[str]
    psu: Sequence[str]
    ssu: Sequence[str] | None
    weight: Sequence[float]


def sample_of(
    choices: Mapping[str, Coded], numbers: Mapping[str, Numbers], placement: Placement
) -> Sample:
    """Return the engine's sample of a probability sample."""
    design = Design.from_labels(
        stratum=list(placement.stratum), psu=list(placement.psu), ssu=placement.ssu
    )
    return Sample.from_columns(
        design, weight=np.asarray(placement.weight), items=_items(choices, numbers)
    )


def crowd_of(choices: Mapping[str, Coded], numbers: Mapping[str, Numbers], n_rows: int) -> Sample:
    """Return the engine's sample of people whom nobody drew: each counts one, for plain means."""
    return Sample.from_columns(Design.from_labels(n=n_rows), items=_items(choices, numbers))


def _items(
    choices: Mapping[str, Coded], numbers: Mapping[str, Numbers]
) -> dict[str, Codes | Numbers]:
    coded = {name: Codes(codes, names) for name, (codes, names) in choices.items()}
    return {**coded, **numbers}
