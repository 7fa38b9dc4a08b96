"""The rounds that a person may see, and how far the fieldwork of one has come."""

from flask import render_template

from survey import clock
from survey.clock import VIETNAM
from survey.queries.fieldwork import place_progress, round_progress
from survey.queries.scope import round_in_scope, round_of_address, rounds_in_scope
from survey.queries.scores import trees_of_round
from survey.terms import Role
from survey.web.i18n import number
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.store import reading

blueprint = staff_blueprint("analyst", __name__, url_prefix="/analyst")


@blueprint.get("/")
@admit(Role.ANALYST, Role.SUPERVISOR)
def rounds() -> str:
    """List the rounds with their live counts."""
    with reading() as connection:
        found = rounds_in_scope(connection, current_person())
        progress = {facts.code: round_progress(connection, facts.code) for facts in found}
    today = clock.now().astimezone(VIETNAM).date()
    return render_template("analyst/rounds.html", rounds=found, progress=progress, today=today)


@blueprint.get("/rounds/<code>")
@admit(Role.ANALYST, Role.SUPERVISOR, held_to=round_of_address)
def fieldwork(code: str) -> str:
    """Show one round: what was received so far and from where; its index trees to analysts."""
    person = current_person()
    with reading() as connection:
        facts = round_in_scope(connection, person, code)
        progress = round_progress(connection, code)
        places = place_progress(connection, code)
        trees = trees_of_round(connection, facts.trees)
    return render_template(
        "analyst/round.html",
        round=facts,
        progress=progress,
        places=places,
        trees=trees if person.role is Role.ANALYST else [],
        today=clock.now().astimezone(VIETNAM).date(),
    )


@blueprint.get("/rounds/<code>/counts.json")
@admit(Role.ANALYST, Role.SUPERVISOR, held_to=round_of_address)
def counts(code: str) -> dict[str, str]:
    """Return the counts of one round as the page writes them, for its live refresh."""
    with reading() as connection:
        round_in_scope(connection, current_person(), code)
        progress = round_progress(connection, code)
        places = place_progress(connection, code)
    by_place = {f"place {place.place}": number(place.received_count) for place in places}
    names = ("received", "sampled", "placeless", "waiting", "abandoned")
    return {
        **{f"{name}_count": number(getattr(progress, f"{name}_count")) for name in names},
        **by_place,
    }
