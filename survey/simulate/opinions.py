"""How simulated opinions fall on a scale: near published SIPAS levels, with differing villages.

Of an index tree it reads only which codes of an item are worth more; it must not know scoring.
"""

import csv
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

SHARES_FILE = Path(__file__).parent / "data" / "shares.csv"

# Share of a five-point scale at or under each point: mean 4.1 of 5, 84 % satisfied.
LEVELS = (0.2, 0.4, 0.6, 0.8)
AT_OR_UNDER = (0.01, 0.04, 0.16, 0.69)
VILLAGE_SD = 0.25
PERSON_SD = 0.55
ITEM_SD = 0.15

_NORMAL = NormalDist()


def drawn_option(scale: tuple[str, ...], item: str, mood: float, rng: np.random.Generator) -> str:
    """Draw one code of a scale (worst to best): the higher the mood, the better the answer."""
    rest_sd = np.sqrt(1 - VILLAGE_SD**2 - PERSON_SD**2 - ITEM_SD**2)
    opinion = mood + _item_effect(item) + rest_sd * rng.standard_normal()
    return scale[int(np.searchsorted(_thresholds(len(scale)), opinion))]


def _item_effect(item: str) -> float:
    """Return the lasting popularity of an item, the same for everybody and every run."""
    return ITEM_SD * _NORMAL.inv_cdf((zlib.crc32(item.encode()) % 1000 + 0.5) / 1000)


def _thresholds(n_points: int) -> list[float]:
    marks = [(point + 1) / n_points for point in range(n_points - 1)]
    shares = np.interp(marks, (0.0, *LEVELS, 1.0), (0.0, *AT_OR_UNDER, 1.0))
    return [_NORMAL.inv_cdf(float(share)) for share in shares]


def known_shares() -> dict[str, dict[str, float]]:
    """Return the assumed distribution of items that are no opinions: item -> choice -> share."""
    shares: dict[str, dict[str, float]] = {}
    with SHARES_FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            shares.setdefault(row["item"], {})[row["choice"]] = float(row["share"])
    return shares


def opinion_scales(trees: list[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return, for each item that a tree scores by code, its codes from worst to best."""
    scales: dict[str, tuple[str, ...]] = {}
    for tree in trees:
        for leaf in _leaves(tree["tree"]):
            if "values" in leaf:
                worst, best = leaf.get("range", (0, 1))
                codes = sorted(leaf["values"], key=leaf["values"].get, reverse=worst > best)
                scales[str(leaf["item"])] = tuple(codes)
    return scales


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in node.get("children", ()):
        yield from _leaves(child)
    if "children" not in node:
        yield node
