"""The worker that lets a tablet's screens start without a network, and what it keeps."""

import json
from typing import Final

from flask import Blueprint, Response, g, url_for

from survey.kiosk.views import MODULES, NO_SCREENS, SHELL_MARK, program_version
from survey.web.assets import STATIC
from survey.web.headers import SOUNDS

shell: Final = Blueprint("shell", __name__, url_prefix="/k")

FILES: Final = (*MODULES, "kiosk.js", "base.css", "interview.css", "kiosk.css", "icon.svg")
POLICY: Final = "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'"
"""A worker fetches what it keeps; nothing else is asked of it."""


@shell.get("/worker.js")
def worker() -> Response:
    """Return the worker of this version of the program; it changes with every static file."""
    g.is_citizen = True
    facts = {
        "version": program_version(),
        "page": url_for("kiosk.counter"),
        "mark": SHELL_MARK,
        "none": NO_SCREENS,
        "sounds": f"{SOUNDS}/",
        "files": [url_for("static", filename=name) for name in FILES]
        + [url_for("kiosk.manifest")],
    }
    script = (STATIC / "service_worker.js").read_text("utf-8")
    response = Response(
        f"const SHELL = {json.dumps(facts)};\n{script}", mimetype="text/javascript"
    )
    response.headers["Service-Worker-Allowed"] = url_for("kiosk.counter")
    response.headers["Content-Security-Policy"] = POLICY
    return response
