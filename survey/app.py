"""The application factory: wire the extensions, mount the doors. No route here."""

import sys
from collections.abc import Mapping

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, SettingsError
from survey.admin.mount import mount as mount_administration
from survey.analyst.mount import mount as mount_staff
from survey.api.batches import batches
from survey.api.declined import declined
from survey.api.health import health
from survey.api.instruments import instruments
from survey.api.interviews import interviews
from survey.citizen.slips import slips
from survey.citizen.sounds import sounds
from survey.citizen.styleguide import styleguide
from survey.citizen.views import citizen
from survey.citizen.withdrawals import withdrawals
from survey.cli import init_commands
from survey.db.database import Database
from survey.kiosk.check import check
from survey.kiosk.enrolment import enrolments
from survey.kiosk.shell import shell
from survey.kiosk.views import kiosk
from survey.operations.checking import damaged_builtins
from survey.operations.submissions import MAX_BYTES
from survey.seals import load_keys
from survey.web.assets import application
from survey.web.compression import init_compression
from survey.web.cookies import init_cookies
from survey.web.errors import init_errors
from survey.web.form_words import init_form_words
from survey.web.headers import init_headers
from survey.web.i18n import init_i18n
from survey.web.limits import init_limits
from survey.web.login import undeclared_routes
from survey.web.logs import configure_logs, init_logs
from survey.web.recordings import init_recordings
from survey.web.store import Store

MACHINES = (batches, declined, health, instruments, interviews)
"""Doors for programs: no cookie counts there, so no form token is asked."""

OPEN_TO_ALL = (
    *(
        "static",
        "citizen",
        "styleguide",
        "kiosk",
        "shell",
        "enrolments",
        "sessions",
        "invitations",
    ),
    *("check", "slips", "sounds", "withdrawals"),
    *(door.name for door in MACHINES),
)
"""Doors that ask for no role: they ask for a credential of their own, or for none."""


class _Json(DefaultJSONProvider):
    """Vietnamese as it is written, keys in the order of the contract."""

    ensure_ascii = False
    sort_keys = False


def create_app(settings: Settings) -> Flask:
    """Return the application for these settings; it touches the database when first asked."""
    app = application("survey.web")
    store = Store(settings, Database(settings), load_keys(settings))
    app.extensions["store"] = store
    # One byte more than is taken: a body without a length is cut there, and seen to be too large.
    app.config.update(SECRET_KEY=store.keys.cookies, MAX_CONTENT_LENGTH=MAX_BYTES + 1)
    app.json = _Json(app)
    if settings.proxy_count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxy_count, x_proto=settings.proxy_count
        )
    for init in (init_logs, init_errors, init_headers, init_cookies, init_limits):
        init(app)
    init_compression(app)
    init_i18n(app)
    init_form_words(app)
    init_recordings(app)
    tokens = CSRFProtect(app)
    for door in MACHINES:
        app.register_blueprint(door)
        tokens.exempt(door)
    for door in (citizen, slips, withdrawals):
        app.register_blueprint(door)
        tokens.exempt(door)  # it checks its token itself, so that a stale one loses no answer
    app.register_blueprint(kiosk)
    app.register_blueprint(shell)
    app.register_blueprint(sounds)
    app.register_blueprint(enrolments)
    app.register_blueprint(check)
    app.register_blueprint(styleguide)
    mount_staff(app)
    mount_administration(app)
    _require_declarations(app)
    init_commands(app)
    return app


def _require_declarations(app: Flask) -> None:
    """Refuse to start with a route that says neither whom it admits nor that it is for all."""
    silent = undeclared_routes(app, OPEN_TO_ALL)
    if silent:
        raise RuntimeError(f"these routes name nobody whom they admit: {silent}")


def start(environ: Mapping[str, str]) -> Flask:
    """Return the application of the environment; a wrong setting ends the start.

    With it every fault of the questionnaires is told, so that all is mended at once.
    """
    configure_logs(sys.stderr)
    try:
        return create_app(Settings.from_environ(environ))
    except SettingsError as error:
        raise SystemExit("\n".join((*error.faults, *damaged_builtins()))) from error
