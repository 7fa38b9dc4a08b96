"""Hang the staff door into the application."""

from flask import Flask

from survey.analyst import (
    breakdown_files,
    breakdowns,
    counter_report,
    counters,
    exports,
    finished_files,
    quality,
    rounds,
    scores,
    sessions,
    weights,
)
from survey.analyst.commands import score_command, staff_add
from survey.web.login import init_login


def mount(app: Flask) -> None:
    """Register log-in, account and analyst pages, and the commands about them."""
    init_login(app, sessions.mark_seen)
    app.register_blueprint(sessions.blueprint)
    app.register_blueprint(sessions.account_blueprint)
    app.register_blueprint(rounds.blueprint)
    app.register_blueprint(scores.blueprint)
    app.register_blueprint(breakdowns.blueprint)
    app.register_blueprint(quality.blueprint)
    app.register_blueprint(breakdown_files.blueprint)
    app.register_blueprint(exports.blueprint)
    app.register_blueprint(weights.blueprint)
    app.register_blueprint(counters.blueprint)
    app.register_blueprint(finished_files.blueprint)
    app.register_blueprint(counter_report.blueprint)
    app.cli.add_command(score_command)
    app.cli.add_command(staff_add)
