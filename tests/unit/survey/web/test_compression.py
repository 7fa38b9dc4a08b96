"""What goes out compressed, to whom, and what never does."""

import gzip

import brotli
import pytest
from flask import url_for

from tests.build import with_rounds

CAN = {"Accept-Encoding": "gzip, deflate, br"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def address(app, database):
    with_rounds(database)
    with app.test_request_context():
        return {
            "page": "/r/mo",
            "style": url_for("static", filename="base.css"),
            "face": url_for("static", filename="icon.svg"),
        }


@pytest.fixture
def get(client):
    """Ask as a browser does, and close what was opened."""

    def ask(path: str, **headers: str):
        with client.get(path, headers=headers) as reply:
            assert reply.data is not None
        return reply

    return ask


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize("what", ["page", "style"])
def test_a_page_of_citizens_and_a_file_are_the_same_when_unpacked(get, address, what, coding):
    plain = get(address[what])
    pressed = get(address[what], **{"Accept-Encoding": coding})
    assert "Content-Encoding" not in plain.headers
    assert pressed.headers["Content-Encoding"] == coding
    assert len(pressed.data) < len(plain.data) / 2
    assert len(pressed.data) == pressed.content_length
    for reply in (plain, pressed):
        assert "Accept-Encoding" in reply.headers["Vary"]
    if what == "style":
        assert UNPACK[coding](pressed.data) == plain.data
        assert plain.data.startswith(b":root{")


@pytest.mark.parametrize(
    ("said", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip, deflate", "gzip"),
        ("deflate", None),
    ],
)
def test_a_browser_gets_the_smallest_that_it_can_read(get, address, said, coding):
    reply = get(address["page"], **{"Accept-Encoding": said})
    assert reply.headers.get("Content-Encoding") == coding


def test_a_file_that_a_browser_has_is_not_sent_again(get, address):
    etag = get(address["style"], **CAN).headers["ETag"]
    again = get(address["style"], **CAN, **{"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_what_the_sender_put_into_the_address_goes_out_as_it_is(get, address):
    reply = get(f"{address['page']}?lang=en", **CAN)
    assert "Content-Encoding" not in reply.headers


def test_short_replies_and_pages_of_staff_go_out_as_they_are(get, address):
    for path in (address["face"], "/preview/login", "/livez"):
        assert "Content-Encoding" not in get(path, **CAN).headers
