"""Official results in the table: brought once, replaced only by an operator, read by year."""

import pytest
from sqlalchemy import insert, select

from survey.models import AuditEntry, MethodBreak, OfficialResult, Place
from survey.operations.bringing import Brought
from survey.operations.official import bring_builtin_official, import_breaks, import_results
from survey.operations.rounds import open_round, publish_instrument
from survey.queries.official import method_breaks, newest_figures, province_of_round
from tests.build import a_place, a_round, an_instrument

FILE = (
    "place,year,index,code,score,se,low,high,group,source,certainty,note\n"
    "14,2022,SIPAS,SIPAS,82.2,,,,,Công báo,H,\n"
    "14,2024,SIPAS,SIPAS,84.5,0.6,,,,Công báo,H,\n"
).encode()


def test_the_built_in_figures_are_brought_once(database):
    with database.writing() as connection:
        assert bring_builtin_official(connection) == Brought(43, 0)
    with database.writing() as connection:
        assert bring_builtin_official(connection) == Brought(0, 0)


def test_what_an_operator_brought_stays(database):
    with database.writing() as connection:
        bring_builtin_official(connection)
        assert import_results(connection, FILE, "kq.csv") == Brought(1, 1)
        assert import_results(connection, FILE, "kq.csv") == Brought(0, 0)
        bring_builtin_official(connection)
        row = connection.execute(
            select(OfficialResult.score, OfficialResult.origin).where(
                OfficialResult.index == "SIPAS",
                OfficialResult.place == "14",
                OfficialResult.year == 2022,
            )
        ).one()
    assert tuple(row) == (82.2, "kq.csv")


def test_a_built_in_row_that_was_corrected_reaches_the_table(database):
    with database.writing() as connection:
        bring_builtin_official(connection)
        connection.execute(OfficialResult.__table__.update().values(note="cũ"))
        assert bring_builtin_official(connection).changed == 33


def test_an_import_leaves_a_line_only_when_it_changes_something(database):
    with database.writing() as connection:
        for _ in range(2):
            import_results(connection, FILE, "kq.csv")
        lines = connection.execute(select(AuditEntry.action, AuditEntry.object)).all()
    assert [tuple(line) for line in lines] == [("official-imported", "official:results")]


def test_the_newest_figure_is_not_later_than_the_round(database):
    with database.writing() as connection:
        bring_builtin_official(connection)
        import_results(connection, FILE, "kq.csv")
        by_year = {
            year: newest_figures(connection, "14", "SIPAS", year).get("SIPAS")
            for year in (2019, 2023, 2024, 2026)
        }
    assert by_year[2019] is None
    assert [by_year[year].year for year in (2023, 2024, 2026)] == [2022, 2024, 2024]
    assert by_year[2026].se == 0.6


def test_dimensions_and_total_each_have_their_own_newest_year(database):
    with database.writing() as connection:
        bring_builtin_official(connection)
        found = newest_figures(connection, "14", "PAPI", 2026)
    assert (found["D8"].year, found["D8"].score) == (2023, 3.1295)
    assert (found["PAPI"].year, found["PAPI"].se) == (2022, 1.7397)


def test_a_break_touches_its_contents_or_everything(database):
    source = "index,year,codes,what,what_en\nPAPI,2027,D1 1.1,đổi,changed\n".encode()
    with database.writing() as connection:
        bring_builtin_official(connection)
        assert import_breaks(connection, source, "moc.csv") == Brought(1, 0)
        papi = {found.year: found for found in method_breaks(connection, "PAPI")}
        sipas = method_breaks(connection, "SIPAS")
        assert connection.scalar(select(MethodBreak.origin).where(MethodBreak.year == 2027))
    assert papi[2027].touches("D1")
    assert not papi[2027].touches("D2")
    assert papi[2023].touches("D8")
    assert all(found.touches("II.A") for found in sipas)


@pytest.mark.parametrize(
    ("villages", "province"),
    [
        (["03646.01", "03664.02"], "14"),
        (["03646.01", "06001.01"], None),
        ([], None),
    ],
)
def test_a_round_lies_in_a_province_when_all_its_places_do(database, villages, province):
    known = [("14", None), ("20", None), ("03646", "14"), ("03664", "14"), ("06001", "20")]
    with database.writing() as connection:
        for code, parent in known:
            kind = "commune" if parent else "province"
            facts = {"kind": kind, "designation": kind, "name": code, "folded": code}
            connection.execute(
                insert(Place).values(code=code, parent=parent, source="thử", **facts)
            )
        publish_instrument(connection, an_instrument())
        open_round(connection, a_round("mau"), [a_place(village) for village in villages])
        assert province_of_round(connection, "mau") == province
