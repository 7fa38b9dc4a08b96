"""What the tables of places refuse, on both databases."""

import datetime as dt

import pytest
from sqlalchemy import CheckConstraint, insert, inspect
from sqlalchemy.exc import IntegrityError

from survey.models import Base, Place, PlaceAlias, PlaceSuccessor

TABLES = {"place", "place_successor", "place_alias"}


def a_row(code, kind, parent=None, **changes):
    facts = {
        "code": code, "kind": kind, "designation": "x", "name": code, "folded": code,
        "parent": parent, "valid_from": None, "valid_until": None, "source": "test",
    }  # fmt: skip
    return {**facts, **changes}


def fill(connection) -> None:
    rows = [
        a_row("14", "province"),
        a_row("118", "district", "14", valid_until=dt.date(2025, 6, 30)),
        a_row("03694", "commune", "14"),
        a_row("03694.01", "village", "03694"),
    ]
    for row in rows:
        connection.execute(insert(Place).values(row))
    connection.execute(
        insert(PlaceSuccessor).values(old="118", new="03694", extent="inside", source="test")
    )
    connection.execute(insert(PlaceAlias).values(place="14", system="s", alias="1", folded="1"))


def test_the_checks_bear_the_names_of_the_models(database) -> None:
    with database.reading() as connection:
        found = {
            check["name"]
            for table in TABLES
            for check in inspect(connection).get_check_constraints(table)
        }
    assert found == {
        str(constraint.name)
        for table in TABLES
        for constraint in Base.metadata.tables[table].constraints
        if isinstance(constraint, CheckConstraint)
    }


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (a_row("1", "province"), "code_fits_kind"),
        (a_row("3694", "commune", "14"), "code_fits_kind"),
        (a_row("03695.01", "village", "03694"), "code_fits_kind"),
        (a_row("03694.", "village", "03694"), "code_fits_kind"),
        (a_row("15", "province", "14"), "only_provinces_are_top"),
        (a_row("03695", "commune"), "only_provinces_are_top"),
        (a_row("15", "region"), "kind"),
        (
            a_row("15", "province", valid_from=dt.date(2025, 7, 1),
                  valid_until=dt.date(2025, 6, 30)),
            "validity_runs_forward",
        ),
    ],
)  # fmt: skip
def test_the_table_refuses_what_cannot_be(database, row, constraint) -> None:
    with database.writing() as connection:
        fill(connection)
    with pytest.raises(IntegrityError, match=constraint), database.writing() as connection:
        connection.execute(insert(Place).values(row))


def test_a_code_of_a_system_is_one_place_but_a_spelling_may_be_shared(database) -> None:
    with database.writing() as connection:
        fill(connection)
        for place in ("14", "118"):
            alias = {"place": place, "system": "spelling", "alias": "Sơn La", "folded": "son la"}
            connection.execute(insert(PlaceAlias).values(alias))
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(
            insert(PlaceAlias).values(place="118", system="s", alias="1", folded="1")
        )
