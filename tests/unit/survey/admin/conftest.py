"""An administrator at a browser, accounts to look after, places to give them."""

import dataclasses
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Settings
from survey import clock as survey_clock
from survey.models import Staff
from survey.models.audit import AuditEntry
from survey.operations.passwords import hash_password
from survey.operations.places import bring_builtin_places
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.terms import Role
from survey.web.login import cookie_name

PASSWORD = "ba con trâu ăn cỏ"


@pytest.fixture
def settings(settings) -> Settings:
    return dataclasses.replace(settings, rate_login=10**6)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def staff(app, database, password_hash) -> dict[str, str]:
    """Accounts by log-in: two administrators and one of each other role that matters here."""
    app.config["WTF_CSRF_ENABLED"] = False
    people = {
        "lan": Role.ADMIN, "minh": Role.ADMIN, "hoa": Role.ANALYST, "tuan": Role.AUDITOR,
        "de": Role.DESIGNER,
    }  # fmt: skip
    with database.writing() as connection:
        return {
            login: add_staff(connection, NewStaff(login, f"Ông/Bà {login}", role), password_hash)
            for login, role in people.items()
        }


@pytest.fixture
def places(database) -> None:
    with database.writing() as connection:
        bring_builtin_places(connection)


@pytest.fixture
def enter(app, database, staff) -> Callable[[str], FlaskClient]:
    """Open a session for somebody and return their browser."""

    def open_session(login: str) -> FlaskClient:
        with database.writing() as connection:
            role = connection.scalar(select(Staff.role).where(Staff.id == staff[login]))
            attempt = Attempt(staff[login], "", login, str(role))
            token = finish_log_in(connection, attempt, survey_clock.now())
        browser = app.test_client()
        with app.test_request_context("/"):
            browser.set_cookie(cookie_name(), token)
        return browser

    return open_session


@pytest.fixture
def deeds(database) -> Callable[[], list[tuple[str, str, str]]]:
    """Return who did what to which thing, from the audit chain, oldest first."""

    def read() -> list[tuple[str, str, str]]:
        columns = AuditEntry.actor, AuditEntry.action, AuditEntry.object
        with database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(AuditEntry.seq))
            return [tuple(row) for row in rows]

    return read
