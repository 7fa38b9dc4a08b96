"""Pages of citizens and static files go out compressed where no proxy in front does it.

Only replies in which nothing of the sender stands: to a GET, without a question mark in its
address. So nobody can put guesses beside a form token and read the token off the length (BREACH).
Pages of staff are left to the proxy. It must not know any page.
"""

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final, TypeAlias

import brotli
from flask import Flask, Response, g, request

STATIC: Final = "static"
LEAST_BYTES: Final = 1000
KINDS: Final = frozenset(
    {"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"}
)
Press: TypeAlias = Callable[[bytes], bytes]

PRESSES: Final[Mapping[str, Press]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}
"""How content is pressed, the smallest first: a page of a hundred questions in 2 and in 4 ms."""

HARDER: Final[Mapping[str, Press]] = {**PRESSES, "br": partial(brotli.compress, quality=11)}
"""The same for what is pressed once."""


def init_compression(app: Flask) -> None:
    """Compress what may be, for browsers that say they can read it."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not _may_be(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = next((name for name in PRESSES if request.accept_encodings[name]), None)
    if coding is None:
        return response
    content = response.get_data()
    response.set_data(_kept(coding, content) if _is_file() else PRESSES[coding](content))
    response.content_encoding = coding
    etag, _is_weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _may_be(response: Response) -> bool:
    is_public = _is_file() or g.get("is_citizen", False)
    return (
        is_public
        and request.method == "GET"
        and not request.query_string
        and response.status_code == 200  # noqa: PLR2004 - a whole reply, neither a part nor an error
        and response.mimetype in KINDS
        and not response.content_encoding
        and (response.content_length or 0) >= LEAST_BYTES
    )


def _is_file() -> bool:
    return request.endpoint == STATIC


@lru_cache(maxsize=256)
def _kept(coding: str, content: bytes) -> bytes:
    """Return a static file compressed, once for each content."""
    return HARDER[coding](content)
