"""The worker that lets a tablet's screens start without a network, and what it keeps."""

import json
from typing import Final

from flask import Blueprint, Response, g, url_for

from survey.kiosk.views import NO_SCREENS, SHELL_MARK, program_version
from survey.web.assets import sent
from survey.web.headers import SOUNDS

shell: Final = Blueprint("shell", __name__, url_prefix="/k")

FIRST: Final = ("kiosk.js", "base.css", "interview.css", "kiosk.css")
"""What the first screen of a tablet is made from, beside its page."""

LATER: Final = ("kiosk_later.js", "listen.js", "locate.js", "search.js")
"""The scripts that a tablet fetches once its first screen is shown."""

FILES: Final = (*FIRST, *LATER, "icon.svg")
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
    script = sent("service_worker.js").decode()
    response = Response(
        f"const SHELL = {json.dumps(facts)};\n{script}", mimetype="text/javascript"
    )
    response.headers["Service-Worker-Allowed"] = url_for("kiosk.counter")
    response.headers["Content-Security-Policy"] = POLICY
    return response
