"""Random answers twice: as the columns of a snapshot, and as the engine's own sample."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scoring import Codes, Design, IndexTree, Sample
from survey.snapshot.layout import IS_DEVICE, IS_FLAGGED, PLACE, Layout

NAMES = {
    "a": ("1", "2", "3", "4", "5"),
    "b": ("co", "khong", "dk"),
    "sex": ("m", "f"),
    "band": ("18", "40"),
}
LAYOUT = Layout(choices=NAMES, numbers=("age",), several={})
TREE = IndexTree.from_mapping(
    {
        "index": "t",
        "scale": [0, 10],
        "min_n": 1,
        "tree": {
            "code": "top",
            "combine": "mean",
            "missing": "drop_and_reweight",
            "children": [
                {"code": "A", "item": "a", "range": [5, 1]},
                {"code": "A2", "item": "a", "share": ["4", "5"], "range": [0, 1]},
                {"code": "B", "item": "b", "values": {"co": 1, "khong": 0}, "range": [0, 1]},
                {"code": "N", "item": "age", "range": [18, 80]},
            ],
        },
    }
)


@dataclass(frozen=True, eq=False)
class Answered:
    """The same responses in both forms; ``place`` numbers the units of the sample."""

    table: pa.Table
    sample: Sample
    units: dict[str, list]
    strata: list[str]
    psus: list[str]
    ssus: list[str]


def random_answers(rng: np.random.Generator, n_rows: int, n_places: int) -> Answered:
    """Draw answers of every kind of missing, at places of which the last is silent."""
    strata = [f"h{at % 2}" for at in range(n_places)]
    psus = [f"c{at // 4}" for at in range(n_places)]
    ssus = [f"v{at}" for at in range(n_places)]
    weight = rng.uniform(0.5, 90, n_places)
    place = rng.integers(0, n_places - 1, n_rows)
    codes = {
        item: rng.integers(-4, len(names), n_rows).astype(np.int8) for item, names in NAMES.items()
    }
    codes["b"][codes["b"] == 2] = -2  # dk is given as missing, never as a choice
    codes["band"] = np.maximum(codes["band"], 0)  # everybody has a calibration cell
    age = np.where(rng.random(n_rows) < 0.2, np.nan, rng.integers(10, 99, n_rows).astype(float))
    places = [f"{at:05}" for at in range(n_places)]
    table = pa.table(
        {
            PLACE: [places[at] for at in place],
            IS_DEVICE: [True] * n_rows,
            IS_FLAGGED: [False] * n_rows,
            **codes,
            "age": pa.array(age, from_pandas=True),
        }
    )
    frame = Design.from_labels(stratum=strata, psu=psus, ssu=ssus)
    sample = Sample.from_columns(
        frame.take(place),
        weight=weight[place],
        items={"age": age, **{item: Codes(codes[item], NAMES[item]) for item in "ab"}},
        domains={item: Codes(codes[item], NAMES[item]) for item in ("sex", "b", "band")},
    )
    units = {"place": places, "unit": list(range(n_places)), "weight": weight.tolist()}
    return Answered(table, sample, units, strata, psus, ssus)
