"""How the fieldwork of a round went, place by place: what to look at tomorrow."""

from contextlib import suppress

from flask import render_template

from survey.errors import StateError
from survey.operations.fresh_scores import score_at_a_look
from survey.operations.quality import LEAST_TOLD, assisted_share, place_quality
from survey.operations.suspects import round_suspects
from survey.queries.fieldwork import round_progress
from survey.queries.scope import round_in_scope, round_of_address
from survey.terms import Role
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.store import current_store, reading

blueprint = staff_blueprint("quality", __name__, url_prefix="/analyst")
A_MINUTE = 60
LATE_SHARE = 0.5


@blueprint.get("/rounds/<code>/quality")
@admit(Role.ANALYST, Role.SUPERVISOR, held_to=round_of_address)
def quality(code: str) -> str:
    """Show counts, don't-know share and length of interviews for each sampled place."""
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        progress = round_progress(connection, code)
    database = current_store().database
    with suppress(StateError):  # what cannot be scored yet was interviewed all the same
        score_at_a_look(database, code)
    places = place_quality(database, code)
    late = [at for at in places if at.target and at.received_count < LATE_SHARE * at.target]
    return render_template(
        "analyst/quality.html",
        round=facts,
        progress=progress,
        places=places,
        late=late,
        assisted=assisted_share(database, code),
        suspects=round_suspects(database, code),
        least=LEAST_TOLD,
        a_minute=A_MINUTE,
    )
