"""Static files under a path that names their content, so that browsers may keep them for good."""

import hashlib
from pathlib import Path

from flask import Flask

STATIC = Path(__file__).parent / "static"
KEPT_SECONDS = 365 * 24 * 3600


def versioned_path() -> str:
    """Return `/static/<digest>`: another path as soon as one byte of one file differs."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"/static/{digest.hexdigest()[:12]}"


def application(import_name: str) -> Flask:
    """Return a Flask application whose static files stand under their versioned path."""
    app = Flask(import_name, static_folder=STATIC, static_url_path=versioned_path())
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEPT_SECONDS
    return app
