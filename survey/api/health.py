"""The operator's pages: alive, ready, counts."""

import hmac
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, request

from survey.errors import NotFound
from survey.operations.health import readiness
from survey.web.metrics import exposition
from survey.web.origin import is_local
from survey.web.store import current_store

health: Final = Blueprint("health", __name__)


@health.get("/livez")
def livez() -> Response:
    """Answer as long as the process does."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 when a response would be taken now, else 503; the reasons only to operators."""
    checks = readiness(current_store().database)
    is_ready = all(outcome == "ok" for outcome in checks.values())
    shown: dict[str, object] = {"status": "ok" if is_ready else "unavailable"}
    if _is_operator():
        shown["checks"] = checks
    return jsonify(shown), HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE


@health.get("/metrics")
def metrics() -> Response:
    """Return the counts; only to this machine or with the token; NotFound for anyone else."""
    if not _is_operator():
        raise NotFound("not-found")
    database = current_store().database
    writer = database.writer
    gauges = {
        "writer_queue": float(writer.queue_length()),
        "writer_heartbeat_age_seconds": writer.heartbeat_age(),
        "writer_commits": float(writer.figures.commits),
        "writer_errands": float(writer.figures.errands),
        "writer_failures": float(writer.figures.failures),
        "writer_commit_seconds": writer.figures.commit_seconds,
        **database.sizes(),
    }
    return Response(exposition(gauges), mimetype="text/plain")


def _is_operator() -> bool:
    token = current_store().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = token is not None and hmac.compare_digest(given.encode(), token.encode())
    return has_token or is_local(request)
