"""A start that cannot be says why in plain lines: every fault at once, never a traceback."""

from pathlib import Path

import pytest

from config import Settings, SettingsError
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


@pytest.mark.parametrize("secret", ["", " " * 20, "hush-hush-hush-"])
@pytest.mark.parametrize(
    "name", ["SURVEY_SECRET_KEY", "SURVEY_RECEIPT_KEY", "SURVEY_METRICS_TOKEN"]
)
def test_a_short_secret_is_refused_with_the_rest_and_not_told(name, secret) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({name: secret, "SURVEY_RATE_OPEN": "x"})
    short, other = sorted(refused.value.faults, key=lambda fault: "RATE" in fault)
    assert short == f"{name}: cần ít nhất 16 ký tự / expected at least 16 characters"
    assert other.startswith("SURVEY_RATE_OPEN")


def test_a_secret_of_16_characters_is_taken() -> None:
    given = Settings.from_environ({"SURVEY_METRICS_TOKEN": "0123456789abcdef"})
    assert given.metrics_token == "0123456789abcdef"


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
