"""Hang the door of administrators and auditors into the application."""

from flask import Flask

from survey.admin import (
    chain,
    devices,
    own,
    people,
    recordings,
    rounds,
    rounds_design,
    rounds_instruments,
    slips,
)
from survey.admin.commands import audit_verify


def mount(app: Flask) -> None:
    """Register accounts, devices, rounds, instruments, slips, the audit chain, one's password."""
    for door in (
        people,
        devices,
        rounds,
        rounds_design,
        rounds_instruments,
        recordings,
        slips,
        chain,
    ):
        app.register_blueprint(door.blueprint)
    app.register_blueprint(own.blueprint)
    app.register_blueprint(own.invitations)
    app.cli.add_command(audit_verify)
