"""What a program reads before it asks anyone: rounds, instruments, the description of the API."""

import json
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, jsonify

from survey import clock
from survey.instruments.document import api_view
from survey.queries.rounds import published_instrument, recent_form, recent_round
from survey.web.store import current_store, reading

instruments: Final = Blueprint("instruments", __name__, url_prefix="/api/v1")

DESCRIPTION: Final = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))


@instruments.get("/rounds/<code>")
def get_round(code: str) -> Response:
    """Return what a player has to know of a round; NotFound ``unknown-round``."""
    database = current_store().database
    facts = recent_round(database, code)
    form = recent_form(database, facts, facts.instrument_version)
    today = clock.now().astimezone(clock.VIETNAM).date()
    return jsonify(
        round=facts.code,
        title=facts.title,
        instrument=facts.instrument,
        version=facts.instrument_version,
        languages=list(form.instrument.languages),
        open=facts.is_open_access and facts.is_running(today),
        page=f"/r/{facts.code}" if facts.is_open_access else None,
        consent=facts.consent_version,
        place_item=facts.place_item,
        items_off=facts.items_off,
    )


@instruments.get("/instruments/<code>/<version>")
def get_instrument(code: str, version: str) -> Response:
    """Return a published version, groups flattened; NotFound ``unknown-version``."""
    with reading() as connection:
        published = published_instrument(connection, code, version)
    return jsonify(api_view(published.instrument))


@instruments.get("/openapi.json")
def get_description() -> Response:
    """Return the OpenAPI document of this API."""
    return jsonify(DESCRIPTION)
