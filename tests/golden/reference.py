"""The samples and trees that golden numbers belong to."""

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scoring import Codes, Design, IndexTree, Sample

HERE = Path(__file__).parent
REFERENCE = Path(os.environ.get("REFERENCE_DIR", HERE.parents[2] / "shared"))
API = REFERENCE / "golden" / "api"
MILK = REFERENCE / "golden" / "fay_herriot" / "milk.csv"
OFFICIAL = REFERENCE / "domain" / "data" / "papi_official_scores.csv"

DIMENSIONS = tuple(f"D{at}" for at in range(1, 9))

needs_api = pytest.mark.skipif(
    not API.is_dir(), reason="the data sets of R survey need REFERENCE_DIR, which is absent"
)
needs_official = pytest.mark.skipif(
    not OFFICIAL.is_file(), reason="official PAPI scores need REFERENCE_DIR, which is absent"
)


@cache
def columns(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}


def floats(texts: list[str]) -> np.ndarray:
    return np.asarray([float(text) if text not in ("", "NA") else np.nan for text in texts])


@cache
def papi_items() -> tuple[dict[str, str], ...]:
    items = columns(HERE / "papi" / "items.csv")
    return tuple(dict(zip(items, row, strict=True)) for row in zip(*items.values(), strict=True))


@cache
def papi_sample() -> Sample:
    data = columns(HERE / "papi" / "papi.csv")
    under_30 = ["1" if float(age) < 30 else "0" for age in data["age"]]
    return Sample.from_columns(
        Design.from_labels(stratum=data["stratum"], psu=data["psu"]),
        weight=floats(data["w"]),
        items={item["item"]: Codes.of(data[item["item"]]) for item in papi_items()},
        domains={name: data[name] for name in ("prov", "female", "kinh")} | {"under_30": under_30},
    )


def papi_mapping(root: dict | None = None) -> dict:
    """The tree of the golden file: item weights, means of means on 1..10, a sum of eight."""
    subs: dict[tuple[str, str], list[dict]] = {}
    for item in papi_items():
        leaf = {
            "code": item["item"],
            "item": item["item"],
            "range": [float(item["lo"]), float(item["hi"])],
            "node_weight": float(item["w"]),
        }
        subs.setdefault((item["dim"], item["sub"]), []).append(leaf)
    dims: dict[str, list[dict]] = {}
    for (dim, sub), leaves in subs.items():
        dims.setdefault(dim, []).append({"code": sub, "combine": "mean", "children": leaves})
    children = [
        {"code": f"D{dim}", "combine": "mean", "children": nodes} for dim, nodes in dims.items()
    ]
    root = root or {"code": "total", "combine": "sum"}
    return {"index": "papi_like", "scale": [1, 10], "tree": {**root, "children": children}}


@cache
def papi_tree() -> IndexTree:
    return IndexTree.from_mapping(papi_mapping())


@cache
def geomean_tree() -> IndexTree:
    return IndexTree.from_mapping(papi_mapping({"code": "geomean", "combine": "geometric_mean"}))


def api_sample(name: str, *, items: tuple[str, ...], domains: tuple[str, ...] = (), **design):
    data = columns(API / f"{name}.csv")
    weight = design.pop("weight")
    labels = {kind: data[column] for kind, column in design.items()}
    return Sample.from_columns(
        Design.from_labels(**labels, n=len(data[weight])),
        weight=floats(data[weight]),
        items={item: floats(data[item]) for item in items},
        domains={column: data[column] for column in domains},
    )


def leaf(item: str, code: str | None = None, weight: float = 1.0) -> dict:
    """A leaf that leaves its item as it is: one range, the same scale."""
    wide = {"range": [0, 4000], "scale": [0, 4000]}
    return {"code": code or item, "item": item, "node_weight": weight, **wide}


def sum_of(code: str, *children: dict) -> dict:
    return {"code": code, "combine": "sum", "children": list(children)}


def tree_of(root: dict) -> IndexTree:
    return IndexTree.from_mapping({"index": "api", "tree": root})
