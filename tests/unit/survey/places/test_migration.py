"""The migration of places, up and down with rows in it, on both databases."""

import datetime as dt
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from survey.db.database import Database
from survey.db.schema import alembic_config, migrate
from survey.models import Base, Device, Place, PlaceAlias, PlaceSuccessor

TABLES = {"place", "place_successor", "place_alias"}


@pytest.fixture
def database(settings, database_url):
    database = Database(replace(settings, database_url=database_url))
    migrate(database)
    yield database
    database.close()


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


def test_the_step_goes_down_and_up_again_with_rows(database) -> None:
    with database.writing() as connection:
        fill(connection)
        device = {"id": "d", "name": "Máy", "key_digest": b"k", "place": "03694.01"}
        connection.execute(
            insert(Device).values(**device, enrolled_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        )
    command.downgrade(alembic_config(database), "0001")
    with database.reading() as connection:
        assert not TABLES & set(inspect(connection).get_table_names())
        assert connection.scalar(select(Device.place)) == "03694.01"
    migrate(database)
    with database.writing() as connection:
        fill(connection)
        assert len(connection.execute(select(Place.code)).all()) == 4


def test_the_tables_are_those_of_the_models(database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
        named = {
            check["name"]
            for table in TABLES
            for check in inspect(connection).get_check_constraints(table)
        }
    assert [difference for difference in differences if "place" in str(difference)] == []
    assert named == {
        str(constraint.name)
        for table in TABLES
        for constraint in Base.metadata.tables[table].constraints
        if str(constraint.name).startswith("ck_")
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
