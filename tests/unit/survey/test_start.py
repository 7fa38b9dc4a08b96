"""A start that cannot be says why in plain lines: every fault at once, never a traceback."""

from pathlib import Path

import pytest

from survey import app as factory
from survey.app import start

UNREACHABLE = "postgresql://nobody@127.0.0.1:1/none"


def refusal(**environ: object) -> str:
    with pytest.raises(SystemExit) as refused:
        start({name: str(value) for name, value in environ.items()})
    return str(refused.value)


def run(command: str, **environ: object) -> tuple[int, str]:
    made = start({name: str(value) for name, value in environ.items()})
    with made.app_context():
        outcome = made.test_cli_runner().invoke(args=[command])
    assert isinstance(outcome.exception, SystemExit)
    return outcome.exit_code, outcome.output.strip()


def test_a_bad_setting_hides_no_damaged_tree(monkeypatch) -> None:
    monkeypatch.setattr(factory, "damaged_builtins", lambda: ["- tệp index.x.yaml, dòng 3"])
    told = refusal(SURVEY_RATE_OPEN="x", SURVEY_NONE="1").splitlines()
    assert [line.split(":")[0] for line in told[:2]] == ["SURVEY_NONE", "SURVEY_RATE_OPEN"]
    assert told[2] == "- tệp index.x.yaml, dòng 3"


def test_a_data_folder_that_cannot_be_is_named(tmp_path) -> None:
    (tmp_path / "file").touch()
    for folder in ("/proc/x", tmp_path / "file"):
        told = refusal(SURVEY_DATA_DIR=folder)
        assert told.startswith("SURVEY_DATA_DIR: ")
        assert len(told.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "demo", "migrate"])
@pytest.mark.parametrize("url", ["sqlite:////proc/x/langnghe.db", UNREACHABLE])
def test_a_database_that_cannot_be_is_named_in_one_line(tmp_path: Path, command, url) -> None:
    code, told = run(command, SURVEY_DATA_DIR=tmp_path, SURVEY_DATABASE_URL=url)
    assert code == 1
    assert told.startswith("Error: SURVEY_DATABASE_URL: ")
    assert len(told.splitlines()) == 1
