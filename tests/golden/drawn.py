"""The designs under which the classic samples of the golden file were drawn."""

from dataclasses import replace

import numpy as np

from scoring import Codes, Design, IndexTree, Sample
from tests.golden.reference import API, api_sample, columns, floats, leaf, sum_of, tree_of

CLUS2_WR = {"name": "apiclus2", "psu": "dnum", "weight": "pw"}
DESIGNS = {
    "dsrs": {"name": "apisrs", "fpc": "fpc", "weight": "pw"},
    "dstrat": {"name": "apistrat", "stratum": "stype", "fpc": "fpc", "weight": "pw"},
    "dstrat_nofpc": {"name": "apistrat", "stratum": "stype", "weight": "pw"},
    "dclus1": {"name": "apiclus1", "psu": "dnum", "fpc": "fpc", "weight": "pw"},
    "dclus2": CLUS2_WR | {"ssu": "snum", "fpc": "fpc1", "ssu_fpc": "fpc2"},
    "dclus2wr": CLUS2_WR,
}
NHANES = {"stratum": "SDMVSTRA", "psu": "SDMVPSU", "weight": "WTMEC2YR"}
DESIGN = rf"(?P<design>{'|'.join(sorted(DESIGNS, key=len, reverse=True))})"


def drawn(design: str, items: tuple[str, ...] = (), domains: tuple[str, ...] = ()) -> Sample:
    """A classic sample under one of its designs, without replacement where that says so."""
    labels = dict(DESIGNS[design])
    sizes = [labels.pop(size, None) for size in ("fpc", "ssu_fpc")]
    sample = api_sample(items=items, domains=domains, **labels)
    if sizes[0] is None:
        return sample
    data = columns(API / f"{labels['name']}.csv")
    fpc, ssu_fpc = (size and floats(data[size]) for size in sizes)
    return replace(sample, design=sample.design.without_replacement(fpc, ssu_fpc))


def small(name: str, item: str, weight: np.ndarray, **labels) -> Sample:
    """The sample of a small file; ``fpc`` and ``ssu_fpc`` are columns of sizes."""
    data = columns(API / f"{name}.csv")
    sizes = [labels.pop(size, None) for size in ("fpc", "ssu_fpc")]
    design = Design.from_labels(**{kind: data[of] for kind, of in labels.items()}, n=len(weight))
    fpc, ssu_fpc = (size and floats(data[size]) for size in sizes)
    strata = {"stratum": data[labels["stratum"]]} if "stratum" in labels else {}
    return Sample.from_columns(
        design.without_replacement(fpc, ssu_fpc),
        weight=weight,
        items={item: floats(data[item])},
        domains=strata,
    )


def with_item(sample: Sample, name: str, column: Codes) -> Sample:
    return replace(sample, items={name: column})


def wide(item: str) -> dict:
    """A leaf that leaves large numbers as they are."""
    return leaf(item) | {"range": [0, 1e7], "scale": [0, 1e7]}


def of_leaves(items: tuple[str, ...]) -> IndexTree:
    return tree_of(sum_of("all", *map(wide, items)))
