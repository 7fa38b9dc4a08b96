"""What a scoring plan says of small areas, and its areas under their model. Opens no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from scoring.arrays import FloatArray
from scoring.design_block import names_of
from scoring.errors import DataError
from scoring.mapping import Entries
from scoring.modelled.fay_herriot import SmallAreas, fay_herriot, smoothed_variances
from scoring.result import Estimate, Result

AREA_KEYS = ("by", "node", "file", "covariates", "share")
CONSTANT = "constant"

AreaRow: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class AreaBlock:
    """One table of small areas as the plan says it.

    Parameters
    ----------
    by : columns of one of the plan's sets of domains, whose values are the areas
    node : code of the node
    file : of all areas, relative to the plan
    covariates : columns of the file, beside a constant
    share : column of the file: share of each area in the whole, to which areas are then brought
    """

    by: tuple[str, ...]
    node: str
    file: str
    covariates: tuple[str, ...]
    share: str | None


@dataclass(frozen=True, eq=False)
class Areas:
    """All areas, with an interview or without.

    Parameters
    ----------
    domains : of m areas
    covariates : (m, p), the constant first
    share : (m,) or None
    """

    domains: Sequence[Mapping[str, str]]
    covariates: FloatArray
    share: FloatArray | None


def read_small_areas(entries: Entries) -> tuple[AreaBlock, ...]:
    """Read the tables of small areas of a plan.

    Raises
    ------
    PlanError
        On an unknown key or a wrong value.
    """
    if "small_areas" not in entries:
        return ()
    return tuple(_block(entries, raw) for raw in entries.sequence("small_areas"))


def _block(entries: Entries, raw: object) -> AreaBlock:
    inner = Entries(raw, where=f"{entries.where}: small_areas")
    inner.only(AREA_KEYS)
    covariates = names_of(inner, "covariates") if "covariates" in inner else ()
    share = inner.optional_text("share")
    return AreaBlock(
        names_of(inner, "by"), inner.text("node"), inner.text("file"), covariates, share
    )


def modelled(result: Result, block: AreaBlock, areas: Areas, confidence: float) -> AreaRow:
    """Return the table of one block: every area with its share of borrowed strength.

    Raises
    ------
    DataError
        If an estimate's area is not in the file, or the model cannot be fitted.
    """
    found = _direct(result, block, areas)
    rows = [found.get(frozenset(domain.items())) for domain in areas.domains]
    direct = [None if row is None else row.estimate for row in rows]
    fitted = fay_herriot(np.asarray(direct, np.float64), _variances(rows), areas.covariates)
    if areas.share is not None:
        whole = result.get(block.node).estimate
        if whole is None:
            raise DataError("the whole sample has no estimate to meet", where="small_areas: share")
        fitted = fitted.benchmarked(areas.share, whole)
    names = (CONSTANT, *block.covariates)
    return {
        "by": list(block.by),
        "node": block.node,
        "coefficients": dict(zip(names, fitted.coefficients.tolist(), strict=True)),
        "between": fitted.between,
        "benchmark": fitted.benchmark,
        "areas": _places(areas, rows, fitted, confidence),
    }


def _direct(
    result: Result, block: AreaBlock, areas: Areas
) -> Mapping[frozenset[tuple[str, str]], Estimate]:
    """Return the estimates with a value and respondents, by domain."""
    rows = [
        row
        for row in result.estimates
        if row.node == block.node and row.domain and set(row.domain) == set(block.by)
    ]
    listed = {frozenset(domain.items()) for domain in areas.domains}
    lone = next((row for row in rows if frozenset((row.domain or {}).items()) not in listed), None)
    if lone is not None:
        raise DataError(f"area {dict(lone.domain or {})} is not in the file", where="small_areas")
    shown = [row for row in rows if row.estimate is not None and row.n]
    return {frozenset((row.domain or {}).items()): row for row in shown}


def _variances(rows: Sequence[Estimate | None]) -> FloatArray:
    """Return the variance of each direct estimate, typical where an area cannot tell its own."""
    seen = np.asarray([row is not None for row in rows])
    held = [row for row in rows if row is not None]
    se = np.asarray([row.se for row in held], dtype=np.float64)
    n, df = ([row.n for row in held], [row.df or 0 for row in held])
    variance = np.full(len(rows), np.nan)
    variance[seen] = smoothed_variances(se**2, np.asarray(n), np.asarray(df))
    return variance


def _places(
    areas: Areas, rows: Sequence[Estimate | None], fitted: SmallAreas, confidence: float
) -> list[AreaRow]:
    low, high = fitted.interval(confidence)
    return [
        {
            "domain": dict(domain),
            "estimate": float(fitted.estimate[at]),
            "se": float(fitted.mse[at]) ** 0.5,
            "low": float(low[at]),
            "high": float(high[at]),
            "borrowed": float(fitted.borrowed[at]),
            "direct": None if row is None else row.estimate,
            "n": 0 if row is None else row.n,
        }
        for at, (domain, row) in enumerate(zip(areas.domains, rows, strict=True))
    ]
