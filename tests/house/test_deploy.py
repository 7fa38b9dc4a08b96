"""What is handed to an operator works: units parse, commands exist, the image is complete."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.house.source import ROOT, name_of

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
INSTALLED = "/opt/langnghe"

HARDENING = {
    "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0077",
    "CapabilityBoundingSet=", "IPAddressDeny=any", "StateDirectoryMode=0700",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "User=langnghe",
}  # fmt: skip


def lines_of(unit: Path) -> list[str]:
    return unit.read_text(encoding="utf-8").splitlines()


def words_of(file: Path) -> list[str]:
    """Every ``flask --app wsgi …`` or ``sudo langnghe …`` of a file, as the words after it."""
    text = file.read_text(encoding="utf-8").replace('", "', " ")
    return re.findall(r"(?:flask --app wsgi|sudo langnghe) +([a-z][^\n`|\"#;)]*)", text)


@pytest.mark.parametrize("unit", SERVICES, ids=name_of)
def test_a_service_runs_with_the_least_rights(unit) -> None:
    lines = set(lines_of(unit))
    assert lines >= HARDENING
    assert any(line.startswith("MemoryMax=") for line in lines)


def test_the_timer_names_a_service_that_is_there() -> None:
    for timer in DEPLOY.glob("*.timer"):
        assert timer.with_suffix(".service") in SERVICES


@pytest.mark.parametrize("unit", UNITS, ids=name_of)
def test_systemd_reads_a_unit_without_a_word(unit, tmp_path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    for other in UNITS:
        text = other.read_text(encoding="utf-8").replace(
            f"{INSTALLED}/.venv/bin/flask", f"{sys.prefix}/bin/flask"
        )
        (tmp_path / other.name).write_text(text.replace(INSTALLED, str(ROOT)), "utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in done.stderr.splitlines() if "langnghe" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize(
    "file",
    [*SERVICES, DEPLOY / "Containerfile", *sorted((ROOT / "docs").glob("*.md"))],
    ids=name_of,
)
def test_every_command_that_is_named_exists_with_its_options(app, file) -> None:
    for said in words_of(file):
        name, *words = shlex.split(said)
        command = app.cli.commands.get(name)
        assert command is not None, f"{file.name} names flask {name}"
        options = {word.split("=")[0] for word in words if word.startswith("--")}
        known = {
            option
            for parameter in command.params
            if isinstance(parameter, click.Option)
            for option in parameter.opts
        } | {"--help"}
        assert options <= known, f"{file.name}: flask {said}"


def test_the_image_holds_what_the_application_needs(tmp_path) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", _containerfile(), re.MULTILINE)
    for name in " ".join(copied).split():
        source, target = ROOT / name, tmp_path / "image" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "migrate"],
        cwd=tmp_path / "image",
        env={**os.environ, "SURVEY_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "data" / "langnghe.db").exists()


def test_the_image_leaves_nothing_out_and_lets_no_data_in() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", _containerfile(), re.MULTILINE)
    allowed = [
        line.removeprefix("!")
        for line in lines_of(DEPLOY / "Containerfile.dockerignore")
        if line.startswith("!")
    ]
    assert sorted(" ".join(copied).split()) == sorted(allowed)


def test_the_container_is_no_root_and_tells_its_health() -> None:
    last_stage = _containerfile().split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last_stage, re.MULTILINE)
    assert "/readyz" in last_stage
    assert "build" not in re.sub(r"--from=build", "", last_stage)


def test_no_script_copies_a_live_database() -> None:
    careless = re.compile(r"\b(cp|rsync|shutil\.copy\w*|copyfile)\b.*\.db")
    guilty = [
        f"{name_of(path)}:{number}"
        for folder in ("deploy", "survey", ".ci", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in {"", ".py", ".sh", ".md", ".service", ".example"}
        for number, line in enumerate(lines_of(path), 1)
        if careless.search(line)
    ]
    assert guilty == []


def _containerfile() -> str:
    return (DEPLOY / "Containerfile").read_text(encoding="utf-8")
