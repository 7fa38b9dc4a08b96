"""What a scoring plan says of variances: linearization, or which replicates. Opens no file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import numpy as np

from scoring.errors import DataError
from scoring.estimates.replicates import CENTRES, Centre
from scoring.estimates.resampling import Variance
from scoring.estimates.schemes import BalancedHalves, Bootstrap, GivenWeights, Jackknife
from scoring.mapping import Entries, finite

Kind: TypeAlias = Literal["taylor", "jackknife", "replicates", "bootstrap", "brr"]

KINDS: tuple[Kind, ...] = ("taylor", "jackknife", "replicates", "bootstrap", "brr")
WEIGHT_KEYS = ("replicate_weights", "scale", "rscales")
VARIANCE_KEYS = ("variance", *WEIGHT_KEYS, "replicates", "rho", "centre", "seed")
OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    "taylor": (),
    "jackknife": ("centre",),
    "replicates": (*WEIGHT_KEYS, "centre"),
    "bootstrap": ("replicates", "centre"),
    "brr": ("rho", "centre"),
}
PREFIX_KEYS = ("prefix", "scale", "rscales")
REPLICATES = 500


@dataclass(frozen=True)
class VarianceBlock:
    """The variance as the plan says it.

    Parameters
    ----------
    kind : one of ``KINDS``
    centre : what deviations of replicates are taken from
    prefix : of the columns of replicate weights, before a number; None without
    scale, rscales : of given replicates
    replicates, seed : of the bootstrap
    rho : of Fay's half samples
    """

    kind: Kind
    centre: Centre
    prefix: str | None
    scale: float
    rscales: tuple[float, ...] | None
    replicates: int
    seed: int | None
    rho: float

    @property
    def asked(self) -> Variance | None:
        """The replicates asked for; None = Taylor. Each call draws from the start of the seed."""
        if self.kind == "jackknife":
            return Jackknife(self.centre)
        if self.kind == "bootstrap":
            return Bootstrap(self.replicates, np.random.default_rng(self.seed), self.centre)
        if self.kind == "brr":
            return BalancedHalves(self.rho, self.centre)
        if self.kind == "replicates":
            return GivenWeights(self.scale, self.rscales, self.centre)
        return None

    def columns(self, header: Sequence[str]) -> list[str]:
        """Return the columns of replicate weights: the prefix and a number, in its order.

        Raises
        ------
        DataError
            If there are fewer than two.
        """
        if self.prefix is None:
            return []
        pattern = re.compile(re.escape(self.prefix) + "([0-9]+)")
        found = {name: match for name in header if (match := pattern.fullmatch(name))}
        if len(found) < 2:  # noqa: PLR2004 - one replicate has no spread
            raise DataError(
                f"{len(found)} columns are named {self.prefix!r} and a number, expected several",
                where="replicate_weights",
            )
        return sorted(found, key=lambda name: int(found[name][1]))


def read_variance(entries: Entries) -> VarianceBlock:
    """Read the variance of a plan.

    Raises
    ------
    PlanError
        On a wrong value, a key of another kind of variance, or a seed or scale that is missing.
    """
    kind = cast("Kind", entries.choice("variance", KINDS, "taylor"))
    strange = next(
        (key for key in VARIANCE_KEYS[1:-1] if key in entries and key not in OF_KIND[kind]), None
    )
    if strange is not None:
        raise entries.fault(strange, f"does not go with variance {kind}")
    prefix, scale, rscales = _given(entries) if kind == "replicates" else (None, 1.0, None)
    if kind == "bootstrap" and "seed" not in entries:
        raise entries.fault("seed", "is missing; the bootstrap draws from it")
    replicates = entries.integer("replicates", REPLICATES)
    if replicates < 2:  # noqa: PLR2004 - one replicate has no spread
        raise entries.fault("replicates", f"{replicates} is below 2")
    rho = entries.number("rho", 0.0)
    if not 0 <= rho < 1:
        raise entries.fault("rho", f"{rho:g} is not in [0, 1)")
    centre = cast("Centre", entries.choice("centre", CENTRES, "replicates"))
    seed = entries.integer("seed") if "seed" in entries else None
    if seed is not None and seed < 0:
        raise entries.fault("seed", f"{seed} is below 0")
    return VarianceBlock(kind, centre, prefix, scale, rscales, replicates, seed, rho)


def _given(entries: Entries) -> tuple[str, float, tuple[float, ...] | None]:
    """Return prefix, scale and rscales of given replicates; one mapping may hold all three."""
    key = "replicate_weights"
    inner = entries.inner(key) if isinstance(entries.raw(key), Mapping) else entries
    if inner is not entries:
        inner.only(PREFIX_KEYS)
    prefix = inner.text(key if inner is entries else "prefix")
    one, each = (inner if name in inner else entries for name in ("scale", "rscales"))
    if "scale" not in one and "rscales" not in each:
        raise one.fault("scale", "is missing (or rscales): it belongs to how weights were made")
    scale, rscales = one.number("scale", 1.0), None
    if "rscales" in each:
        where = f"{each.where}: rscales"
        rscales = tuple(finite(value, where) for value in each.sequence("rscales"))
    if scale <= 0 or min(rscales or (1.0,)) < 0:
        raise one.fault("scale", "expected numbers above 0 (rscales: 0 or above)")
    return prefix, scale, rscales
