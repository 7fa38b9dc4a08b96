"""Answers of many people at once, item by item along the instrument's own route.

What people believe is a file: of each item the shares of its choices from worst to best, how many
do not know, refuse or are not concerned, and which topic moves it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from survey.instruments.model import Ast, Instrument, Item
from survey.terms import ItemKind, Missing

DATA: Final = Path(__file__).parent / "data"
NOT_ASKED: Final = -1
_JOINS: Final = {"and": np.logical_and, "or": np.logical_or}

Floats: TypeAlias = npt.NDArray[np.float32]
Codes: TypeAlias = npt.NDArray[np.int8]
Marks: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Column:
    """Answers to one item: ``names[codes[i]]`` is what person i chose; -1 was not asked."""

    codes: Codes
    names: tuple[str, ...]

    def take(self, rows: npt.NDArray[np.integer]) -> "Column":
        """Return the chosen rows."""
        return Column(self.codes[rows], self.names)

    def counts(self) -> dict[str, float]:
        """Return how many chose each name, for everybody was asked."""
        found = np.bincount(self.codes, minlength=len(self.names))
        return {name: float(count) for name, count in zip(self.names, found, strict=True)}

    def equals(self, name: object) -> Marks:
        """Tell who reads as this name; whoever was not asked reads as the empty text."""
        code = self.names.index(str(name)) if name in self.names else NOT_ASKED
        marks: Marks = (self.codes == code) & (code != NOT_ASKED or name == "")
        return marks


@dataclass(frozen=True)
class Belief:
    """What people answer to one item: choices from worst to best, and where one becomes the next.

    ``missing`` is the share of each reason not to answer, of those asked; ``topic`` None means
    that the answer depends on nothing.
    """

    choices: tuple[str, ...]
    cuts: tuple[float, ...]
    missing: Mapping[Missing, float]
    topic: int | None


@dataclass(frozen=True, eq=False)
class Respondents:
    """Who answers: (n, topics) opinions, how much noise an item adds, and what is known already.

    ``reticence`` multiplies the shares of don't knows and refusals; ``stops_at`` is the part of
    the form after which a person stops, NaN for those who reach the end.
    """

    opinion: Floats
    noise_sd: float
    reticence: Floats
    stops_at: Floats
    known: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.opinion)


def beliefs_of(code: str) -> dict[str, Belief]:
    """Return the beliefs about an instrument: item -> belief."""
    with (DATA / f"{code}.csv").open(encoding="utf-8", newline="") as lines:
        return {row["item"]: _belief(row) for row in csv.DictReader(lines)}


def _belief(row: Mapping[str, str]) -> Belief:
    pairs = [pair.split(":") for pair in row["shares"].split()]
    shares = np.array([float(share) for _, share in pairs])
    cuts = ndtri(np.minimum(np.cumsum(shares)[:-1] / shares.sum(), 1.0))
    return Belief(
        choices=tuple(choice for choice, _ in pairs),
        cuts=tuple(cuts.tolist()),
        missing={reason: float(row[reason.value] or 0) for reason in Missing},
        topic=int(row["topic"]) - 1 if row["topic"] else None,
    )


def drawn_answers(
    instrument: Instrument,
    beliefs: Mapping[str, Belief],
    people: Respondents,
    rng: np.random.Generator,
) -> dict[str, Column]:
    """Ask everybody the whole instrument; the same generator gives the same answers."""
    columns: dict[str, Column] = {}
    for item in instrument.items:
        if item.is_asked:
            column = people.known.get(item.name) or _drawn(item, beliefs, people, rng)
            is_reached = reached(item.relevant, columns, len(people))
            codes = np.where(is_reached, column.codes, np.int8(NOT_ASKED))
            columns[item.name] = Column(codes, column.names)
    _stop(columns, people.stops_at)
    return columns


def reached(relevant: Ast | None, columns: Mapping[str, Column], n_people: int) -> Marks:
    """Tell whom the logic takes to an item: comparisons with a text, joined by ``and``, ``or``."""
    if relevant is None:
        return np.ones(n_people, dtype=np.bool_)
    args = cast("list[Ast]", relevant["args"])
    if relevant["op"] in ("=", "!="):
        is_equal = columns[str(args[0]["name"])].equals(args[1]["value"])
        return is_equal if relevant["op"] == "=" else ~is_equal
    join = _JOINS[str(relevant["op"])]
    marks: Marks = join.reduce([reached(arg, columns, n_people) for arg in args])
    return marks


def _drawn(
    item: Item, beliefs: Mapping[str, Belief], people: Respondents, rng: np.random.Generator
) -> Column:
    """Draw what each would answer if asked; a text is never written."""
    names = (*item.option_names, *(r.value for r in Missing if r not in item.option_names))
    if item.kind is ItemKind.TEXT:
        codes = np.full(len(people), names.index(Missing.REFUSED), dtype=np.int8)
        return Column(codes, names)
    belief = beliefs[item.name]
    opinion = rng.standard_normal(len(people), dtype=np.float32)
    if belief.topic is not None:
        opinion = people.opinion[:, belief.topic] + np.float32(people.noise_sd) * opinion
    order = np.array([names.index(choice) for choice in belief.choices], dtype=np.int8)
    codes = order[np.searchsorted(np.array(belief.cuts, dtype=np.float32), opinion)]
    return Column(_with_missing(codes, names, belief, (people, rng)), names)


def _with_missing(
    codes: Codes,
    names: tuple[str, ...],
    belief: Belief,
    drawing: tuple[Respondents, np.random.Generator],
) -> Codes:
    """Let some not know, refuse or not be concerned, whatever they would have said."""
    people, rng = drawing
    chance = rng.random(len(people), dtype=np.float32)
    edge = np.zeros(len(people), dtype=np.float32)
    for reason, share in belief.missing.items():
        if share > 0:
            is_concern = reason is Missing.NOT_APPLICABLE
            upper = edge + share * (1 if is_concern else people.reticence)
            codes[(edge <= chance) & (chance < upper)] = names.index(reason)
            edge = upper
    return codes


def _stop(columns: Mapping[str, Column], stops_at: Floats) -> None:
    """Take away what comes after the point where a person stops; the first answer stays."""
    early = np.flatnonzero(~np.isnan(stops_at))
    asked = np.stack([column.codes[early] != NOT_ASKED for column in columns.values()])
    place = np.cumsum(asked, axis=0)
    last = np.maximum(1, np.rint(stops_at[early] * place[-1]))
    for column, places in zip(columns.values(), place, strict=True):
        column.codes[early[places > last]] = NOT_ASKED
