"""Logs as JSON lines of allowed fields only: no body, no query, no address, no local variable."""

import hashlib
import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Final, TextIO

import structlog
from flask import Flask, Response, g, request

from survey import clock
from survey.web.metrics import count_request

ALLOWED: Final = (
    "ts", "level", "event", "route", "method", "status", "ms", "bytes", "device", "request",
    "error", "kind", "frames", "round", "count",
)  # fmt: skip

LOG = structlog.get_logger()
CITIZEN_BLUEPRINTS: Final = frozenset({"citizen", "static"})


def init_logs(app: Flask) -> None:
    """Write one line for each request of staff and devices; of citizens keep counts only."""
    app.before_request(_start_timing)
    app.after_request(_record)


def configure_logs(stream: TextIO) -> None:
    """Send every log line of the process to the stream, as JSON of allowed fields."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    for name in ("werkzeug", "alembic", "sqlalchemy", "_granian"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _only_allowed(
    _logger: object, _name: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    return {name: event[name] for name in ALLOWED if name in event}


def _start_timing() -> None:
    g.started = time.perf_counter()


def _record(response: Response) -> Response:
    rule = request.url_rule
    route = rule.rule if rule else "(none)"
    count_request(route, request.method, response.status_code)
    is_of_a_citizen = request.blueprint in CITIZEN_BLUEPRINTS or g.get("is_citizen", False)
    if not is_of_a_citizen:
        elapsed = time.perf_counter() - g.get("started", time.perf_counter())
        LOG.info(
            "request",
            route=route,
            method=request.method,
            status=response.status_code,
            ms=round(1000 * elapsed, 1),
            bytes=response.content_length,
            device=_daily_name(g.get("device")),
            request=secrets.token_hex(8),
        )
    return response


_SALTS: Final[dict[str, bytes]] = {}


def _daily_name(device: str | None) -> str | None:
    """Return a name of the device that changes every day, so that lines cannot be joined."""
    if device is None:
        return None
    today = clock.now().date().isoformat()
    if today not in _SALTS:
        _SALTS.clear()
    salt = _SALTS.setdefault(today, secrets.token_bytes(16))
    return hashlib.blake2b(device.encode(), key=salt, digest_size=8).hexdigest()
