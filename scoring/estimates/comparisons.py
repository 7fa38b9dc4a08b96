"""Totals of several rounds as one, so that differences count the PSUs that rounds share.

Knows no tree.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from scoring.arrays import IntArray
from scoring.design import Design, Frame
from scoring.errors import DataError, DesignError
from scoring.sample import WHOLE_SAMPLE
from scoring.totals import PsuTotals, Rows


@dataclass(frozen=True, eq=False)
class Joined:
    """Several rounds in one frame.

    Parameters
    ----------
    totals : every domain of every round, with the round as a further column; the empty domain is
        all rounds together
    shared : number of PSUs that stand in more than one round
    fresh : strata in which rounds share no PSU with each other and vary independently
    changed : strata that some round does not have
    """

    totals: PsuTotals
    shared: int
    fresh: tuple[str, ...]
    changed: tuple[str, ...]


def join_rounds(rounds: Mapping[str, PsuTotals], column: str = "round") -> Joined:
    """Bring the totals of several rounds into one frame, the union of theirs.

    Parameters
    ----------
    rounds : name of each round -> its totals, of one tree; a PSU is the same in two rounds when
        its label and that of its stratum are
    column : name of the domain column that says the round

    Raises
    ------
    DesignError
        If the totals are of different trees, or PSUs were drawn without replacement.
    DataError
        If there is no second round, the column is taken, there are calibration cells or
        replicates, or only some of the rounds know second-stage units.

    Notes
    -----
    Score the result with ``Options(compare=[({"round": "2026"}, {"round": "2025"})])``: the
    variance is that of the difference of the influence totals by PSU, so that rounds on shared
    PSUs keep their covariance. A stratum whose PSUs were all drawn anew becomes one stratum for
    each round: its covariance is 0, and each round keeps its own error. Of a calibrated round take
    ``calibrate(totals, ...).weigh(totals)``: its weights then count as fixed.
    Source: Kish 1965, chapter 12; R: ``svyby(~y, ~year, svymean, covmat = TRUE)``, rounds stacked.
    """
    _refuse(rounds, column)
    frames = {name: totals.frame for name, totals in rounds.items()}
    strata = _stratum_names(frames)
    listed = {name: _units(frame) for name, frame in frames.items()}
    rows = [
        (strata[name, stratum], psu, ssu)
        for name, units in listed.items()
        for stratum, psu, ssu in units
    ]
    stratum, psu, ssu = (list(labels) for labels in zip(*rows, strict=True))
    second = ssu if any(frame.ssus for frame in frames.values()) else None
    every = Design.from_labels(stratum=stratum, psu=psu, ssu=second)
    ends = np.cumsum([len(units) for units in listed.values()])
    places = np.split(np.arange(len(rows)), ends[:-1])
    parts = [
        _moved(totals, (column, name), every.take(at))
        for (name, totals), at in zip(rounds.items(), places, strict=True)
    ]
    held = Counter(pair for units in listed.values() for pair in {unit[:2] for unit in units})
    fresh = {label for (_, label), name in strata.items() if name != label}
    shared = sum(count > 1 for count in held.values())
    return Joined(reduce(PsuTotals.merge, parts), shared, tuple(sorted(fresh)), _changed(frames))


def _changed(frames: Mapping[str, Frame]) -> tuple[str, ...]:
    """Return the strata that not every round has."""
    labels: list[set[str]] = [set(frame.strata) for frame in frames.values()]
    return tuple(sorted(set().union(*labels) - labels[0].intersection(*labels)))


def _refuse(rounds: Mapping[str, PsuTotals], column: str) -> None:
    if len(rounds) < 2:  # noqa: PLR2004 - a comparison needs two
        raise DataError("needs two rounds", where="rounds")
    for name, totals in rounds.items():
        if len(totals.frame.stratum_size):
            raise DesignError("PSUs drawn without replacement cannot be joined", where=name)
        if totals.cells.columns or totals.replicates is not None:
            raise DataError("calibration cells and replicates cannot be joined", where=name)
        if any(column in columns for columns, _ in totals.blank):
            raise DataError(f"has a domain column {column!r} already", where=name)
    if len({bool(totals.frame.ssus) for totals in rounds.values()}) > 1:
        raise DataError("only some know second-stage units", where="rounds")


def _stratum_names(frames: Mapping[str, Frame]) -> dict[tuple[str, str], str]:
    """Return (round, stratum) -> stratum of the union; rounds that share PSUs are in one."""
    names: dict[tuple[str, str], str] = {}
    for label in dict.fromkeys(label for frame in frames.values() for label in frame.strata):
        groups: list[tuple[list[str], set[str]]] = []
        for name, frame in frames.items():
            members, psus = [name], _psus_of(frame, label)
            for group in [group for group in groups if group[1] & psus]:
                groups.remove(group)
                members, psus = group[0] + members, group[1] | psus
            groups += [(members, psus)] if psus else []
        for members, _ in groups:
            apart = f"{label} ({', '.join(members)})"
            names.update(((name, label), apart if len(groups) > 1 else label) for name in members)
    return names


def _psus_of(frame: Frame, stratum: str) -> set[str]:
    if stratum not in frame.strata:
        return set()
    at = np.flatnonzero(frame.psu_stratum == frame.strata.index(stratum))
    return {frame.psus[psu] for psu in at.tolist()}


def _units(frame: Frame) -> list[tuple[str, str, str]]:
    """Return stratum, PSU and second-stage unit (or nothing) of every unit of the last stage."""
    psus = frame.ssu_psu if frame.ssus else np.arange(len(frame.psus))
    ssus = frame.ssus or ("",) * len(psus)
    return [
        (frame.strata[frame.psu_stratum[psu]], frame.psus[psu], ssu)
        for psu, ssu in zip(psus.tolist(), ssus, strict=True)
    ]


def _moved(totals: PsuTotals, key: tuple[str, str], units: Design) -> PsuTotals:
    """Return a round's totals in the frame of all, its domains named by the round."""
    frame, domains, n = totals.frame, totals.domains, len(totals.domains)
    psu = units.psu
    if frame.ssus:
        psu = np.empty(len(frame.psus), dtype=np.int64)
        psu[frame.ssu_psu] = units.psu
    whole = domains.index(WHOLE_SAMPLE)
    ssu = np.empty(0, dtype=np.int64) if units.ssu is None else units.ssu
    blank = [((key[0], *columns), count) for columns, count in totals.blank]
    return replace(
        totals,
        frame=units.frame,
        domains=(*((key, *domain) for domain in domains), WHOLE_SAMPLE),
        psus=_placed(totals.psus, psu, whole, n),
        q=np.concatenate([totals.q, totals.q[[whole]]]),
        seconds=_placed(totals.seconds, ssu, whole, n),
        blank=((key[:1], 0), *blank),
    )


def _placed(rows: Rows, unit: IntArray, whole: int, n_domains: int) -> Rows:
    """Return rows at their units in the larger frame, those of the whole sample once more."""
    again = np.flatnonzero(rows.domain == whole)
    source = np.concatenate([np.arange(len(rows.domain)), again])
    domain = np.concatenate([rows.domain, np.full(len(again), n_domains)])
    place = unit[rows.unit[source]] if len(source) else source
    order = np.lexsort((place, domain))
    source = source[order]
    return Rows(
        domain[order],
        place[order],
        rows.members[source],
        rows.y[source],
        rows.d[source],
        rows.n[source],
    )
