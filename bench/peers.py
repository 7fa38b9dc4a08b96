"""The engine beside its peers, in one run: numpy, R's survey package, svy, and DuckDB on counters.

Every peer reads the same arrays from files in a process of its own, which tells its processor
time and its greatest memory; reading is not counted. R and svy are no part of the project: install
R's survey package from the system's packages, and svy in an environment of its own whose
interpreter ``PEER_SVY`` names; what is absent is left out, saying so.
Run: ``python -m bench.peers [survey copies ...]``; counters: ``python -m bench.peers_counter``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.scoring import best, floor, matrix_of
from scoring import Codes, Design, Options, Sample, score_sample
from tests.golden.reference import papi_sample, papi_tree

COPIES = (1, 4, 69)
MOST_PSUS = 8
"""Copies with PSUs of their own; those beyond it are more people of the same PSUs."""

HERE = Path(__file__).parent
ITEMS = [f"q{at:03}" for at in range(1, 121)]


def write_case(case: Path, copies: int) -> int:
    """Write the golden survey so many times over; return the number of interviews."""
    sample = papi_sample()
    n = len(sample.weight)
    new = np.repeat(np.arange(copies) % MOST_PSUS, n)
    psu = np.tile(sample.design.psu, copies) + new * len(sample.design.frame.psus)
    stratum = sample.design.frame.psu_stratum[sample.design.psu]
    prov = sample.domains["prov"]
    columns = {
        "psu": psu.astype(np.int32),
        "stratum": np.tile(stratum, copies).astype(np.int32),
        "prov": np.tile(prov.codes, copies).astype(np.int32),
        "weight": np.tile(sample.weight, copies),
    }
    for name, values in columns.items():
        values.tofile(case / f"{name}.bin")
    with (case / "codes.bin").open("wb") as file:
        for name in ITEMS:
            column = sample.items[name]
            assert isinstance(column, Codes)
            worth = np.array([*map(int, column.labels), -1], dtype=np.int8)
            np.tile(worth[np.maximum(column.codes, -1)], copies).tofile(file)
    (case / "shape.txt").write_text(f"{n * copies} {len(ITEMS)}", encoding="ascii")
    return n * copies


def read_case(case: Path) -> Sample:
    """Read the arrays of a case as a sample; answers stay small integers."""
    n, k = (int(each) for each in (case / "shape.txt").read_text(encoding="ascii").split())
    codes = np.fromfile(case / "codes.bin", dtype=np.int8).reshape(k, n)
    psu, stratum, prov = (
        np.fromfile(case / f"{name}.bin", dtype=np.int32) for name in ("psu", "stratum", "prov")
    )
    return Sample.from_columns(
        Design.from_labels(stratum=stratum, psu=psu),
        weight=np.fromfile(case / "weight.bin", dtype=np.float64),
        items={name: Codes.of_answers(codes[at]) for at, name in enumerate(ITEMS)},
        domains={"prov": Codes(prov, tuple(str(at) for at in range(int(prov.max()) + 1)))},
    )


def peak_mb() -> float:
    """Return the greatest memory that this process has held, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def work_alone(name: str, case: Path) -> None:
    """Time one of our own works in this process: ``floor``, ``engine``, or ``both`` in turn."""
    sample, tree = read_case(case), papi_tree()
    options = Options(domains=[["prov"]])
    if name == "engine":
        score_sample(sample, tree, options)
        print("engine", peak_mb())
        return
    matrix = matrix_of(sample)
    least, ours = best(
        lambda: floor(matrix, sample), lambda: score_sample(sample, tree, options), repeats=5
    )
    print("both", least, ours, peak_mb())


def told(command: list[str | Path]) -> list[list[str]]:
    """Run a peer and return the words of each line that it prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parent)
    return [line.split() for line in done.stdout.splitlines() if line.strip()]


def line(case: Path, n: int) -> None:
    """Run every peer on one case and print its part of the table."""
    alone = [sys.executable, "-m", "bench.peers", "--alone"]
    least, ours, memory = (float(word) for word in told([*alone, "both", case])[0][1:])
    held = float(told([*alone, "engine", case])[0][1])
    print(f"{n:,} | numpy floor | {least:.3f} | 1 | {memory:,.0f}")
    print(f"{n:,} | this engine | {ours:.3f} | {ours / least:.2f} | {held:,.0f}", flush=True)
    for title, command in peers().items():
        for name, processor, _, peak in told([*command, case]):
            ratio, to_ours = float(processor) / least, float(processor) / ours
            print(
                f"{n:,} | {title}: {name} | {float(processor):.2f} | {ratio:.0f}"
                f" ({to_ours:.0f} to the engine) | {float(peak):,.0f}",
                flush=True,
            )


def peers() -> dict[str, list[str | Path]]:
    """Return the commands of the peers that are on this machine; say which are not."""
    found: dict[str, list[str | Path]] = {}
    if r := shutil.which("Rscript"):
        found["R survey"] = [r, HERE / "peers.R"]
    else:
        print("R survey is left out: there is no Rscript (r-base-core, r-cran-survey)")
    if svy := os.environ.get("PEER_SVY"):
        found["svy"] = [svy, HERE / "peers_svy.py"]
    else:
        print("svy is left out: PEER_SVY names no interpreter that has it")
    return found


def main(copies: list[int]) -> int:
    """Print the table of each size."""
    print("interviews | what | processor s | ratio to the floor | greatest memory, MB")
    for times in copies:
        with tempfile.TemporaryDirectory(prefix="langnghe-peers-") as name:
            line(Path(name), write_case(Path(name), times))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        work_alone(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main([int(word) for word in sys.argv[1:]] or list(COPIES)))
