"""The server speaks https with a certificate of its own: seen from outside, over a real line."""

import hashlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START_WITHIN_SECONDS = 90
PAIRS = 32
"""Of hexadecimal digits in a fingerprint."""


@dataclass(frozen=True)
class Served:
    """A server that was started: its port, its folder, and what it printed so far."""

    port: int
    folder: Path

    @property
    def said(self) -> str:
        return (self.folder / "server.log").read_text()

    def trust(self) -> ssl.SSLContext:
        """Trust the authority of this installation and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "tls" / "authority.pem"))

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        line = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.trust(), timeout=60
        )
        line.request("GET", path, headers=headers)
        reply = line.getresponse()
        reply.read()
        line.close()
        return reply


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "SURVEY_DATA_DIR": str(folder), "SURVEY_MIN_FREE_MB": "1"}
    words = ("-m", "flask", "--app", "wsgi", "serve", "--port", str(port), "--tls")
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    served = Served(port, folder)
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while "READY" not in served.said and time.monotonic() < deadline:
        time.sleep(0.2)
    yield served
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def test_it_is_ready_over_https_and_prints_what_to_trust(served) -> None:
    assert f"READY https://127.0.0.1:{served.port}" in served.said
    told = next(line for line in served.said.splitlines() if line.count(":") == PAIRS - 1)
    authority = (served.folder / "tls" / "authority.pem").read_text()
    certificate = authority[authority.index("-----BEGIN CERTIFICATE") :]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    assert told.replace(":", "").lower() == digest


def test_nobody_trusts_it_unasked(served) -> None:
    with (
        socket.create_connection(("127.0.0.1", served.port), 60) as bare,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(bare, server_hostname="127.0.0.1")


def test_cookies_are_bound_to_https_but_the_browser_is_not(served) -> None:
    reply = served.get("/?lang=en")
    assert reply.status == 200
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("__Host-lang=en")
    assert "Secure" in cookie
    assert reply.headers["Strict-Transport-Security"] is None


def test_plain_http_on_that_port_gets_no_page(served) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    line.request("GET", "/livez")
    with pytest.raises((http.client.HTTPException, OSError)):
        line.getresponse()
    line.close()


def test_a_tablet_that_knows_only_tls_1_2_is_served(served) -> None:
    context = served.trust()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", served.port), 60) as bare,
        context.wrap_socket(bare, server_hostname="127.0.0.1") as line,
    ):
        assert line.version() == "TLSv1.2"
