"""Questions read aloud: the sound itself, under an address that names its bytes."""

from io import BytesIO
from typing import Final

from flask import Blueprint, Response, g, send_file

from survey.queries.recordings import sound
from survey.web.headers import SOUND_KEPT, SOUNDS
from survey.web.store import reading

sounds: Final = Blueprint("sounds", __name__, url_prefix=SOUNDS)


@sounds.before_request
def _mark() -> None:
    g.is_citizen = True


@sounds.get("/<sha256>")
def listen(sha256: str) -> Response:
    """Return a recording, whole or the part that a player asks for; NotFound."""
    with reading() as connection:
        found = sound(connection, sha256)
    response = send_file(BytesIO(found.content), found.media_type, etag=sha256)
    response.headers["Cache-Control"] = SOUND_KEPT
    return response
