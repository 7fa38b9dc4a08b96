"""The operator's command: built-in places, then villages and successors from files."""

import pytest
from sqlalchemy import select

from survey.models import Place, PlaceSuccessor


@pytest.fixture
def run(app):
    with app.app_context():
        runner = app.test_cli_runner()
        yield lambda *words: runner.invoke(args=["places-import", *map(str, words)])


@pytest.fixture
def database(store):
    """The application's own database, where the command works."""
    return store.database


@pytest.fixture
def villages(tmp_path):
    path = tmp_path / "thon.csv"
    path.write_text("commune,code,kind,name\n03694,01,bản,Giôn\n", encoding="utf-8")
    return path


def test_without_a_file_it_brings_what_ships_with_the_program(run) -> None:
    first, second = run(), run()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "3430 mới / new, 0 thay đổi / changed" in first.stdout
    assert "0 mới / new, 0 thay đổi / changed" in second.stdout


def test_it_brings_villages_and_successors(run, database, villages, tmp_path) -> None:
    successors = tmp_path / "ke-tiep.csv"
    successors.write_text("old,new,extent,source\n118,03694,inside,NQ\n", encoding="utf-8")
    result = run(villages, "--successors", successors)
    assert result.exit_code == 0
    assert "thon.csv: 1 mới" in result.stdout
    is_it = (PlaceSuccessor.old == "118") & (PlaceSuccessor.new == "03694")
    with database.reading() as connection:
        assert connection.scalar(select(Place.name).where(Place.code == "03694.01")) == "Giôn"
        assert connection.scalar(select(PlaceSuccessor.extent).where(is_it)) == "inside"


def test_it_names_every_fault_and_brings_nothing(run, database, villages) -> None:
    villages.write_text(
        "commune,code,kind,name\n03694,01,bản,Giôn\n3694,01,bản,A\n03694,02,quận,B\n",
        encoding="utf-8",
    )
    result = run(villages)
    assert result.exit_code == 2
    assert "thon.csv 3 [commune]: Không có xã" in result.stderr
    assert "thon.csv 4 [kind]: «quận» không phải" in result.stderr
    assert "is not a known kind" in result.stderr
    with database.reading() as connection:
        villages_there = connection.scalars(select(Place.code).where(Place.kind == "village"))
        assert villages_there.all() == []
