"""A questionnaire is checked to the ground: nothing damaged is called sound, nothing starts."""

import shutil
from pathlib import Path

import pytest

from survey.instruments import report
from survey.instruments.loader import BUILTIN
from survey.operations import checking
from survey.operations.checking import check_whole

FILE = "index.sipas_interest.yaml"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(BUILTIN / "sipas", tmp_path / "data" / "sipas"))


@pytest.fixture
def shipped(folder, monkeypatch) -> Path:
    """Let the copy stand where the built-in questionnaires stand."""
    for module in (checking, report):
        monkeypatch.setattr(module, "BUILTIN", folder.parent)
    monkeypatch.setattr(checking, "builtin_codes", lambda: ("sipas",))
    return folder


def damage(path: Path, *changes: tuple[str, str]) -> list[int]:
    """Replace the first of each text; return the lines where they stood."""
    text = path.read_text(encoding="utf-8")
    lines = []
    for old, new in changes:
        lines.append(text[: text.index(old)].count("\n") + 1)
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return lines


def test_what_ships_is_sound() -> None:
    assert checking.damaged_builtins() == []


def test_every_damage_of_a_tree_is_told_at_its_line(folder) -> None:
    lines = damage(
        folder / FILE,
        ("scale: [0, 100]", "scale: [0, abc]"),
        ("min_n: 15", "min_n: x"),
        ("combine: mean", "combine: avg"),
        ("range: [0, 4]", "range: [4, 4]"),
    )
    found = check_whole(folder).faults
    keys = ["scale", "min_n", "combine", "range"]
    assert [(f.sheet, f.row, f.column) for f in found] == [
        (FILE, line, key) for line, key in zip(lines, keys, strict=True)
    ]


def test_a_damaged_sheet_hides_no_tree_and_one_tree_no_other(folder) -> None:
    damage(folder / "survey.csv", ("select_one", "selct_one"))
    damage(folder / FILE, ("min_n: 15", "min_n: x"))
    damage(folder / "index.sipas_wishes.yaml", ("combine: mean", "combine: avg"))
    found = check_whole(folder).faults
    assert {f.sheet for f in found} == {"survey", FILE, "index.sipas_wishes.yaml"}


def test_a_key_behind_an_alias_is_told_at_its_own_line(folder) -> None:
    (line,) = damage(folder / FILE, ("values: *points", 'values: &again {"1": x}'))
    assert line in {fault.row for fault in check_whole(folder).faults}


def test_an_index_code_stands_once(folder) -> None:
    (line,) = damage(folder / "index.sipas_wishes.yaml", ("sipas_wishes", "sipas_interest"))
    (fault,) = check_whole(folder).faults
    assert (fault.code, fault.row) == ("index-twice", line)


def test_a_built_in_bears_the_name_of_its_folder(shipped) -> None:
    damage(shipped / "settings.csv", ("sipas", "sipass"))
    (fault,) = check_whole(shipped).faults
    assert (fault.code, fault.sheet, fault.row) == ("setting-folder", "settings", 2)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_nothing_starts_on_a_damaged_tree(app, shipped, command) -> None:
    (line,) = damage(shipped / FILE, ("combine: mean", "combine: avg"))
    with app.app_context():
        outcome = app.test_cli_runner().invoke(args=[command])
    assert outcome.exit_code == 1
    assert f"tệp {FILE}, dòng {line}, cột combine" in outcome.output
    assert f"file {FILE}, row {line}, column combine" in outcome.output


def test_the_check_of_the_operator_refuses_it_too(app, folder) -> None:
    damage(folder / FILE, ("range: [0, 4]", "range: [4, 4]"))
    outcome = app.test_cli_runner().invoke(args=["check-instrument", str(folder)])
    assert outcome.exit_code == 2
    assert "cột range" in outcome.output
