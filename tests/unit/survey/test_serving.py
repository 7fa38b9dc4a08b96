"""A server is alone in its data folder, and says why it is not ready."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import click
import pytest

from survey import serving
from survey.serving import Site, alone_in_folder, await_ready


@contextmanager
def answering(status: int, **checks: str) -> Iterator[int]:
    """Serve one answer to /readyz on a port of its own."""

    class Readyz(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"checks": checks}).encode())

        def log_message(self, *_facts: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Readyz) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_two_servers_do_not_share_a_folder(settings, monkeypatch) -> None:
    monkeypatch.setattr(serving, "LET_GO_WITHIN_SECONDS", 0.0)
    with (
        alone_in_folder(settings),
        pytest.raises(click.ClickException, match=r"^SURVEY_DATA_DIR: một máy chủ khác"),
        alone_in_folder(settings),
    ):
        pass
    with alone_in_folder(settings):
        assert (settings.data_dir / serving.LOCK).stat().st_mode & 0o077 == 0


def test_a_full_disk_is_named_by_its_setting_once(monkeypatch) -> None:
    monkeypatch.setattr(serving, "READY_WITHIN_SECONDS", 1.0)
    monkeypatch.setattr(serving, "TELL_AFTER_SECONDS", 0.2)
    told: list[str] = []
    with answering(503, writer="ok", disk="full", schema="ok", store="full") as port:
        assert await_ready(Site("127.0.0.1", port), told.append) is None
    (words,) = told
    head, disk, store = words.splitlines()
    assert "NOT READY" in head
    assert disk.startswith("SURVEY_MIN_FREE_MB: ")
    assert "store" in store


def test_a_ready_server_is_told_by_its_address() -> None:
    told: list[str] = []
    with answering(200) as port:
        assert await_ready(Site("0.0.0.0", port), told.append) == f"http://127.0.0.1:{port}"
    assert told == []
