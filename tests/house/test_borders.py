"""What a room must not pull in, seen from a fresh process."""

import subprocess
import sys

from config import Settings
from tests.house.source import ROOT

HEAVY = "flask sqlalchemy duckdb pyarrow yaml pyxform"


def test_the_engine_loads_no_web_no_database_no_file_format() -> None:
    script = (
        "import sys, scoring\n"
        f"print([name for name in {HEAVY.split()!r} if name in sys.modules])\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'survey'])\n"
    )
    seen = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert seen.stdout.split("\n")[:2] == ["[]", "[]"]


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [name for name in Settings().describe() if f"`{name}`" not in documented]
    assert missing == []


def test_only_config_reads_the_environment() -> None:
    listed = subprocess.run(
        ["git", "grep", "-nE", r"os\.(environ|getenv)", "--", "survey", "scoring", "migrations"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.stdout == ""
