"""Every route, every role, every place, against one table: what is not in it does not exist.

A new route must be written here: for whom it is, and what another place finds there.
"""

import dataclasses
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.routing import Rule

from config import Settings
from survey import clock
from survey.app import OPEN_TO_ALL, create_app
from survey.instruments.trees import TreeSource
from survey.operations.devices import enrol_device
from survey.operations.places import bring_builtin_places
from survey.operations.releases import release_scores
from survey.operations.responses import receive_response
from survey.operations.rounds import keep_tree, open_round, publish_instrument
from survey.operations.score_runs import BATCH, run_scores
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.queries.scores import Part, latest_run
from survey.queries.staff import OPERATOR, PLACED_ROLES
from survey.seals import sha256_hex
from survey.terms import Role
from survey.web.assets import sent_files, versioned_path
from survey.web.login import cookie_name, staff_blueprint, undeclared_routes
from survey.web.store import Store
from tests.build import NOON, a_body, a_place, a_round, an_id, an_instrument

OWN, OTHER = "14", "20"
VILLAGES = ("03694.01", "03688.01")
VARIABLE = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TREE = {"code": "A", "item": "s01", "range": [1, 5]}

OPEN = {
    "GET /", "GET /r/<code>", "POST /r/<code>", "GET /styleguide", "GET /styleguide/counter",
    "GET /styleguide/pictures", "GET /styleguide/pictures/<name>.png",
    f"GET {versioned_path(sent_files())}/<path:filename>",
    "GET /login", "POST /login", "POST /logout",
    "GET /invitation/<token>", "POST /invitation/<token>",
    "GET /k", "GET /k/state", "GET /k/manifest.json", "GET /k/worker.js",
    "POST /k/enrol", "GET /k/enrol/<code>", "POST /k/enrol/<code>",
    "PUT /api/v1/declined/<count>",
    "GET /audio/<sha256>", "GET /check", "GET /check/certificate.crt", "GET /check/worker.js",
    "GET /t", "POST /t", "GET /t/<code>", "POST /t/<code>",
    "GET /w", "POST /w", "GET /w/<code>", "POST /w/<code>",
    "GET /livez", "GET /readyz", "GET /metrics",
    "GET /api/v1/openapi.json", "GET /api/v1/rounds/<code>",
    "GET /api/v1/instruments/<code>/<version>", "PUT /api/v1/interviews/<interview>",
    "POST /api/v1/batches", "POST /api/v1/receipts/query",
}  # fmt: skip
"""Routes that ask for no role: for citizens, for devices with a key, and the log-in itself."""

ALL = frozenset(Role)
SEES = frozenset({Role.ANALYST, Role.SUPERVISOR})
ANALYST, ADMIN = frozenset({Role.ANALYST}), frozenset({Role.ADMIN})
DESIGNER = frozenset({Role.DESIGNER})
READ_ALOUD = DESIGNER | ADMIN


@dataclasses.dataclass(frozen=True)
class Expected:
    """Who is admitted and what they get; ``elsewhere`` is what another place gets."""

    roles: frozenset[Role]
    status: int = 200
    elsewhere: int | None = None


TABLE = {
    "GET /staff": Expected(ALL, 302),
    "GET /account": Expected(ALL),
    "GET /account/password": Expected(ALL),
    "POST /account/password": Expected(ALL, 422),
    "GET /account/sessions": Expected(ALL),
    "POST /account/sessions": Expected(ALL, 303),
    "GET /analyst/": Expected(SEES),
    "GET /analyst/rounds/<code>": Expected(SEES, elsewhere=404),
    "GET /analyst/rounds/<code>/counts.json": Expected(SEES, elsewhere=404),
    "GET /analyst/rounds/<code>/quality": Expected(SEES, elsewhere=404),
    "GET /analyst/rounds/<code>/months": Expected(ANALYST, elsewhere=404),
    "GET /analyst/rounds/<code>/months.<any(csv, xlsx):form>": Expected(
        ANALYST, 404, elsewhere=404
    ),
    "GET /analyst/counters": Expected(frozenset({Role.SUPERVISOR})),
    "GET /analyst/counters/files": Expected(SEES),
    "POST /analyst/counters/files": Expected(SEES, 422),
    "POST /analyst/counters/files/table": Expected(SEES, 422),
    "GET /analyst/rounds/<code>/<tree_code>": Expected(ANALYST, elsewhere=404),
    "GET /analyst/rounds/<code>/<tree_code>/by": Expected(ANALYST, 302, elsewhere=404),
    "POST /analyst/rounds/<code>/<tree_code>/by": Expected(ANALYST, 422, elsewhere=404),
    "GET /analyst/rounds/<code>/<tree_code>/by/<column>": Expected(ANALYST, elsewhere=404),
    "GET /analyst/rounds/<code>/<tree_code>/by/<column>.<any(csv, xlsx):form>": Expected(
        ANALYST, elsewhere=404
    ),
    "GET /analyst/rounds/<code>/codebook/items": Expected(ANALYST, elsewhere=404),
    "GET /analyst/rounds/<code>/codebook/items.<any(csv, xlsx):form>": Expected(
        ANALYST, elsewhere=404
    ),
    "GET /analyst/rounds/<code>/runs/<run_id>.<any(csv, xlsx):form>": Expected(
        ANALYST, elsewhere=404
    ),
    "GET /admin/staff": Expected(ADMIN),
    "GET /admin/staff/new": Expected(ADMIN),
    "POST /admin/staff/new": Expected(ADMIN, 422),
    "GET /admin/staff/<staff_id>": Expected(ADMIN),
    "POST /admin/staff/<staff_id>/role": Expected(ADMIN, 422),
    "POST /admin/staff/<staff_id>/disable": Expected(ADMIN, 422),
    "POST /admin/staff/<staff_id>/enable": Expected(ADMIN, 303),
    "POST /admin/staff/<staff_id>/sessions": Expected(ADMIN, 303),
    "POST /admin/staff/<staff_id>/invitation": Expected(ADMIN),
    "GET /admin/devices": Expected(ADMIN),
    "POST /admin/devices": Expected(ADMIN, 422),
    "POST /admin/devices/codes": Expected(ADMIN, 422),
    "POST /admin/devices/<device>/revoke": Expected(ADMIN, 303),
    "GET /admin/audit": Expected(frozenset({Role.AUDITOR})),
    "GET /admin/rounds": Expected(ADMIN),
    "GET /admin/rounds/new/<instrument>/<version>": Expected(ADMIN),
    "POST /admin/rounds/new/<instrument>/<version>": Expected(ADMIN, 422),
    "GET /admin/rounds/<code>": Expected(ADMIN),
    "GET /admin/rounds/<code>/edit": Expected(ADMIN),
    "POST /admin/rounds/<code>/edit": Expected(ADMIN, 422),
    "GET /admin/rounds/<code>/design": Expected(ADMIN),
    "POST /admin/rounds/<code>/sample": Expected(ADMIN, 422),
    "POST /admin/rounds/<code>/weighting": Expected(ADMIN, 422),
    "POST /admin/rounds/<code>/open": Expected(ADMIN, 409),
    "POST /admin/rounds/<code>/close": Expected(ADMIN, 303),
    "POST /admin/rounds/<code>/discard": Expected(ADMIN, 409),
    "GET /admin/rounds/<code>/slips": Expected(ADMIN),
    "POST /admin/rounds/<code>/slips": Expected(ADMIN, 422),
    "POST /admin/rounds/<code>/slips/<batch>/void": Expected(ADMIN, 404),
    "GET /admin/rounds/<code>/poster": Expected(ADMIN, 404),
    "GET /admin/instruments": Expected(DESIGNER),
    "POST /admin/instruments": Expected(DESIGNER, 422),
    "POST /admin/instruments/trees": Expected(DESIGNER, 422),
    "GET /admin/recordings": Expected(READ_ALOUD),
    "GET /admin/recordings/<instrument>/<version>/<spoken>": Expected(READ_ALOUD),
    "POST /admin/recordings/<instrument>/<version>/<spoken>": Expected(READ_ALOUD, 422),
    "POST /admin/recordings/<instrument>/<version>/<spoken>/carry": Expected(READ_ALOUD, 303),
    "GET /admin/recordings/<instrument>/<version>/<spoken>/<item>": Expected(READ_ALOUD),
    "POST /admin/recordings/<instrument>/<version>/<spoken>/<item>": Expected(READ_ALOUD, 422),
    "POST /admin/recordings/<instrument>/<version>/<spoken>/<item>/remove": Expected(
        READ_ALOUD, 404
    ),
    "GET /analyst/rounds/<code>/weights": Expected(ANALYST, elsewhere=404),
    "POST /analyst/rounds/<code>/weights": Expected(ANALYST, 409, elsewhere=404),
}

ENDS_THE_SESSION = {"POST /account/sessions"}


@dataclasses.dataclass
class House:
    """A running application with a person of each role in each place, and things to ask for."""

    app: Flask
    people: dict[tuple[Role, str | None], str]
    names: dict[str, str]

    def session_of(self, role: Role, place: str | None) -> str:
        """Open a session for a person and return its token."""
        staff = self.people[role, place]
        with self.app.extensions["store"].database.writing() as connection:
            attempt = Attempt(staff, "", f"{role}-{place}", role.value)
            return finish_log_in(connection, attempt, clock.now())

    def ask(self, route: str, token: str | None, elsewhere: str = "") -> int:
        """Call a route as the owner of a session, or as nobody; return the status."""
        method, _, rule = route.partition(" ")
        browser: FlaskClient = self.app.test_client()
        if token is not None:
            with self.app.test_request_context("/"):
                browser.set_cookie(cookie_name(), token)
        names = {**self.names, "staff_id": elsewhere or self.names["staff_id"]}
        address = VARIABLE.sub(lambda found: names[found[1]], rule)
        return browser.open(address, method=method).status_code


@pytest.fixture(scope="module")
def house(tmp_path_factory, newest_sqlite) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "langnghe.db").write_bytes(newest_sqlite)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOON)
        app = create_app(Settings(data_dir=folder, min_free_mb=1, rate_login=10**6))
        store = app.extensions["store"]
        with store.database.writing() as connection:
            bring_builtin_places(connection)
            sender = a_sampled_round(connection)
            people = {
                (role, place): add_staff(
                    connection, NewStaff(f"{role}-{place}", "Ai", role, place), "x"
                )
                for role in Role
                for place in ((OWN, OTHER, None) if role in PLACED_ROLES else (None,))
            }
            subject = add_staff(connection, NewStaff("subject", "Ai", Role.DESIGNER), "x")
        names = {
            "code": "mau", "tree_code": "cay", "staff_id": subject, "device": sender.device,
            "run_id": a_run(store, sender), "form": "csv", "column": "sex",
            "instrument": "small", "version": "1", "batch": "none",
            "spoken": "vi", "item": "s01",
        }  # fmt: skip
        yield House(app, people, names)
        store.database.close()


def a_sampled_round(connection: Connection) -> Sender:
    """Open a round with one tree in two villages of Sơn La; return the device of one of them."""
    tree = TreeSource(
        "cay", {"vi": "Cây"}, {"index": "cay", "scale": [0, 100], "tree": TREE}, sha256_hex(b"cay")
    )
    instrument = an_instrument()
    publish_instrument(connection, instrument)
    keep_tree(connection, instrument, tree)
    new = a_round("mau", is_open_access=False, trees=(tree.sha256,))
    open_round(connection, new, [a_place(place) for place in VILLAGES])
    device, _ = enrol_device(connection, "Máy", VILLAGES[0])
    return Sender(device, VILLAGES[0], is_revoked=False)


def a_run(store: Store, sender: Sender) -> str:
    """Answer often enough for a score run, and return its id."""
    for place in VILLAGES:
        for _ in range(BATCH):
            submission = read_submission(
                an_id(), a_body(round="mau"), dataclasses.replace(sender, place=place)
            )
            receive_response(store.database, store.keys, submission)
    run_scores(store.database, "mau")
    release_scores(store.database, "mau", OPERATOR, "thử")
    with store.database.reading() as connection:
        run = latest_run(connection, "mau", Part.SAMPLE)
    assert run is not None
    return run.id


def routes_of(app: Flask) -> set[str]:
    return {
        f"{method} {rule}"
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    }


def test_every_route_is_in_the_table(house) -> None:
    assert routes_of(house.app) == OPEN | set(TABLE)


def test_only_the_open_doors_ask_for_no_role(house) -> None:
    def is_open(rule: Rule) -> bool:
        return rule.endpoint.partition(".")[0] in OPEN_TO_ALL

    found = {
        f"{method} {rule}"
        for rule in house.app.url_map.iter_rules()
        if is_open(rule)
        for method in METHODS
        if method in (rule.methods or ())
    }
    assert found == OPEN


def expected_status(expected: Expected, role: Role, place: str | None) -> int:
    if role not in expected.roles:
        return 403
    if place == OTHER and expected.elsewhere is not None:
        return expected.elsewhere
    return expected.status


def test_every_role_in_every_place_gets_what_the_table_says(house) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    deviations = []
    for role, place in house.people:
        token = house.session_of(role, place)
        for route, expected in TABLE.items():
            status = house.ask(route, token)
            if route in ENDS_THE_SESSION:
                token = house.session_of(role, place)
            if status != expected_status(expected, role, place):
                deviations.append((route, role.value, place, status))
    assert deviations == []


def test_nobody_is_led_to_the_log_in_and_no_further(house) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    for route in TABLE:
        assert house.ask(route, None) == 302, route
        assert house.ask(route, "a token that nobody has") == 302, route


def test_a_form_without_its_token_is_refused_whoever_sends_it(house) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = True
    posts = [route for route in TABLE if route.startswith("POST")]
    for role, place in house.people:
        token = house.session_of(role, place)
        for route in posts:
            assert house.ask(route, token) == 400, (route, role)
    for route in ("POST /login", "POST /logout"):
        assert house.ask(route, None) == 400, route


def test_what_is_not_there_is_not_found(house) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    token = house.session_of(Role.ADMIN, None)
    for route in TABLE:
        if "<staff_id>" in route and not route.endswith(("role", "disable")):
            assert house.ask(route, token, elsewhere="nobody") == 404, route


def test_a_route_without_a_declaration_stops_the_start(settings) -> None:
    app = create_app(settings)
    later = staff_blueprint("later", __name__, url_prefix="/later")
    later.add_url_rule("/", "page", lambda: "open")
    app.register_blueprint(later)
    app.add_url_rule("/bare/<code>", "bare", lambda code: code)
    assert sorted(undeclared_routes(app, OPEN_TO_ALL)) == ["/bare/<code>", "/later/"]


def test_an_address_without_a_place_rule_stops_the_start(settings, monkeypatch) -> None:
    app = create_app(settings)
    view = app.view_functions["analyst.fieldwork"]
    monkeypatch.setitem(vars(view), "held_to", None)
    assert undeclared_routes(app, OPEN_TO_ALL) == ["/analyst/rounds/<code>"]
