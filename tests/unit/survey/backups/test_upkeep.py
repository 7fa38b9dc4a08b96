"""The operator's commands: words in both languages, an exit code that a timer can trust."""

import pytest

from survey.operations.backups import all_backups, newest_backup
from survey.queries.audit import AuditFilter, audit_lines


@pytest.fixture(params=["sqlite"])
def database_url(request) -> str:  # noqa: ARG001 - the commands know no database
    return ""


@pytest.fixture
def run(app, at_work):  # noqa: ARG001 - there must be something to back up
    """Run a command of the operator; return its exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        with app.app_context():
            result = app.test_cli_runner().invoke(args=words)
        return result.exit_code, result.output

    return run


def test_backup_says_where_and_that_it_is_not_encrypted(run, settings) -> None:
    code, said = run("backup")
    assert code == 0
    assert str(newest_backup(settings).folder) in said
    assert "KHÔNG mã hóa" in said
    assert "NOT encrypted" in said


def test_backup_to_another_folder_with_its_proof(run, settings, tmp_path) -> None:
    code, said = run("backup", "--to", str(tmp_path / "disk"), "--check")
    assert code == 0
    assert "Khôi phục được / can be restored" in said
    assert all_backups(settings) == []
    assert len(list((tmp_path / "disk").glob("*/manifest.json"))) == 1
    assert (settings.backup_folder / "last-check.json").exists()


def test_a_backup_is_named_by_path_by_name_or_as_the_newest(run, settings) -> None:
    run("backup")
    folder = newest_backup(settings).folder
    for name in (str(folder), folder.name, "latest"):
        assert run("restore", name, "--check")[0] == 0


def test_an_unusable_backup_exits_1_in_words(run, settings) -> None:
    run("backup")
    (newest_backup(settings).folder / "langnghe.db").unlink()
    code, said = run("restore", "latest", "--check")
    assert code == 1
    assert "KHÔNG dùng được / UNUSABLE" in said
    assert "langnghe.db is not the file that was backed up" in said


def test_restore_refuses_to_overwrite_and_fills_a_new_folder(run, tmp_path) -> None:
    run("backup")
    code, said = run("restore", "latest")
    assert (code, "nothing was changed" in said) == (1, True)
    code, said = run("restore", "latest", "--into", str(tmp_path / "new"))
    assert code == 0
    assert "Đã khôi phục 20 phiếu trả lời" in said
    assert (tmp_path / "new" / "langnghe.db").exists()


def test_an_unknown_backup_and_contrary_wishes_are_refused(run, tmp_path) -> None:
    code, said = run("restore", "hom-qua", "--check")
    assert (code, "there is no backup hom-qua" in said) == (1, True)
    assert run("restore", "latest", "--check", "--into", str(tmp_path / "x"))[0] == 2


def test_a_backup_stands_in_the_audit_chain(run, database, settings) -> None:
    run("backup")
    with database.reading() as connection:
        (line,) = audit_lines(connection, AuditFilter(action="backed-up"), None, 10)
    assert line.object == f"backup:{newest_backup(settings).folder.name}"


def test_migrate_and_doctor_answer(run, settings) -> None:
    (settings.data_dir / "langnghe.db").chmod(0o600)
    assert run("migrate")[0] == 0
    run("backup", "--check")
    code, said = run("doctor")
    assert code == 0, said
    for words in ("Bản sao lưu mới nhất", "The newest backup", "SURVEY_BACKUP_DAILY", "backup"):
        assert words in said
