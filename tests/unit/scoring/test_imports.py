"""What no file of the engine pulls in, seen from a process of its own."""

import json
import subprocess
import sys

import scoring
from tests.house.source import ROOT

HEAVY = {"flask", "sqlalchemy", "duckdb", "ibis", "pandas", "survey"}
SCRIPT = """
import importlib, json, pkgutil, sys
import scoring
alone = set(sys.modules)
for module in pkgutil.walk_packages(scoring.__path__, "scoring."):
    importlib.import_module(module.name)
print(json.dumps([scoring.__file__, sorted(alone), sorted(sys.modules)]))
"""


def test_no_file_of_the_engine_loads_web_database_or_survey():
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    file, alone, whole = json.loads(told.stdout)
    assert (file, told.stderr) == (scoring.__file__, "")
    assert {"scoring.__main__", "scoring.quality_command", "pyarrow", "yaml"} <= set(whole)
    assert {name.split(".")[0] for name in whole} & HEAVY == set()
    assert {name.split(".")[0] for name in alone} & (HEAVY | {"pyarrow", "yaml"}) == set()
