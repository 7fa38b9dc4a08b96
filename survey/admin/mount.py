"""Hang the door of administrators and auditors into the application."""

from flask import Flask

from survey.admin import chain, devices, own, people
from survey.admin.commands import audit_verify


def mount(app: Flask) -> None:
    """Register accounts, devices, the audit chain and one's own password."""
    for blueprint in (people.blueprint, devices.blueprint, chain.blueprint):
        app.register_blueprint(blueprint)
    app.register_blueprint(own.blueprint)
    app.register_blueprint(own.invitations)
    app.cli.add_command(audit_verify)
