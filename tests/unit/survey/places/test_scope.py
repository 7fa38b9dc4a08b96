"""What a staff member's place covers: itself, what lies in it, what wholly followed it."""

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select

from survey.operations.places import import_successors, import_villages
from survey.queries.place_scope import is_within, within

VILLAGES = "commune,code,kind,name\n03694,01,bản,Giôn\n06001,01,thôn,Nà Pục\n"
SUCCESSORS = (
    "old,new,extent,source\n"
    "118,03694,inside,thử\n"
    "118,03688,overlaps,thử\n"
    "119,03721,contains,thử\n"
    "120,03808,same,thử\n"
)


ASKED = Table("asked", MetaData(), Column("place", Text), prefixes=["TEMPORARY"])


@pytest.fixture
def connection(connection):
    import_villages(connection, VILLAGES.encode(), "villages.csv")
    import_successors(connection, SUCCESSORS.encode(), "successors.csv")
    return connection


def ask(connection, places) -> None:
    ASKED.create(connection)
    connection.execute(ASKED.insert(), [{"place": place} for place in places])


def picked(connection, scope) -> list[str | None]:
    return list(connection.scalars(select(ASKED.c.place).where(is_within(ASKED.c.place, scope))))


@pytest.mark.parametrize(
    ("place", "scope"),
    [
        ("03694", None),
        ("14", "14"),
        ("03694", "14"),
        ("03694.01", "14"),
        ("03694.01", "03694"),
        ("03694.01", "03694.01"),
        ("03694.77", "03694"),  # a village nobody imported: its commune is in its code
        ("118", "14"),  # a former district lies in its province
        ("03694", "118"),  # formed wholly from the former district
        ("03694.01", "118"),
        ("119", "03721"),  # merged wholly into the commune
        ("03808", "120"),
        ("120", "03808"),
        ("15-2025", "15"),  # a province that was merged lies in the new one
        ("04246", "127"),  # a commune that the reform left alone lies in its former district
    ],
)
def test_a_place_covers(connection, place, scope) -> None:
    assert within(connection, place, scope)


@pytest.mark.parametrize(
    ("place", "scope"),
    [
        ("14", "03694"),  # an ancestor
        ("118", "03694"),  # the district is more than the commune
        ("03694", "03694.01"),
        ("06001", "14"),  # another province; the same name is in both
        ("04000", "20"),
        ("06001.01", "14"),
        ("03688", "118"),  # areas that merely overlap
        ("118", "03688"),
        ("03721", "119"),  # the commune is more than what was merged into it
        ("03694", "119"),
        ("15", "15-2025"),
        ("11", "15-2025"),
        ("03694", ""),
        ("03694", "nowhere"),
        ("1", "14"),
        ("036945", "03694"),
        ("03694%", "14"),
    ],
)
def test_a_place_does_not_cover(connection, place, scope) -> None:
    assert not within(connection, place, scope)


def test_the_condition_picks_the_same_places_as_the_answer(connection) -> None:
    asked = ["14", "118", "03694", "03694.01", "03694.9", "06001", "06001.01", "20", "x"]
    ask(connection, asked)
    for scope in (None, "14", "118", "03694", "03694.01", "20", "x"):
        covered = [place for place in asked if within(connection, place, scope)]
        assert sorted(picked(connection, scope)) == sorted(covered)


def test_an_answer_without_a_place_is_seen_by_the_whole_country_only(connection) -> None:
    ask(connection, [None])
    assert picked(connection, None) == [None]
    assert picked(connection, "14") == []


def test_two_scopes_may_stand_in_one_statement(connection) -> None:
    ask(connection, ["03694", "06001", "04000"])
    in_either = is_within(ASKED.c.place, "118") | is_within(ASKED.c.place, "20")
    found = connection.scalars(select(ASKED.c.place).where(in_either))
    assert sorted(found) == ["03694", "06001"]
