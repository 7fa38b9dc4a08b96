"""Who is asking, and may they: the staff cookie, the roles that a route admits, the channel.

A route of staff lives on a ``staff_blueprint`` and names its roles with ``admit``; one that names
none admits nobody. Where its address names a thing of some place, it also names what holds a
person to it (``held_to``): the wrong role is told so, another place finds nothing. It must not
know how an account is kept: the door hands in what marks a session as seen.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar, cast

from flask import Blueprint, Flask, Request, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import Connection
from werkzeug.routing import Rule

from survey import clock
from survey.errors import NotAllowed
from survey.queries.staff import ABSOLUTE, PLACED_ROLES, Actor, Person, open_session_of
from survey.terms import Role
from survey.web.origin import address_class, is_local
from survey.web.store import current_store, reading

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PlaceRule: TypeAlias = Callable[[Connection, Person, Mapping[str, str]], None]
"""Raises NotFound when what an address names lies outside a person's place."""

# a page that refreshes itself says X-Passive: nobody is there because of it
TOUCH_AFTER = dt.timedelta(minutes=1)
EVERY_ROLE = tuple(Role)


class StaffUser(UserMixin):  # type: ignore[misc]  # flask-login carries no types
    """What flask-login knows of a person."""

    def __init__(self, person: Person) -> None:
        self.id = person.id
        self.person = person


def init_login(app: Flask, mark_seen: Callable[[str], None]) -> None:
    """Let requests carry a staff session; ``mark_seen`` keeps the session of a token alive."""
    manager = LoginManager()

    def load(asked: Request) -> StaffUser | None:
        return _session_user(asked.cookies.get(cookie_name(), ""), mark_seen)

    manager.request_loader(load)
    # All of init_app but its look, after every request, for a remember-me cookie: we give none.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.context_processor(lambda: {"current_user": current_user})


def staff_blueprint(name: str, import_name: str, url_prefix: str | None = None) -> Blueprint:
    """Return a blueprint whose routes are closed until ``admit`` opens them."""
    blueprint = Blueprint(name, import_name, url_prefix=url_prefix)
    blueprint.before_request(_guard)
    return blueprint


def admit(*roles: Role, held_to: PlaceRule | None = None) -> Callable[[View], View]:
    """Open a route of staff to these roles, and within it to what ``held_to`` does not refuse."""

    def mark(view: View) -> View:
        vars(view)["admitted_roles"] = frozenset(roles)
        vars(view)["held_to"] = held_to
        return view

    return mark


def admitted_roles(endpoint: str) -> frozenset[Role]:
    """Return the roles that an endpoint admits; none when it names none."""
    view = current_app.view_functions[endpoint]
    return cast("frozenset[Role]", vars(view).get("admitted_roles", frozenset()))


def place_rule(endpoint: str) -> PlaceRule | None:
    """Return what holds people to their places at an endpoint."""
    view = current_app.view_functions[endpoint]
    return cast("PlaceRule | None", vars(view).get("held_to"))


def undeclared_routes(app: Flask, open_doors: Iterable[str]) -> list[str]:
    """Return the routes that do not say whom they admit, or where a place may be asked for.

    ``open_doors`` are the blueprints (and plain endpoints) that everybody may call.
    """
    doors = frozenset(open_doors)
    with app.app_context():
        return [
            str(rule)
            for rule in app.url_map.iter_rules()
            if rule.endpoint.partition(".")[0] not in doors and not _is_declared(rule)
        ]


def _is_declared(rule: Rule) -> bool:
    roles = admitted_roles(rule.endpoint)
    needs_place = bool(rule.arguments) and not roles.isdisjoint(PLACED_ROLES)
    return bool(roles) and (place_rule(rule.endpoint) is not None or not needs_place)


def current_person() -> Person:
    """Return who is logged in; raise NotAllowed."""
    if not current_user.is_authenticated:
        raise NotAllowed("unauthorised", "nobody is logged in")
    return cast("StaffUser", current_user).person


def current_actor() -> Actor:
    """Return who does a deed now, as the audit chain names them."""
    person = current_person()
    return Actor(person.login, person.role.value, address_class(request))


def is_channel_private() -> bool:
    """Tell whether staff may log in over this connection: https, this machine, or by setting."""
    return request.is_secure or is_local(request) or current_store().settings.allow_http


def cookie_name() -> str:
    """Return the name of the staff cookie; browsers hold ``__Host-`` to https and this host."""
    return "__Host-staff" if request.is_secure else "staff"


def give_cookie(response: Response, token: str) -> None:
    """Hand the session token to the browser."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def take_cookie(response: Response) -> None:
    """Make the browser forget the session, and pages of staff that it may have kept.

    Not its storage: the same origin may hold interviews that nobody has received yet.
    """
    response.delete_cookie(
        cookie_name(), secure=request.is_secure, httponly=True, samesite="Strict"
    )
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'


def _guard() -> ResponseReturnValue | None:
    if not is_channel_private():
        raise NotAllowed("plain-http", "staff pages need https")
    if not current_user.is_authenticated:
        return redirect(url_for("sessions.log_in", next=request.full_path.rstrip("?")))
    if current_person().role not in admitted_roles(str(request.endpoint)):
        raise NotAllowed("wrong-role", "the role does not admit to this page")
    rule = place_rule(str(request.endpoint))
    if rule is not None:
        with reading() as connection:
            rule(connection, current_person(), request.view_args or {})
    return None


def _session_user(token: str, mark_seen: Callable[[str], None]) -> StaffUser | None:
    if not token:
        return None
    at = clock.now()
    try:
        with reading() as connection:
            found = open_session_of(connection, token, at)
    except NotAllowed:
        return None
    if at - found.seen_at > TOUCH_AFTER and "X-Passive" not in request.headers:
        mark_seen(token)
    return StaffUser(found.person)
