"""Static files as they are sent: joined, without comments, under a path that names their content.

So browsers may keep them for good. It must not know any page.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, cast

from flask import Flask, Response, abort, current_app, request
from flask.helpers import get_debug_flag
from rcssmin import cssmin
from rjsmin import jsmin
from typing_extensions import override

from survey.web.joining import joined

STATIC = Path(__file__).parent / "static"
KEPT_SECONDS = 365 * 24 * 3600
KINDS: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    ".js": ("text/javascript", jsmin),
    ".css": ("text/css", cssmin),
    ".svg": ("image/svg+xml", str),
}
"""What a static file may be: ending -> media type, and what takes comments and blanks out."""


@cache
def sent_files(folder: Path = STATIC, *, is_pressed: bool = True) -> Mapping[str, bytes]:
    """Return every static file by name, as browsers get it.

    Pressed means without comments and needless blanks; in development scripts stay readable.
    """
    sources = {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}
    whole = sources | {name: joined(name, sources) for name in sources if name.endswith(".js")}
    return {
        name: (KINDS[Path(name).suffix][1](text) if is_pressed else text).encode()
        for name, text in whole.items()
    }


def versioned_path(files: Mapping[str, bytes]) -> str:
    """Return `/static/<digest>`: another path as soon as one byte of one file differs."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(name.encode())
        digest.update(hashlib.sha256(content).digest())
    return f"/static/{digest.hexdigest()[:12]}"


def sent(name: str) -> bytes:
    """Return one static file of the present application as browsers get it."""
    return cast("_Application", current_app).files[name]


def application(import_name: str) -> Flask:
    """Return a Flask application whose static files stand under their versioned path."""
    files = sent_files(is_pressed=not get_debug_flag())
    app = _Application(import_name, static_folder=STATIC, static_url_path=versioned_path(files))
    app.files = files
    return app


class _Application(Flask):
    """A Flask application that sends its static files as they were when it started."""

    files: Mapping[str, bytes]

    @override
    def send_static_file(self, filename: str) -> Response:
        """Return one static file, or the note that the browser has it already."""
        if filename not in self.files:
            abort(404)
        kind, _press = KINDS[Path(filename).suffix]
        response = self.response_class(self.files[filename], mimetype=kind)
        response.cache_control.public = True
        response.cache_control.max_age = KEPT_SECONDS
        response.add_etag()
        return cast("Response", response.make_conditional(request))
