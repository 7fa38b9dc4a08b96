"""Bodies that a real server meets: at the limit and beyond, in chunks, never sent, cut off."""

import datetime as dt
import http.client
import socket
from collections.abc import Iterator

import pytest

from config import Settings
from survey.db.database import Database
from survey.db.schema import migrate
from tests.build import a_body, an_id, with_rounds
from tests.fault.server import Server

LIMIT = 256 * 1024
JSON = {"Content-Type": "application/json"}
HEAD = (
    "PUT /api/v1/interviews/{id} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\nConnection: close\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bodies")
    database = Database(Settings(data_dir=folder))
    migrate(database)
    with_rounds(database, opens_on=dt.date(2000, 1, 1), closes_on=dt.date(2100, 1, 1))
    database.close()
    server = Server(folder)
    server.start()
    yield server
    server.stop()


def put(server: Server, body: bytes, *, in_chunks: bool) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    sent = iter([body[:1000], body[1000:]]) if in_chunks else body
    connection.request("PUT", f"/api/v1/interviews/{an_id()}", sent, JSON)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize(("beyond", "status"), [(0, 201), (1, 413), (100_000, 413)])
def test_the_limit_is_the_limit_however_it_is_sent(server, in_chunks, beyond, status) -> None:
    body = a_body()
    padded = body + b" " * (LIMIT + beyond - len(body))
    assert put(server, padded, in_chunks=in_chunks) == status


def test_a_body_too_large_is_refused_before_it_is_read(server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(HEAD.format(id=an_id(), length=10**10).encode())
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_an_endless_body_is_cut_off(server) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(4000):
            yield b" " * 65536

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("PUT", f"/api/v1/interviews/{an_id()}", endless(), JSON)
    connection.close()


def test_a_body_cut_where_it_would_still_be_valid_is_not_stored(server) -> None:
    body, interview = a_body(), an_id()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = HEAD.format(id=interview, length=len(body) + 1)
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(12) in {b"HTTP/1.1 400", b""}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("PUT", f"/api/v1/interviews/{interview}", body + b" ", JSON)
    assert connection.getresponse().status == 201
    connection.close()
