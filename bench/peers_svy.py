"""svy from PyPI on the arrays of one case: means of every item by province. Knows not our engine.

Run by ``bench.peers`` under the interpreter that has svy; prints processor time, wall and peak MB.
"""

import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import svy


def main(case: Path) -> None:
    """Estimate item by item, each over its own valid answers."""
    warnings.simplefilter("ignore")
    n, k = (int(each) for each in (case / "shape.txt").read_text(encoding="ascii").split())
    codes = np.fromfile(case / "codes.bin", dtype=np.int8).reshape(k, n)
    names = [f"q{at:03}" for at in range(k)]
    frame = pl.DataFrame(
        {
            "stratum": np.fromfile(case / "stratum.bin", dtype=np.int32),
            "psu": np.fromfile(case / "psu.bin", dtype=np.int32),
            "prov": np.fromfile(case / "prov.bin", dtype=np.int32),
            "weight": np.fromfile(case / "weight.bin", dtype=np.float64),
        }
        | {name: codes[at].astype(np.float64) for at, name in enumerate(names)}
    ).with_columns(pl.when(pl.col(names) >= 0).then(pl.col(names)).name.keep())
    wall, processor = time.perf_counter(), time.process_time()
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    for name in names:
        sample.estimation.mean(name, by="prov", drop_nulls=True)
    processor, wall = time.process_time() - processor, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("means", processor, wall, peak)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
