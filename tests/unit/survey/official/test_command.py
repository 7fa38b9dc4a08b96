"""flask official-import: what it prints, and how it ends."""

import pytest

GOOD = "place,year,index,code,score,source,certainty\n20,2024,SIPAS,SIPAS,80.1,Công báo tỉnh,H\n"


@pytest.fixture
def run(app, tmp_path):
    def run(text: str, *options: str):
        path = tmp_path / "kq.csv"
        path.write_text(text, encoding="utf-8")
        with app.app_context():
            return app.test_cli_runner().invoke(args=["official-import", *options, str(path)])

    return run


def test_a_file_is_brought_beside_what_ships(run):
    outcome = run(GOOD)
    assert outcome.exit_code == 0, outcome.output
    assert "có sẵn / built-in: 43 mới" in outcome.output
    assert "kq.csv: 1 mới / new, 0 thay đổi / changed" in outcome.output
    assert "kq.csv: 0 mới / new, 0 thay đổi / changed" in run(GOOD).output


def test_faults_end_the_command_with_2_and_bring_nothing(run):
    outcome = run(GOOD + "20,2023,SIPAS,SIPAS,801,,X\n")
    assert outcome.exit_code == 2
    for place in ("kq.csv 3 [score]", "kq.csv 3 [source]", "kq.csv 3 [certainty]"):
        assert place in outcome.output
    assert "kq.csv: 1 mới" in run(GOOD).output


def test_breaks_come_from_their_own_file(run):
    outcome = run("index,year,what,what_en\nSIPAS,2027,đổi phiếu,other form\n", "--breaks")
    assert outcome.exit_code == 0, outcome.output
    assert "kq.csv: 1 mới" in outcome.output
