"""What protects every reply: headers, other sites refused, cookies, logs that say little."""

import io
import json
import logging
import re
from dataclasses import replace

import pytest
import structlog

from survey.web.logs import configure_logs
from tests.build import a_body, an_id, answers, digest_of, with_rounds

POLICY = {
    "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "media-src 'self' blob:", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'",
    "require-trusted-types-for 'script'",
}  # fmt: skip
CANARY = "CHIM-HOANG-YEN-4711"


@pytest.mark.parametrize("path", ["/", "/livez", "/api/v1/rounds/x", "/no-such-page", "/login"])
def test_every_reply_is_protected(client, path) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_a_page_runs_only_scripts_with_its_own_nonce(client) -> None:
    policies = [client.get("/no-such-page").headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    parts = set(policies[0].split("; "))
    assert parts >= POLICY
    (script,) = parts - POLICY
    assert re.fullmatch(r"script-src 'nonce-[\w-]{22}' 'strict-dynamic'", script)


def test_only_https_is_told_to_stay_https(client) -> None:
    reply = client.get("/livez", base_url="https://example.vn")
    assert reply.headers["Strict-Transport-Security"].startswith("max-age=63072000")


class TestBehindAProxy:
    """With a proxy in front, its word counts; without one, nobody's does."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, proxy_count=1)

    def test_the_proxy_says_https(self, client) -> None:
        reply = client.get("/livez", headers={"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" in reply.headers


def test_nobody_may_pretend_to_be_a_proxy(client) -> None:
    reply = client.get("/livez", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in reply.headers


@pytest.mark.parametrize(
    ("site", "is_refused"),
    [("cross-site", True), ("same-site", True), ("same-origin", False), ("none", False)],
)
def test_what_another_site_causes_is_refused(app, database, site, is_refused) -> None:
    with_rounds(database)
    reply = app.test_client(use_cookies=False).put(
        f"/api/v1/interviews/{an_id()}",
        data=a_body(),
        headers={"Content-Type": "application/json", "Sec-Fetch-Site": site},
    )
    assert (reply.status_code == 403) == is_refused
    if is_refused:
        assert reply.get_json()["error"] == "cross-site"


@pytest.fixture
def logs(caplog, capfd):
    """Everything that would leave the process: our lines, those of packages, what is printed."""
    ours = io.StringIO()
    configure_logs(ours)
    caplog.set_level(logging.DEBUG)
    yield lambda: ours.getvalue() + caplog.text + "".join(capfd.readouterr())
    structlog.reset_defaults()


def test_no_answer_no_address_and_no_key_reaches_a_log(app, database, logs) -> None:
    key = with_rounds(database)
    client = app.test_client(use_cookies=False)
    bodies = [
        a_body(answers=answers(note=CANARY)),
        a_body(answers=answers(note=CANARY, age=CANARY)),
        a_body(answers=answers(note=CANARY))[:-1],
    ]
    for body in bodies:
        for headers in ({}, {"Authorization": f"Bearer {key}", "Content-Digest": digest_of(body)}):
            client.put(
                f"/api/v1/interviews/{an_id()}?note={CANARY}",
                data=body,
                headers={"Content-Type": "application/json", **headers},
                environ_base={"REMOTE_ADDR": "203.0.113.77"},
            )
    said = logs()
    assert said.count('"event": "request"') == 3
    for secret in (CANARY, "203.0.113", key):
        assert secret not in said


def test_a_failure_is_recorded_by_place_and_not_by_content(app, client, logs, monkeypatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("survey.api.interviews.receive_response", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reply = client.put(
        f"/api/v1/interviews/{an_id()}", data=a_body(), content_type="application/json"
    )
    assert (reply.status_code, reply.get_json()["error"]) == (500, "internal")
    said = logs()
    assert CANARY not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    (failure,) = [line for line in lines if line["event"] == "failure"]
    assert failure["kind"] == "ValueError"
    assert any("interviews.py" in frame for frame in failure["frames"])


def test_a_log_line_holds_allowed_fields_only(logs) -> None:
    structlog.get_logger().info("request", status=200, answer=CANARY)
    (line,) = [json.loads(line) for line in logs().splitlines() if line.startswith("{")]
    assert set(line) == {"ts", "level", "event", "status"}
