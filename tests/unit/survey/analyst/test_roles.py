"""Who sees which staff page: every role against every route, and places against rounds."""

import pytest

from survey.operations.staff import NewStaff, add_staff
from survey.terms import Role
from survey.web.login import admitted_roles, staff_blueprint

pytestmark = pytest.mark.usefixtures("fieldwork")
ROUND, TREE = "/analyst/rounds/mau", "/analyst/rounds/mau/nho"
ADMITTED = {
    "/account": set(Role),
    "/analyst/": {Role.ANALYST, Role.SUPERVISOR},
    ROUND: {Role.ANALYST, Role.SUPERVISOR},
    f"{ROUND}/counts.json": {Role.ANALYST, Role.SUPERVISOR},
    TREE: {Role.ANALYST},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_pages_and_no_other(log_in, role):
    browser = log_in(role.value)
    for path, admitted in ADMITTED.items():
        expected = 200 if role in admitted else 403
        assert browser.get(path).status_code == expected, (role, path)


def test_nobody_is_led_to_the_log_in(client):
    for path in ADMITTED:
        reply = client.get(path)
        assert reply.status_code == 302, path
        assert reply.location.startswith("/login?next="), path


def test_a_supervisor_sees_progress_and_no_way_to_estimates(fieldwork, log_in):
    fieldwork.answer_everywhere(3)
    page = log_in("supervisor").get(ROUND).text
    assert "Bản 01.a" in page
    assert "/mau/nho" not in page


def test_a_route_that_names_no_role_admits_nobody(app, log_in):
    blueprint = staff_blueprint("later", __name__, url_prefix="/later")
    blueprint.add_url_rule("/", "page", lambda: "open")
    app._got_first_request = False
    app.register_blueprint(blueprint)
    assert log_in("admin").get("/later/").status_code == 403
    with app.app_context():
        assert admitted_roles("later.page") == frozenset()


@pytest.mark.parametrize(
    ("place", "status"), [("01", 404), ("01.a", 404), (None, 200), ("0", 404), ("99", 404)]
)
def test_a_round_outside_ones_place_does_not_exist(log_in, database, password_hash, place, status):
    with database.writing() as connection:
        add_staff(connection, NewStaff("local", "Lò", Role.ANALYST, place), password_hash)
    browser = log_in("local")
    for path in (ROUND, TREE):
        assert browser.get(path).status_code == status
    assert ("/rounds/mau" in browser.get("/analyst/").text) is (status == 200)


@pytest.mark.parametrize(
    "path",
    ["/analyst/rounds/none", "/analyst/rounds/mau/none", "/analyst/rounds/mau/nho?node=none"],
)
def test_what_does_not_exist_is_not_found(log_in, path):
    assert log_in("analyst").get(path).status_code == 404
